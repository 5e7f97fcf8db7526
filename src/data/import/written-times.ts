import { momentOf } from '../../base/moment.ts';

/** Where dates have the day and the month, if they do not begin with the year: 2.3.2026 or 3/2/2026. */
export const dateOrders = ['dmy', 'mdy'] as const;
export type DateOrder = (typeof dateOrders)[number];

/** How the times of a user are written. */
export type TimeStyle = {
  /** IANA zone of times without an offset from UTC; without it these are refused. */
  readonly timezone?: string | undefined;
  /** Where dates have the day and the month; default: they begin with the year. */
  readonly dateOrder?: DateOrder | undefined;
};

const yearLast = /^(\d{1,2})([./-])(\d{1,2}|[a-z]{3,9})\2(\d{4}|\d\d)(?:,? +(\S.*))?$/i;

/**
 * A time with the year first: "2.3.2026 9:05" and "2.3.26 9:05" in the order `dmy` are "2026/3/2 9:05". "2-Mar-26", which has one order only, is
 * "2-Mar-2026". Other text stays, and all text without an order.
 */
export function yearFirst(text: string, order: DateOrder | undefined): string {
  if (order === undefined) return text;
  const [, first = '', , second = '', year, clock] = yearLast.exec(text) ?? [];
  if (year === undefined) return text;
  const [day, month] = order === 'dmy' ? [first, second] : [second, first];
  // As POSIX reads two digits: 69 is 1969, and 68 is 2068.
  const century = year.length === 4 ? '' : Number(year) < 69 ? '20' : '19';
  const fullYear = century + year;
  const date = /\d/.test(second) ? `${fullYear}/${month}/${day}` : `${first}-${second}-${fullYear}`;
  return clock === undefined ? date : `${date} ${clock}`;
}

/** The moment of a time [ms since the epoch]; undefined if it is none in this style. */
export function momentIn(text: string, { timezone, dateOrder }: TimeStyle): number | undefined {
  return momentOf(yearFirst(text, dateOrder), timezone);
}

/** True for a time in any order of day, month and year. */
export function isTime(text: string): boolean {
  const texts = [text, ...dateOrders.map(order => yearFirst(text, order))];
  return texts.some(candidate => momentOf(candidate, 'UTC') !== undefined);
}

/**
 * A time of which the date and the clock are two cells. The clock may be "14:30", "14.30.00", or "14", the hour alone; "14.50" may be
 * half past two and is not read.
 *
 * @returns undefined if a cell is not there, and empty text if one is empty
 */
export function joinedTime(cells: readonly (string | undefined)[]): string | undefined {
  if (cells.includes(undefined)) return undefined;
  const [date = '', clock = ''] = cells.map(cell => cell?.trim());
  if (date === '' || clock === '') return '';
  const isHour = /^\d{1,2}$/.test(clock);
  const withColons = /^\d{1,2}(\.\d\d){2}$/.test(clock) ? clock.replaceAll('.', ':') : clock;
  return `${date} ${isHour ? `${clock}:00` : withColons}`;
}

/**
 * True for counts since 1970 of at most seven digits, as a spreadsheet leaves of milliseconds: 1.77245E+12 may be hours away from what it was. Of exact
 * counts some are so, as 1.7724E9, but not all of a file.
 */
export function isRounded(text: string): boolean {
  return /^\d(\.\d{1,6})?e\+?\d+$/i.test(text);
}

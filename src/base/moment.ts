import { DateTime, IANAZone } from 'luxon';
import { hourMs, minuteMs } from './time.ts';
import { rfc3339Form } from './time-forms.ts';

/** The years that RFC 3339, the format of datasets, can write: four digits. */
const writable = {
  firstMs: Date.parse('0000-01-01T00:00:00Z'),
  lastMs: Date.parse('9999-12-31T23:59:59.999Z'),
} as const;

/** True for a moment in the years 0 to 9999 [ms since the epoch]. */
export function isWritable(timeMs: number): boolean {
  return timeMs >= writable.firstMs && timeMs <= writable.lastMs;
}

/** True for a name of the IANA time zone database, such as Europe/Berlin, that this Node knows. */
export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * Reads a moment as programs write it [ms since the epoch, rounded down]; undefined if it is none. Accepted are:
 *
 * - RFC 3339 and its relatives: `2026-03-02T10:00:00Z`, `2026-03-02 10:00:00,123+0100`, `…+01:00[Europe/Berlin]`;
 * - other ways to write them, such as `2026/3/2 9:05 PM`, `20260302T090500Z` and `2-Mar-2026 9:05` (`rfc3339Form`);
 * - the same without an offset, and dates alone, in the given zone. A time that occurs twice is the first of both, and one that the clock skips
 *   is as much later;
 * - RFC 2822: `Mon, 02 Mar 2026 10:00:00 GMT`;
 * - seconds, milli-, micro- or nanoseconds since the epoch, as a number or as text, distinguished by size: the years 1973 to 2100, of nanoseconds
 *   from 2000 on. Other counts, such as ticks or the days of a spreadsheet, lie outside.
 *
 * @param value text, also of a number
 * @param zone an IANA zone for times without an offset from UTC; without it these are no moments
 */
export function momentOf(value: string, zone?: string): number | undefined {
  const time = numberedMoment(value) ?? writtenMoment(value, zone) ?? mailMoment(value);
  return time !== undefined && isWritable(time) ? time : undefined;
}

/** Of each unit, the smallest and largest number that is taken for one, and how many make a millisecond. */
const units = [
  { from: 1e8, to: 4.1e9, perMs: 1e-3 },
  { from: 1e11, to: 4.1e12, perMs: 1 },
  { from: 1e14, to: 4.1e15, perMs: 1e3 },
  { from: 9.4e17, to: 4.1e18, perMs: 1e6 },
] as const;

function numberedMoment(text: string): number | undefined {
  if (!/^\d+(\.\d+)?(e\+?\d{1,2})?$/i.test(text)) return undefined;
  const number = Number(text);
  const unit = units.find(({ from, to }) => number >= from && number <= to);
  if (unit === undefined) return undefined;
  // A double cannot hold nanoseconds exactly.
  if (unit.perMs > 1 && /^\d+$/.test(text)) return Number(BigInt(text) / BigInt(unit.perMs));
  return unit.perMs < 1 ? Math.round(number * 1000) : Math.floor(number / unit.perMs);
}

const written =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)?(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?(?:\[[\w/+-]+\])?)?$/i;

function writtenMoment(text: string, zone: string | undefined): number | undefined {
  const match = written.exec(text) ?? written.exec(rfc3339Form(text));
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', offset] = match;
  const [years = 0, months = 0, days = 0] = [year, month, day].map(Number);
  const [hours = 0, minutes = 0, seconds = 0] = [hour, minute, second].map(Number);
  const isLeap = seconds === 60 && minutes === 59;
  if (minutes > 59 || (seconds > 59 && !isLeap) || !isDay(years, months, days)) return undefined;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const restMs = seconds * 1000 + milliseconds;
  if (offset === undefined) {
    if (zone === undefined) return undefined;
    const [moment] = localMoments({ year: years, month: months, day: days, hour: hours, minute: minutes }, zone);
    return moment === undefined ? undefined : moment + restMs;
  }
  const offsetMinutes = offsetOf(offset);
  if (offsetMinutes === undefined) return undefined;
  // Unlike Date.UTC, this takes the years 0 to 99 for what they are.
  return (
    new Date(0).setUTCFullYear(years, months - 1, days) + ((hours * 60 + minutes - offsetMinutes) * minuteMs + restMs)
  );
}

type LocalMinute = Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute', number>>;

/**
 * The moments at which clocks in a zone show a minute [ms since the epoch]: two, in order, where the clock is set back. One that the clock skips is as
 * much later.
 */
export function localMoments(local: LocalMinute, zone: string): readonly number[] {
  // Which of two moments the library takes by itself depends on the present season.
  const moments = DateTime.fromObject(local, { zone }).getPossibleOffsets();
  return moments.map(moment => moment.toMillis()).sort((a, b) => a - b);
}

/**
 * How far clocks in a zone are ahead of UTC on a whole day of its calendar [min]; undefined near a day on which they change.
 *
 * @param midnightMs the beginning of the day, as if the zone were UTC [ms since the epoch]
 */
export function offsetOfDay(midnightMs: number, zone: string): number | undefined {
  // Clocks are at most 14 hours ahead of UTC and 12 behind. In no zone do they change twice in this time.
  const before = offsetMinutes(midnightMs - 15 * hourMs, zone);
  return before === offsetMinutes(midnightMs + 39 * hourMs, zone) ? before : undefined;
}

/** False for 30 February. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && day > 0;
}

/** [min]; undefined for one that no place on earth has. */
function offsetOf(text: string): number | undefined {
  if (/^(Z|UTC|GMT)$/i.test(text)) return 0;
  const [, sign = '', hours = '', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
  if (Number(hours) > 18 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function mailMoment(text: string): number | undefined {
  if (!/^([A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} /.test(text)) return undefined;
  const parsed = DateTime.fromRFC2822(text);
  return parsed.isValid ? parsed.toMillis() : undefined;
}

/** How far clocks in a zone are ahead of UTC at a moment [min]. */
export function offsetMinutes(timeMs: number, zone: string): number {
  return zone === 'UTC' ? 0 : IANAZone.create(zone).offset(timeMs);
}

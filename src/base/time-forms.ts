import { DateTime, Info } from 'luxon';

/** In English, since programs write it: january, february, … */
const monthNames = Info.months('long', { locale: 'en' }).map(name => name.toLowerCase());

/**
 * Forms of a time beside that of RFC 3339, with the parts year, month (number or English name), day and clock:
 *
 * - `2026/3/2 9:05`, `2026.03.02 9:05`, `2026-03-02, 9:05 PM`
 * - `20260302T090500Z`, `20260302090500`, `20260302 9:05`, `20260302`
 * - `2-Mar-2026 9:05`, `02/Mar/2026:09:05:00 +0000`, `Mon, 02 Mar 2026 09:05:00 GMT`
 * - `March 2, 2026 9:05 PM`, `Mar  2 2026  9:05PM`, `Mar 2, 2026 @ 21:05:00.000`
 * - `Mon Mar  2 09:05:00 +0000 2026`, `Mon Mar 2 09:05:00 2026 +0000` as git has it, `Mon Mar 02 2026 09:05:00 GMT+0000 (UTC)` as JavaScript has it;
 *   the name of the day is not compared with the date
 * - `2026-03`, the first day of the month
 * - `2026-03-02 24:00`, the end of the day
 */
const forms = [
  /^(?<year>\d{4})(?<mark>[./-])(?<month>\d{1,2})\k<mark>(?<day>\d{1,2})(?:(?:T|,? ) *(?<clock>\d.*))?$/i,
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<digits>\d{4}(?:\d\d)?)(?<zone>\D.*)?$/i,
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?:(?<digits>\d{6})|[T ](?<clock>\d{1,2}\D.*))?$/i,
  /^(?:[a-z]{3}, ?)?(?<day>\d{1,2})(?<mark>[ /-])(?<month>[a-z]{3,9})\k<mark>(?<year>\d{4})(?:[T:, ] *(?<clock>\d.*))?$/i,
  /^(?<month>[a-z]{3,9}) +(?<day>\d{1,2}),? (?<year>\d{4})(?:,?(?: @)? +(?<clock>\d.*))?$/i,
  /^[a-z]{3} (?<month>[a-z]{3}) +(?<day>\d{1,2}) (?<clock>\d\d:\d\d:\d\d)(?<zone> (?:UTC|GMT|[+-]\d{4}))? (?<year>\d{4})$/i,
  /^[a-z]{3} (?<month>[a-z]{3}) +(?<day>\d{1,2}) (?<clock>\d\d:\d\d:\d\d) (?<year>\d{4})(?<zone> [+-]\d{4})$/i,
  /^[a-z]{3} (?<month>[a-z]{3}) (?<day>\d\d) (?<year>\d{4}) (?<clock>\d\d:\d\d:\d\d) GMT(?<zone>[+-]\d{4})(?: \(.*\))?$/i,
  /^(?<year>\d{4})-(?<month>\d\d)$/,
];

/** `9:05`, or of 12 hours `9 pm` and `9:05:00.5 P.M.`, and an offset from UTC behind it. */
const clockForm =
  /^(?<hour>\d{1,2})(?<rest>(?::\d\d){0,2}(?:[.,]\d+)?)(?<half>\s?[ap]\.?m\.?)?(?<zone> ?[^\d.,: ].*)?$/i;

/** A time in the form of RFC 3339, if it has one of the other forms: `2026/3/2 9:05 PM` is "2026-03-02 21:05". Other text stays. */
export function rfc3339Form(text: string): string {
  for (const form of forms) {
    const parts = form.exec(text)?.groups;
    if (parts === undefined) continue;
    const { year = '', month = '', day = '1', digits, zone = '' } = parts;
    const clock = parts.clock ?? digits?.replaceAll(/\B(?=(?:\d\d)+$)/g, ':');
    const date = `${year}-${padded(monthOf(month))}-${padded(day)}`;
    if (clock === undefined) return date;
    const time = clockOf(clock + zone);
    if (time === undefined) return text;
    return midnight.test(time) ? `${nextDate(date)} 00${time.slice(2)}` : `${date} ${time}`;
  }
  return text;
}

const midnight = /^24:00(:00([.,]0+)?)?(?![\d:.,])/;

/** "2026-03-01" after 28 February; of a date that there is not, null. */
function nextDate(date: string): string | null {
  return DateTime.fromISO(date, { zone: 'utc' }).plus({ days: 1 }).toISODate();
}

const compact = /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-4])([0-5]\d)?(\.0+)?$/;

/**
 * True for digits that may be a date with the hour or the minute, and are a count since 1970 as well: 2026030214 is a second of 2034, 202603021430
 * a millisecond of 1976. Times that follow each other are not all so: of counts, the last digits run up to 99.
 */
export function isCompact(text: string): boolean {
  return compact.test(text);
}

/** "03"; of a name that is no month "0", which is no month either. */
function monthOf(month: string): string {
  if (/^\d/.test(month)) return month;
  return String(monthNames.findIndex(name => name.startsWith(month.toLowerCase())) + 1);
}

/** A clock of 24 hours, such as "21:05:00Z"; undefined if it is none, as 14:30 PM. */
function clockOf(text: string): string | undefined {
  const parts = clockForm.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { hour = '', rest = '', half, zone = '' } = parts;
  if (half === undefined) return rest === '' ? undefined : `${padded(hour)}${rest}${zone}`;
  const hours = Number(hour);
  if (hours < 1 || hours > 12) return undefined;
  const afternoon = /p/i.test(half) ? 12 : 0;
  return `${padded(String((hours % 12) + afternoon))}${rest || ':00'}${zone}`;
}

function padded(digits: string): string {
  return digits.padStart(2, '0');
}

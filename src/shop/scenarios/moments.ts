import { dayMs, hourMs, minuteMs, secondMs } from '../../base/time.ts';

/** A range of lengths of time [ms], both ends included. */
export type DurationRange = { readonly from: number; readonly to: number };

/** A length of time as people write it, largest unit first: `90m`, `2h30m`, `1d`. */
export const durationPattern = /^(?=\d)(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,7})m)?(?:(\d{1,9})s)?$/;

/** An offset in clock form: `day 3 14:30` is 3 days, 14 hours and 30 minutes after the start; the run's first day is day 0. */
export const dayOffsetPattern = /^day (\d{1,4})(?: ([01]\d|2[0-3]):([0-5]\d))?$/;

/** Milliseconds of a duration that matches `durationPattern`; '2h30m' is 9,000,000. Undefined if it does not match. */
export function parseDuration(text: string): number | undefined {
  const parts = durationPattern.exec(text);
  if (parts === null) return undefined;
  const [days, hours, minutes, seconds] = numbers(parts);
  return days * dayMs + hours * hourMs + minutes * minuteMs + seconds * secondMs;
}

/** The same of a text that a schema lets through. @throws TypeError for anything else */
export function durationOf(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined) throw new TypeError(`'${text}' is no duration`);
  return durationMs;
}

/** Milliseconds since the start for `3d14h30m` or `day 3 14:30`; undefined if the text is neither. */
export function parseOffset(text: string): number | undefined {
  const parts = dayOffsetPattern.exec(text);
  if (parts === null) return parseDuration(text);
  const [days, hours, minutes] = numbers(parts);
  return days * dayMs + hours * hourMs + minutes * minuteMs;
}

/**
 * Milliseconds since the epoch of an offset from `startMs` or of an RFC 3339 date or date-time in UTC.
 *
 * @throws TypeError for anything else: the scenario's schema lets only these through
 */
export function parseMoment(text: string, startMs: number): number {
  const offsetMs = parseOffset(text);
  const momentMs = offsetMs === undefined ? Date.parse(text) : startMs + offsetMs;
  if (Number.isNaN(momentMs)) throw new TypeError(`'${text}' is no moment`);
  return momentMs;
}

/** A duration as scenario files have it, for messages: largest unit first, rounded to seconds: 9,000,000 is '2h30m'. */
export function compactDuration(durationMs: number): string {
  let rest = Math.round(durationMs / secondMs) * secondMs;
  let text = '';
  for (const [unit, unitMs] of units) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}

const units = [
  ['d', dayMs],
  ['h', hourMs],
  ['m', minuteMs],
  ['s', secondMs],
] as const;

function numbers(parts: RegExpExecArray): [number, number, number, number] {
  return [Number(parts[1] ?? 0), Number(parts[2] ?? 0), Number(parts[3] ?? 0), Number(parts[4] ?? 0)];
}

import { dayMs, formatMinute, rfc3339, type Span } from './time.ts';

/** "2 Mar 14:05", UTC; with the year "2 Mar 2026 14:05". */
export function formatMoment(timeMs: number, hasYear = false): string {
  const [date = '', time = ''] = rfc3339(timeMs).split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  return [Number(day), months[Number(month) - 1] ?? '', ...(hasYear ? [year] : []), time.slice(0, 5)].join(' ');
}

/** True for a time so long that it has the same day and month twice. */
export function needsYear({ startMs, endMs }: Span): boolean {
  return endMs - startMs > 366 * dayMs;
}

/** "2026-03-02", UTC. */
export function formatDate(timeMs: number): string {
  return rfc3339(timeMs).slice(0, 10);
}

/** "2 Mar 14:05 – 16:30"; the day is repeated where it changes. */
export function formatSpan(startMs: number, endMs: number, hasYear = false): string {
  const end = formatMoment(endMs, hasYear);
  return `${formatMoment(startMs, hasYear)} – ${formatDate(startMs) === formatDate(endMs) ? end.slice(-5) : end}`;
}

/** "2026-03-02 14:05 - 16:30", as terminals show it; the day is repeated where it changes. */
export function formatDatedSpan(startMs: number, endMs: number): string {
  const [start, end] = [formatMinute(startMs), formatMinute(endMs)];
  return `${start} - ${formatDate(startMs) === formatDate(endMs) ? end.slice(11) : end}`;
}

/** "40 ms", "45 s", "12 min", "3.5 h", "2.1 days". */
export function formatDuration(minutes: number): string {
  const ms = Math.round(minutes * 60_000);
  if (ms > 0 && ms < 1000) return `${ms} ms`;
  if (minutes < 1) return `${Math.round(minutes * 60)} s`;
  if (minutes < 120) return `${Math.round(minutes)} min`;
  return minutes < 48 * 60 ? `${figure(minutes / 60)} h` : `${figure(minutes / 1440)} days`;
}

function figure(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Jan, Feb, … */
export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

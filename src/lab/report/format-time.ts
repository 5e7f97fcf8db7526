import { formatMinute, rfc3339 } from '../../base/time.ts';
/** "2 Mar 14:05", UTC. */
export function formatMoment(timeMs: number): string {
  const [date = '', time = ''] = rfc3339(timeMs).split('T');
  const [, month = '', day = ''] = date.split('-');
  return `${Number(day)} ${months[Number(month) - 1] ?? ''} ${time.slice(0, 5)}`;
}

/** "2026-03-02", UTC. */
export function formatDate(timeMs: number): string {
  return rfc3339(timeMs).slice(0, 10);
}

/** "2 Mar 14:05 – 16:30"; the day is repeated where it changes. */
export function formatSpan(startMs: number, endMs: number): string {
  const end = formatMoment(endMs);
  return `${formatMoment(startMs)} – ${formatDate(startMs) === formatDate(endMs) ? end.slice(-5) : end}`;
}

/** "2026-03-02 14:05 - 16:30", as terminals show it; the day is repeated where it changes. */
export function formatDatedSpan(startMs: number, endMs: number): string {
  const [start, end] = [formatMinute(startMs), formatMinute(endMs)];
  return `${start} - ${formatDate(startMs) === formatDate(endMs) ? end.slice(11) : end}`;
}

/** "45 s", "12 min", "3.5 h", "2.1 days". */
export function formatDuration(minutes: number): string {
  if (minutes < 1) return `${Math.round(minutes * 60)} s`;
  if (minutes < 120) return `${Math.round(minutes)} min`;
  return minutes < 48 * 60 ? `${figure(minutes / 60)} h` : `${figure(minutes / 1440)} days`;
}

function figure(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

import { type AlarmEvent, messageOf, type PublicationStatus } from '../app/streaming/alarm-feed.ts';
import { formatMinute } from '../base/time.ts';
import type { Entity } from '../data/dataset/truth.ts';
import { formatEntity } from '../lab/report/format-entity.ts';
import { formatScoreAbove } from '../lab/report/format-score.ts';
import { wrapText } from '../lab/report/table.ts';

type ShownAlarm = {
  readonly startMs: number;
  readonly endMs: number;
  readonly entity: Entity;
  readonly score: number;
  readonly threshold: number;
  readonly evidence: string;
};

/**
 * The line of an alarm, on every terminal: "2026-03-04 16:00 - 17:30  user u-12  score 0.993 (threshold 0.99)  4 units ...".
 *
 * @param options.note stands before the evidence, such as the label that the alarm is right about
 * @param options.width of the terminal, in which the line is wrapped; default: one line
 */
export function formatAlarm(
  { startMs, endMs, entity, evidence, ...scored }: ShownAlarm,
  {
    note,
    width,
    indent = '',
  }: { readonly note?: string; readonly width?: number | undefined; readonly indent?: string } = {},
): string {
  const [start, end] = [formatMinute(startMs), formatMinute(endMs)];
  const span = `${start} - ${start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end}`;
  const parts = [span, formatEntity(entity), formatScoreAbove(scored), ...(note === undefined ? [] : [note]), evidence];
  return wrapText(indent + parts.join('  '), width, `${indent}    `);
}

/** "detected  2026-03-04 16:00 - 16:30  user u-12  ..."; "ended" with the whole alarm. */
export function formatAlarmEvent({ type, alarm }: AlarmEvent, status: PublicationStatus): string {
  const isOpen = type === 'AnomalyDetected';
  const shown = { ...alarm, endMs: isOpen ? alarm.detectedAtMs : alarm.endMs, evidence: alarm.evidence.text };
  const line = `${isOpen ? 'detected' : 'ended   '}  ${formatAlarm(shown)}`;
  return status === 'provisional' ? `${line}  (only if no more messages come; not published)` : line;
}

/** The event as a line of JSON, in the form in which it is published. A provisional event is not published and says so. */
export function alarmEventJson(alarmEvent: AlarmEvent, status: PublicationStatus): string {
  const { type, id, data } = messageOf(alarmEvent);
  return JSON.stringify({ type, id, ...data, ...(status === 'provisional' ? { provisional: true } : {}) });
}

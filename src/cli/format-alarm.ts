import { type AlarmEvent, messageOf, type PublicationStatus } from '../app/streaming/alarm-feed.ts';
import { formatDatedSpan } from '../base/format-time.ts';
import { pluralize } from '../base/words.ts';
import type { Entity } from '../data/dataset/truth.ts';
import type { Alarm, Evidence } from '../lab/detectors/detector.ts';
import { incidentsOf } from '../lab/detectors/incidents.ts';
import { formatEntities } from '../lab/report/format-entity.ts';
import { formatScoreAbove } from '../lab/report/format-score.ts';
import { wrapText } from '../lab/report/terminal/wrap-text.ts';

/** An alarm, or an incident with its best alarm: then its entities are those of all its alarms. */
type ShownAlarm = Pick<Alarm, 'anomaly' | 'startMs' | 'endMs' | 'entity' | 'score' | 'threshold'> & {
  readonly entities?: readonly Entity[];
  readonly evidence: string | Pick<Evidence, 'text'>;
};

/** Incidents of one detector that a terminal shows. */
const incidentsShown = 5;

/**
 * The line of an alarm, on every terminal; when, what, who, why, how sure: "2026-03-04 16:00 - 17:30  stock-exhaustion  user u-12  4 units ...  score 0.993 (threshold 0.99)".
 *
 * @param options.note stands before the evidence, such as the label that the alarm is right about
 * @param options.width of the terminal, in which the line is wrapped; default: one line
 */
export function formatAlarm(
  { startMs, endMs, anomaly, entity, entities = [entity], evidence, ...scored }: ShownAlarm,
  { note, width, indent = '' }: { readonly note?: string | undefined } & Layout = {},
): string {
  const parts = [
    formatDatedSpan(startMs, endMs),
    anomaly,
    formatEntities(entities),
    ...(note === undefined ? [] : [note]),
    typeof evidence === 'string' ? evidence : evidence.text,
    formatScoreAbove(scored),
  ];
  return wrapText(indent + parts.join('  '), width, `${indent}    `);
}

type Layout = { readonly width?: number | undefined; readonly indent?: string };

/** The lines of some incidents, the first of them; then how many more there are, and the file that has them all. */
export function formatIncidents(
  incidents: readonly (ShownAlarm & { readonly note?: string })[],
  { rest, ...layout }: Layout & { readonly rest: string },
): readonly string[] {
  const shown = incidents.slice(0, incidentsShown).map(({ note, ...alarm }) => formatAlarm(alarm, { ...layout, note }));
  const more = incidents.length - shown.length;
  const { indent = '', width } = layout;
  return [...shown, ...(more > 0 ? [wrapText(`${indent}and ${more} more: see ${rest}`, width, `${indent}    `)] : [])];
}

/** What `detect` prints of its alarms: how many, the first incidents, and where all of them are. */
export function formatDetected(
  alarms: readonly Alarm[],
  { data, file, width }: { readonly data: string; readonly file: string; readonly width: number | undefined },
): readonly string[] {
  const incidents = incidentsOf(alarms);
  return [
    wrapText(`${formatAlarmCount(alarms.length, incidents.length)} in ${data}, written to ${file}`, width, '  '),
    ...formatIncidents(
      incidents.map(incident => ({ ...incident.best, ...incident })),
      { width, rest: file },
    ),
  ];
}

/** "detected  2026-03-04 16:00 - 16:30  stock-exhaustion  user u-12  ..."; "ended" with the whole alarm. */
export function formatAlarmEvent(
  { type, alarm }: AlarmEvent,
  status: PublicationStatus,
  width?: number | undefined,
): string {
  const isOpen = type === 'AnomalyDetected';
  const shown = isOpen ? { ...alarm, endMs: alarm.detectedAtMs } : alarm;
  const line = `${isOpen ? 'detected' : 'ended   '}  ${formatAlarm(shown)}`;
  const note = status === 'provisional' ? '  (only if no more messages come; not published)' : '';
  return wrapText(line + note, width, '    ');
}

/** "21 alarms in 3 incidents"; "1 alarm" where each alarm is an incident. */
export function formatAlarmCount(alarms: number, incidents: number): string {
  const counted = pluralize(alarms, 'alarm');
  return incidents === alarms ? counted : `${counted} in ${pluralize(incidents, 'incident')}`;
}

/** The event as a line of JSON, in the form in which it is published. A provisional event is not published and says so. */
export function alarmEventJson(alarmEvent: AlarmEvent, status: PublicationStatus): string {
  const { type, id, data } = messageOf(alarmEvent);
  return JSON.stringify({ type, id, ...data, ...(status === 'provisional' ? { provisional: true } : {}) });
}

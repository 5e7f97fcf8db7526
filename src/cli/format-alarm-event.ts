import { type AlarmEvent, messageOf, type PublicationStatus } from '../app/streaming/alarm-feed.ts';
import { formatEntity } from '../lab/report/format-entity.ts';
import { formatScoreAbove } from '../lab/report/format-score.ts';

/** An announcement as a line of JSON, as it is published; one that is not says so. */
export function alarmEventJson(alarmEvent: AlarmEvent, status: PublicationStatus): string {
  const { type, id, data } = messageOf(alarmEvent);
  return JSON.stringify({ type, id, ...data, ...(status === 'provisional' ? { provisional: true } : {}) });
}

/** "2026-03-04 16:30  detected  user u-12  0.993 (above 0.99)  4 units ...". */
export function formatAlarmEvent({ type, alarm }: AlarmEvent, status: PublicationStatus): string {
  const { startMs, endMs, detectedAtMs, entity, evidence } = alarm;
  const minute = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  const what =
    type === 'AnomalyDetected'
      ? `${minute(detectedAtMs)}  detected`
      : `${minute(endMs)}  ended, since ${minute(startMs)}`;
  const ifEnded = status === 'provisional' ? '  (if nothing more came; not published)' : '';
  return `${what}  ${formatEntity(entity)}  ${formatScoreAbove(alarm)}  ${evidence.text}${ifEnded}`;
}

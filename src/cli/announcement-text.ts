import { type Announcement, type AnnouncementStatus, messageOf } from '../app/streaming/alarm-feed.ts';
import { entityText } from '../lab/report/entity-text.ts';
import { scoreAboveText } from '../lab/report/score-text.ts';

/** An announcement as a line of JSON, as it is published; one that is not says so. */
export function announcementJson(announcement: Announcement, status: AnnouncementStatus): string {
  const { type, id, data } = messageOf(announcement);
  return JSON.stringify({ type, id, ...data, ...(status === 'provisional' ? { provisional: true } : {}) });
}

/** "2026-03-04 16:30  detected  user u-12  0.993 (above 0.99)  4 units ...". */
export function announcementText({ type, alarm }: Announcement, status: AnnouncementStatus): string {
  const { startMs, endMs, detectedAtMs, entity, evidence } = alarm;
  const minute = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  const what =
    type === 'AnomalyDetected'
      ? `${minute(detectedAtMs)}  detected`
      : `${minute(endMs)}  ended, since ${minute(startMs)}`;
  const ifEnded = status === 'provisional' ? '  (if nothing more came; not published)' : '';
  return `${what}  ${entityText(entity)}  ${scoreAboveText(alarm)}  ${evidence.text}${ifEnded}`;
}

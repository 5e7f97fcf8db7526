import { dayMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import type { Alarm } from '../detectors/detector.ts';

/** Why precision is lower than the number of alarms lets expect: a note where alarms last longer than a day. */
export function longAlarmNotes(alarms: readonly Pick<Alarm, 'startMs' | 'endMs'>[]): readonly string[] {
  const long = alarms.filter(({ startMs, endMs }) => endMs - startMs > dayMs).length;
  if (long === 0) return [];
  const last = long === 1 ? 'lasts longer than a day, and counts' : 'last longer than a day, and count';
  return [`${pluralize(long, 'alarm')} ${last} once for each day in these figures.`];
}

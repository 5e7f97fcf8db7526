import { expect, test } from 'vitest';
import { dayMs } from '../../../src/base/time.ts';
import { longAlarmNotes } from '../../../src/lab/report/long-alarms.ts';

test('longAlarmNotes says how many alarms count more than once', () => {
  const lasting = (days: number) => ({ startMs: 0, endMs: days * dayMs });
  expect(longAlarmNotes([lasting(0.5), lasting(1)])).toEqual([]);
  expect(longAlarmNotes([lasting(0.5), lasting(1.1)])).toEqual([
    '1 alarm lasts longer than a day, and counts once for each day in these figures.',
  ]);
  expect(longAlarmNotes([lasting(3), lasting(2)])).toEqual([
    '2 alarms last longer than a day, and count once for each day in these figures.',
  ]);
});

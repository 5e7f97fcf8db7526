import { expect, test } from 'vitest';
import { formatAlarm, formatAlarmCount, formatAlarmEvent, formatDetected } from '../../src/cli/format-alarm.ts';

const at = (time: string) => Date.parse(`${time}Z`);

const alarm = {
  startMs: at('2026-03-04T16:00'),
  endMs: at('2026-03-04T17:30'),
  detectedAtMs: at('2026-03-04T16:15'),
  score: 0.993,
  threshold: 0.99,
  anomaly: 'stock-exhaustion',
  entity: { type: 'user', id: 'u-12' },
  detector: 'cart',
  evidence: { text: '4 units', features: {} },
} as const;

test('formatAlarm gives the day once, or twice where the alarm ends on another one, and a note before the evidence', () => {
  const shown = { ...alarm, entities: [alarm.entity], evidence: '4 units' };
  expect(formatAlarm(shown)).toBe(
    '2026-03-04 16:00 - 17:30  stock-exhaustion  user u-12  4 units  score 0.993 (threshold 0.99)',
  );
  expect(formatAlarm({ ...shown, endMs: at('2026-03-05T01:00') }, { note: '(hoard-1)' })).toBe(
    '2026-03-04 16:00 - 2026-03-05 01:00  stock-exhaustion  user u-12  (hoard-1)  4 units  score 0.993 (threshold 0.99)',
  );
});

test('formatAlarm wraps its line in a terminal', () => {
  const evidence = 'units held at once 40 (at least 12), and orders paid before 0';
  expect(formatAlarm({ ...alarm, entities: [alarm.entity], evidence }, { width: 60, indent: '  ' })).toBe(
    `
  2026-03-04 16:00 - 17:30  stock-exhaustion  user u-12
      units held at once 40 (at least 12), and orders paid
      before 0  score 0.993 (threshold 0.99)`.slice(1),
  );
});

test('formatAlarm names a few of an incident', () => {
  const ring = Array.from({ length: 21 }, (_, index) => ({ type: 'user' as const, id: `u-${index}` }));
  expect(formatAlarm({ ...alarm, entities: ring, evidence: '4 units' })).toBe(
    '2026-03-04 16:00 - 17:30  stock-exhaustion  users u-0, u-1, u-2 and 18 more  4 units  score 0.993 (threshold 0.99)',
  );
  expect(formatAlarmCount(21, 1)).toBe('21 alarms in 1 incident');
  expect(formatAlarmCount(1, 1)).toBe('1 alarm');
});

test('formatAlarmEvent gives an open alarm up to its detection, and a closed one whole', () => {
  const rest = 'stock-exhaustion  user u-12  4 units  score 0.993 (threshold 0.99)';
  expect(formatAlarmEvent({ type: 'AnomalyDetected', id: 'a', alarm }, 'new')).toBe(
    `detected  2026-03-04 16:00 - 16:15  ${rest}`,
  );
  expect(formatAlarmEvent({ type: 'AnomalyEnded', id: 'b', alarm }, 'provisional')).toBe(
    `ended     2026-03-04 16:00 - 17:30  ${rest}  (only if no more messages come; not published)`,
  );
});

test('formatAlarmEvent wraps its line in a terminal', () => {
  expect(formatAlarmEvent({ type: 'AnomalyEnded', id: 'b', alarm }, 'provisional', 60)).toBe(
    `
ended     2026-03-04 16:00 - 17:30  stock-exhaustion  user
    u-12  4 units  score 0.993 (threshold 0.99)  (only if no
    more messages come; not published)`.slice(1),
  );
});

test('formatDetected shows five incidents, and where the others are', () => {
  const alarms = Array.from({ length: 7 }, (_, index) => ({
    ...alarm,
    entity: { type: 'user' as const, id: `u-${index}` },
  }));
  const lines = formatDetected(alarms, { data: 'datasets/a', file: 'out/detections.csv', width: 60 });
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe('7 alarms in datasets/a, written to out/detections.csv');
  expect(lines.at(-1)).toBe('and 2 more: see out/detections.csv');
});

test('formatDetected shows an incident as one line: its time, who is in it, and the alarm with the highest score', () => {
  const involved = [{ type: 'product' as const, id: 'p-1' }];
  const later = { startMs: at('2026-03-04T17:00'), endMs: at('2026-03-04T19:00'), score: 0.999 };
  const other = { ...alarm, ...later, involved, entity: { type: 'user' as const, id: 'u-13' } };
  const best = { ...other, evidence: { text: '9 units', features: {} } };
  expect(formatDetected([{ ...alarm, involved }, best], { data: 'a', file: 'b', width: undefined })).toEqual([
    '2 alarms in 1 incident in a, written to b',
    '2026-03-04 16:00 - 19:00  stock-exhaustion  users u-12, u-13  9 units  score 0.999 (threshold 0.99)',
  ]);
});

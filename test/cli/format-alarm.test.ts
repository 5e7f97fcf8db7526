import { expect, test } from 'vitest';
import { formatAlarm, formatAlarmEvent } from '../../src/cli/format-alarm.ts';

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
  const shown = { ...alarm, evidence: '4 units' };
  expect(formatAlarm(shown)).toBe('2026-03-04 16:00 - 17:30  user u-12  score 0.993 (threshold 0.99)  4 units');
  expect(formatAlarm({ ...shown, endMs: at('2026-03-05T01:00') }, { note: '(hoard-1)' })).toBe(
    '2026-03-04 16:00 - 2026-03-05 01:00  user u-12  score 0.993 (threshold 0.99)  (hoard-1)  4 units',
  );
});

test('formatAlarm wraps its line in a terminal', () => {
  const evidence = 'units held at once 40 (at least 12), and orders paid before 0';
  expect(formatAlarm({ ...alarm, evidence }, { width: 60, indent: '  ' })).toBe(
    `
  2026-03-04 16:00 - 17:30  user u-12  score 0.993
      (threshold 0.99)  units held at once 40 (at least 12),
      and orders paid before 0`.slice(1),
  );
});

test('formatAlarmEvent gives an open alarm up to its detection, and a closed one whole', () => {
  const rest = 'user u-12  score 0.993 (threshold 0.99)  4 units';
  expect(formatAlarmEvent({ type: 'AnomalyDetected', id: 'a', alarm }, 'new')).toBe(
    `detected  2026-03-04 16:00 - 16:15  ${rest}`,
  );
  expect(formatAlarmEvent({ type: 'AnomalyEnded', id: 'b', alarm }, 'provisional')).toBe(
    `ended     2026-03-04 16:00 - 17:30  ${rest}  (only if no more messages come; not published)`,
  );
});

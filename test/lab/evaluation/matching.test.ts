import { expect, test } from 'vitest';
import { detectionDelayMinutes, isEntityAnomaly, matchAlarms } from '../../../src/lab/evaluation/matching.ts';
import { runOutcome } from '../../../src/lab/evaluation/run-outcome.ts';
import { alarm, label } from '../../support/labels.ts';
import { windowMs } from '../../support/units.ts';

const labels = [label('l', 10, 12)];
const match = (given: ReturnType<typeof alarm>, nearMisses = [label('m', 20, 22, { anomaly: 'bulk-buyer' })]) =>
  matchAlarms([given], { labels, nearMisses }, windowMs)[0];

test.each([
  ['ends as the label starts', 8, 10, false],
  ['overlaps the start', 8, 11, true],
  ['begins at effect_end plus a window', 13, 14, true],
  ['begins later', 14, 15, false],
])('matchAlarms: an alarm that %s', (_, from, to, isRight) => {
  expect(match(alarm('u', from, to))?.labels).toEqual(isRight ? labels : []);
});

test('matchAlarms: it must name an entity of the label, and be of its anomaly', () => {
  expect(match(alarm('v', 10, 11))?.labels).toEqual([]);
  expect(match(alarm('u', 10, 11, { entity: { type: 'product', id: 'u' } }))?.labels).toEqual([]);
  expect(match(alarm('u', 10, 11, { anomaly: 'price-error' }))?.labels).toEqual([]);
});

test('matchAlarms: anomalies of the whole shop need no entity', () => {
  const outage = label('o', 10, 12, { anomaly: 'workload-shape', entities: [{ type: 'service', id: 'order' }] });
  const raised = alarm('shop', 10, 11, { anomaly: 'workload-shape', entity: { type: 'shop', id: 'shop' } });
  expect(matchAlarms([raised], { labels: [outage], nearMisses: [] }, windowMs)[0]?.labels).toEqual([outage]);
});

test('matchAlarms: a wrong alarm is charged to the near miss whose entity it names, or to a crowd by time', () => {
  expect(match(alarm('u', 20, 21))?.nearMisses.map(({ id }) => id)).toEqual(['m']);
  expect(match(alarm('v', 20, 21))?.nearMisses).toEqual([]);
  const crowd = label('c', 20, 22, { anomaly: 'flash-sale', entities: [{ type: 'product', id: 'p' }] });
  expect(match(alarm('v', 20, 21), [crowd])?.nearMisses).toEqual([crowd]);
  expect(match(alarm('u', 10, 11), [label('m', 10, 12)])?.nearMisses).toEqual([]);
});

test('detectionDelayMinutes: from start to the first right alarm, never below 0', () => {
  const delayOf = (...alarms: ReturnType<typeof alarm>[]) =>
    labels.map(each => detectionDelayMinutes(each, matchAlarms(alarms, { labels, nearMisses: [] }, windowMs)));
  expect(delayOf(alarm('u', 12, 13), alarm('u', 11, 12))).toEqual([60]);
  expect(delayOf(alarm('u', 5, 11, { detectedAtMs: 6 * windowMs }))).toEqual([0]);
  expect(delayOf(alarm('v', 10, 11))).toEqual([null]);
});

test('runOutcome: an alarm that never ends counts once a day, so it is wrong on most days', () => {
  const hourMs = 3_600_000;
  const startMs = alarm('shop', 0, 1).startMs;
  const endless = {
    ...alarm('shop', 0, 1, { anomaly: 'workload-shape', entity: { type: 'shop', id: 'shop' } }),
    endMs: startMs + 240 * hourMs,
  };
  const truth = { labels: [label('o', 10, 12, { anomaly: 'workload-shape' })], nearMisses: [], caused: new Map() };
  const { rightAlarms, falseAlarms } = runOutcome(
    { run: '1', truth },
    { anomaly: 'workload-shape', detector: endless.detector, role: 'control', windowMs },
    { days: 10, alarms: [endless] },
  );
  expect({ right: rightAlarms.length, wrong: falseAlarms }).toEqual({ right: 1, wrong: 9 });
});

test.each([
  ['traffic-intensity', 1],
  ['series', 2],
])('runOutcome: without labels, alarms about two channels in %s are %s', (anomaly, wrong) => {
  const { falseAlarms } = runOutcome(
    { run: '1', truth: { labels: [], nearMisses: [], caused: new Map() } },
    { anomaly, detector: 'd', role: 'external', windowMs },
    { days: 10, alarms: ['a', 'b'].map(id => alarm('', 10, 11, { anomaly, entity: { type: 'channel', id } })) },
  );
  expect(falseAlarms).toBe(wrong);
});

test.each([
  ['the shop has one alarm at a time, whatever its rows name', 'traffic-intensity', 'shop', 1],
  ['channels that no label names are no alarms of their own', 'traffic-intensity', 'channel', 1],
  ['channels that labels name are', 'series', 'channel', 2],
  ['users and products are', 'stock-exhaustion', 'user', 2],
] as const)('runOutcome: %s', (_, anomaly, type, right) => {
  const entities = ['a', 'b'].map(id => ({ type, id }));
  const named =
    type === 'channel' && anomaly === 'traffic-intensity' ? [{ type: 'shop', id: 'shop' } as const] : entities;
  const truth = { labels: [label('l', 10, 12, { anomaly, entities: named })], nearMisses: [], caused: new Map() };
  const { rightAlarms, falseAlarms } = runOutcome(
    { run: '1', truth },
    { anomaly, detector: 'd', role: 'external', windowMs },
    { days: 10, alarms: entities.map(entity => alarm('', 10, 11, { anomaly, entity })) },
  );
  expect({ right: rightAlarms.length, wrong: falseAlarms }).toEqual({ right, wrong: 0 });
});

test('isEntityAnomaly: an unknown anomaly is about the whole shop', () => {
  expect(['price-error', 'workload-shape', 'series', 'toString'].filter(isEntityAnomaly)).toEqual(['price-error']);
});

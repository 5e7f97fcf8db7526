import { expect, test } from 'vitest';
import { alarmMerger, mergedAlarms } from '../../../src/lab/detectors/alarms.ts';
import { startDetection } from '../../../src/lab/detectors/detect.ts';
import type { Alarm } from '../../../src/lab/detectors/detector.ts';
import type { Unit } from '../../../src/lab/features/feature-set.ts';
import { trafficSeries } from '../../../src/lab/features/series-counts.ts';
import { scored, windowMs } from '../../support/units.ts';

const merger = () => alarmMerger({ detector: 'd', anomaly: 'a', threshold: 0.5, gapMs: windowMs });

test('alarmMerger: windows of one entity less than a window apart are one alarm, which its best unit explains', () => {
  const merging = merger();
  const units = [
    scored('u', 0, 0.6),
    scored('v', 0, 0.5),
    scored('u', 1, 0.9),
    scored('u', 2, 0.1),
    scored('u', 3, 0.7),
  ];
  const alarms = [...units.flatMap(each => merging.push(each)), ...merging.finish()];
  expect(alarms.map(({ startMs, endMs }) => [startMs / windowMs, endMs / windowMs])).toEqual([
    [0, 2],
    [3, 4],
  ]);
  expect(alarms[0]).toMatchObject({ score: 0.9, detectedAtMs: windowMs, evidence: { text: 'scored 0.9' } });
});

test('alarmMerger: an alarm begins with the span that decided, and is known no earlier than its first window', () => {
  const merging = merger();
  for (const window of [5, 6]) merging.push({ ...scored('u', window, 0.9), sinceMs: (window - 4) * windowMs });
  const [alarm] = merging.finish();
  expect(alarm).toMatchObject({ startMs: windowMs, endMs: 7 * windowMs, detectedAtMs: 6 * windowMs });
});

test('alarmMerger: an alarm is closed when nothing can join it any more, by any entity', () => {
  const merging = merger();
  expect(merging.push(scored('u', 0, 0.6))).toEqual([]);
  expect(merging.open()).toHaveLength(1);
  expect(merging.push(scored('v', 1, 0))).toEqual([]);
  expect(merging.push(scored('v', 2, 0))).toHaveLength(1);
  expect(merging.open()).toEqual([]);
});

test('mergedAlarms: leaves merged alarms as they are, and merges the same ones given window by window', () => {
  const windows = [0, 1, 3, 4, 5, 9];
  const merging = merger();
  const merged = [...windows.flatMap(window => merging.push(scored('u', window, 1 + window))), ...merging.finish()];
  const single = windows.flatMap(window => {
    const one = merger();
    return [...one.push(scored('u', window, 1 + window)), ...one.finish()];
  });
  expect(merged).toHaveLength(3);
  expect(mergedAlarms(merged, windowMs)).toEqual(merged);
  expect(mergedAlarms(single, windowMs)).toEqual(merged);
});

test('startDetection: alarms of the whole shop less than three hours apart are one alarm', () => {
  const { windowMs: quarterMs } = trafficSeries;
  const alarms: Alarm[] = [];
  const detector = { id: 'd', anomaly: 'traffic-intensity', role: 'learner', features: trafficSeries } as const;
  const high = [0, 12, 25];
  const score = (unit: Unit) => [
    { unit, score: high.includes(unit.startMs / quarterMs) ? 1 : 0, explain: () => ({ text: '', features: {} }) },
  ];
  const detection = startDetection([{ detector, scorer: { score }, threshold: 0.5 }], 0, {
    onAlarm: alarm => alarms.push(alarm),
  });
  detection.advance(40 * quarterMs);
  detection.finish(40 * quarterMs);
  expect(alarms.map(({ startMs, endMs }) => [startMs / quarterMs, endMs / quarterMs])).toEqual([
    [0, 13],
    [25, 26],
  ]);
});

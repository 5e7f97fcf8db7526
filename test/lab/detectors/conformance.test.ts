import { beforeAll, describe, expect, test } from 'vitest';
import type { Detector, ScoredUnit, TrainedParameters } from '../../../src/lab/detectors/detector.ts';
import { detectorFor, detectors } from '../../../src/lab/detectors/registry.ts';
import { trainDetector } from '../../../src/lab/detectors/training.ts';
import type { Unit } from '../../../src/lab/features/feature-set.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { hoardingData } from '../../support/hoarding-data.ts';

const data = await hoardingData(detectors, {
  seed: 11,
  days: 22,
  visitsPerDay: 60,
  attacks: ['fast', 'slow', 'ring'],
});

function throughJson(trained: TrainedParameters): TrainedParameters {
  return { parameters: JSON.parse(JSON.stringify(trained.parameters ?? null)), files: trained.files ?? {} };
}

async function scoresOf(detector: Detector, trained: TrainedParameters, units: readonly Unit[]) {
  const scorer = await detector.load(trained);
  return units.flatMap(unit => scorer.score(unit));
}

describe.each(detectors.map(detector => [`${detector.anomaly}/${detector.id}`, detector] as const))(
  '%s',
  (_, detector) => {
    test('describes itself', () => {
      expect(detector.id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(detector.description.length).toBeGreaterThan(10);
      expect(detector.library).toMatch(/^(cqshop|.+ \d+\.\d+\.\d+)$/);
      expect(detectors.filter(({ id, anomaly }) => id === detector.id && anomaly === detector.anomaly)).toHaveLength(1);
    });

    test('has the same budget of false alarms as the learner of its anomaly', () => {
      expect(detector.falseAlarmsPerDay).toBe(detectorFor(detector.anomaly).falseAlarmsPerDay);
    });

    let trained: TrainedParameters;
    let units: readonly Unit[];
    let scored: readonly ScoredUnit[];

    beforeAll(async () => {
      trained = await trainDetector(detector, data, 3);
      units = data.unitsFor(detector).map(({ unit }) => unit);
      scored = await scoresOf(detector, trained, units);
    });

    test('scores each unit at most once, in the order of the stream, with a finite score', () => {
      const place = new Map(units.map((unit, index) => [`${unit.startMs}/${unit.entity.id}`, index]));
      const places = scored.map(({ unit }) => place.get(`${unit.startMs}/${unit.entity.id}`) ?? Number.NaN);
      expect(scored.length).toBeGreaterThan(0);
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      expect(scored.filter(({ score }) => !Number.isFinite(score))).toEqual([]);
    });

    test('explains its highest score in words and by finite features', () => {
      const best = scored.reduce((top, each) => (each.score > top.score ? each : top));
      expect(best.explain().text.length).toBeGreaterThan(5);
      expect(Object.values(best.explain().features).every(Number.isFinite)).toBe(true);
    });

    test('learns the same from the same data', async () => {
      expect(await trainDetector(detector, data, 3)).toEqual(trained);
    });

    test('scores the same after its parameters went through JSON and files', async () => {
      const reloaded = await scoresOf(detector, throughJson(trained), units);
      expect(reloaded.map(({ score }) => score)).toEqual(scored.map(({ score }) => score));
    });

    test('gives a score that depends on nothing that comes later', async () => {
      const scorer = await detector.load(trained);
      const early = units.slice(0, Math.floor(units.length / 2)).flatMap(unit => scorer.score(unit));
      expect(early.map(({ score }) => score)).toEqual(scored.slice(0, early.length).map(({ score }) => score));
    });

    test('refuses the parameters of another detector', async () => {
      const foreign = { parameters: { unheardOf: [1, 2, 3] }, files: {} };
      await expectCqshopError(() => detector.load(foreign), 'MODEL_INVALID', 'expected');
      await expectCqshopError(() => detector.load({ parameters: null }), 'MODEL_INVALID', 'expected');
    });
  },
);

import { describe, expect, test } from 'vitest';
import type { Detector, TrainedParameters } from '../../../src/lab/detectors/detector.ts';
import { detectors } from '../../../src/lab/detectors/registry.ts';
import { type TrainingData, trainDetector } from '../../../src/lab/detectors/training.ts';
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

async function scoresOf(detector: Detector, trained: TrainedParameters, from: TrainingData = data) {
  const scorer = await detector.load(trained);
  const units = from.unitsFor(detector).map(({ unit }) => unit);
  const scored = [...units.flatMap(unit => scorer.score(unit)), ...scorer.finish()];
  return { units, scored };
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

    test('trains, keeps, scores and explains', async () => {
      const trained = await trainDetector(detector, data, 3);
      const { units, scored } = await scoresOf(detector, trained);

      // Each unit at most once, in stream order, with a finite score.
      const place = new Map(units.map((unit, index) => [`${unit.startMs}/${unit.entity.id}`, index]));
      const places = scored.map(({ unit }) => place.get(`${unit.startMs}/${unit.entity.id}`) ?? Number.NaN);
      expect(scored.length).toBeGreaterThan(0);
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      expect(scored.filter(({ score }) => !Number.isFinite(score))).toEqual([]);

      // The explanation names features that the feature set, or the detector itself, has, with finite values.
      const best = scored.reduce((top, each) => (each.score > top.score ? each : top));
      expect(best.explain().text.length).toBeGreaterThan(5);
      expect(Object.values(best.explain().features).every(Number.isFinite)).toBe(true);

      // Training again gives the same; a model through JSON and files scores the same.
      const again = await trainDetector(detector, data, 3);
      expect(again).toEqual(trained);
      const reloaded = await scoresOf(detector, throughJson(trained));
      expect(reloaded.scored.map(({ score }) => score)).toEqual(scored.map(({ score }) => score));

      // A score depends on nothing that comes later.
      const half = Math.floor(units.length / 2);
      const scorer = await detector.load(trained);
      const early = units.slice(0, half).flatMap(unit => scorer.score(unit));
      expect(early.map(({ score }) => score)).toEqual(scored.slice(0, early.length).map(({ score }) => score));
    });

    test('refuses the parameters of another detector', async () => {
      const foreign = { parameters: { unheardOf: [1, 2, 3] }, files: {} };
      await expectCqshopError(() => detector.load(foreign), 'MODEL_INVALID', 'expected');
      await expectCqshopError(() => detector.load({ parameters: null }), 'MODEL_INVALID', 'expected');
    });
  },
);

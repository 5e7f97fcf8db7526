import { describe, expect, test } from 'vitest';
import { readModel } from '../../src/detectors/model-files.ts';
import { detectableAnomalies, detectorFor, detectors } from '../../src/detectors/registry.ts';
import { trainAll } from '../../src/detectors/train.ts';
import { unitLabeller } from '../../src/evaluation/unit-truth.ts';
import { trainingPlan, trainingSeed } from '../../src/experiment/plan.ts';
import { simulatedRun } from '../../src/experiment/simulated-run.ts';
import { readScenario } from '../../src/scenarios/read-scenario.ts';
import { vocabulary } from '../../src/simulation/vocabulary.ts';

/** The committed models are what training makes of its seeds; their thresholds are tried by the gate. */
describe.each(detectableAnomalies)('models/%s', anomaly => {
  test('is what retraining gives', { timeout: 300_000 }, async () => {
    const committed = await readModel(new URL(`../../models/${anomaly}`, import.meta.url).pathname, detectors, anomaly);
    const { runs } = await trainingPlan(anomaly, await readScenario('clean', { vocabulary }));
    const training = runs.map(scenario => {
      const { records, truth } = simulatedRun(scenario);
      return { records, span: scenario, labeller: unitLabeller(truth) };
    });
    const [model] = await trainAll([detectorFor(anomaly)], training, { seed: trainingSeed });
    expect(model?.description.files).toEqual(committed.description.files);
    expect(model?.description.parameters).toEqual(committed.description.parameters);
    expect(model?.description.features).toEqual(committed.description.features);
    expect(model?.description.validation).toEqual(committed.description.validation);
  });
});

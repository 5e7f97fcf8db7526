import { simulatedRun } from '../../src/app/experiment/simulated-run.ts';
import { detectorFor } from '../../src/lab/detectors/registry.ts';
import { trainAll } from '../../src/lab/detectors/train.ts';
import { unitLabeller } from '../../src/lab/evaluation/unit-truth.ts';
import { scenarioFor } from './run-scenario.ts';

/** A model of hoarders with a low threshold, which raises many alarms. */
export async function lowModel() {
  const scenario = await scenarioFor('clean', { days: 2, scale: 0.2, nearMisses: [] });
  const { records, truth } = simulatedRun(scenario);
  const run = { records, span: scenario, labeller: unitLabeller(truth) };
  const [model] = await trainAll([detectorFor('stock-exhaustion', 'rule')], [run], { seed: 1 });
  if (model === undefined) throw new TypeError('no model');
  const threshold = { ...model.description.threshold, value: 2.5 };
  return { ...model, description: { ...model.description, threshold } };
}

import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { parseTree } from '../../../src/lab/detectors/cart/tree.ts';
import { loadedDetector } from '../../../src/lab/detectors/detect.ts';
import type { Model } from '../../../src/lab/detectors/model.ts';
import { readModel } from '../../../src/lab/detectors/model-files.ts';
import { detectors } from '../../../src/lab/detectors/registry.ts';
import { trainAll } from '../../../src/lab/detectors/train.ts';
import { type Gate, gateOf, shortfalls } from '../../../src/lab/evaluation/gate.ts';
import { type ResultRow, resultRows } from '../../../src/lab/evaluation/result-rows.ts';
import { scoreRun } from '../../../src/lab/evaluation/score-run.ts';
import { unitLabeller } from '../../../src/lab/evaluation/unit-truth.ts';
import type { ResolvedScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';

const about = { command: 'test', seeds: 1, firstSeed: 700, version: '0', tolerance: 0.02 };
let scenario: ResolvedScenario;
let run: ReturnType<typeof simulatedRun>;
let model: Model;
let accepted: readonly ResultRow[];
let gate: Gate;

async function rowsOf(broken: Model): Promise<readonly ResultRow[]> {
  const { records, truth } = run;
  const { outcomes } = await scoreRun([await loadedDetector(broken)], { run: '700', records, span: scenario, truth });
  return resultRows(outcomes);
}

beforeAll(async () => {
  scenario = await scenarioFor('stock-exhaustion', { seed: 700 });
  run = simulatedRun(scenario);
  model = await readModel(
    fileURLToPath(new URL('../../../models/stock-exhaustion', import.meta.url)),
    detectors,
    'stock-exhaustion',
  );
  accepted = await rowsOf(model);
  gate = gateOf(accepted, about);
});

describe('the gate', () => {
  test('lets through what it was made from', () => {
    expect(gate.accepted.length).toBeGreaterThan(3);
    expect(shortfalls(gate, accepted)).toEqual([]);
  });

  test('names what fell when a threshold is shifted up: recall', async () => {
    // Scores are probabilities below 1.
    const shifted = { ...model.description.threshold, value: 1 };
    const found = shortfalls(
      gate,
      await rowsOf({ ...model, description: { ...model.description, threshold: shifted } }),
    );
    expect(found.map(({ figure }) => figure)).toContain('recall');
  });

  test('names what fell when a threshold is shifted down: precision and false alarms', async () => {
    const shifted = { ...model.description.threshold, value: 0.2 };
    const found = shortfalls(
      gate,
      await rowsOf({ ...model, description: { ...model.description, threshold: shifted } }),
    );
    expect(found.map(({ figure }) => figure)).toEqual(expect.arrayContaining(['precision', 'falseAlarmsPerDay']));
  });

  test('notices when the features that the trees ask for first are always 0', async () => {
    const { features } = model.detector;
    const trees: readonly unknown[] = JSON.parse(String(model.files['trees.json']));
    const zeroed = new Set(trees.map(parseTree).flatMap(({ root }) => (root.kind === 'leaf' ? [] : [root.column])));
    expect(zeroed.size).toBeGreaterThan(0);
    const fold: typeof features.fold = startMs => {
      const whole = features.fold(startMs);
      const without = (units: ReturnType<typeof whole.push>) =>
        units.map(unit => ({
          ...unit,
          features: unit.features.map((value, index) => (zeroed.has(index) ? 0 : value)),
        }));
      return { push: record => without(whole.push(record)), finish: endMs => without(whole.finish(endMs)) };
    };
    const found = shortfalls(
      gate,
      await rowsOf({ ...model, detector: { ...model.detector, features: { ...features, fold } } }),
    );
    expect(found.map(({ figure }) => figure)).toContain('averagePrecision');
  });

  test('notices a model that learnt from flipped labels', async () => {
    // Two trees of the same three days, so that only the labels differ.
    const attacks = ['fast-hoarder', 'slow-hoarder', 'account-ring'].map((variant, day) =>
      anomaly({ id: variant, variant, at: `${day}d10h` }),
    );
    const span = await scenarioFor('clean', { seed: 701, days: 3, anomalies: attacks });
    const { records, truth } = simulatedRun(span);
    const labeller = unitLabeller(truth);
    const flipped: typeof labeller = {
      mark: labeller.mark,
      kindOf: (...unit) => (labeller.kindOf(...unit) === 'positive' ? 'clean' : 'positive'),
    };
    const trees = await Promise.all(
      [labeller, flipped].map(each => trainAll([model.detector], [{ records, span, labeller: each }], { seed: 1 })),
    );
    const [right = [], wrong = []] = await Promise.all(trees.flat().map(rowsOf));
    expect(shortfalls(gateOf(right, about), wrong).map(({ figure }) => figure)).toContain('averagePrecision');
  });

  test('notices a missing row, and leaves anomalies alone that were not evaluated', () => {
    const rows = accepted.filter(({ intensity }) => intensity !== 'subtle');
    expect(shortfalls(gate, rows).map(({ figure }) => figure)).toContain('missing');
    expect(shortfalls(gate, [])).toEqual([]);
  });
});

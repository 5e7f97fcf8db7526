import { expect, test } from 'vitest';
import { calibrated, tallyCleanRun } from '../../../src/lab/detectors/calibrate.ts';
import { loadedDetectors } from '../../../src/lab/detectors/detect.ts';
import { detectorsFor } from '../../../src/lab/detectors/registry.ts';
import { trainAll } from '../../../src/lab/detectors/train.ts';
import { resultRows } from '../../../src/lab/evaluation/result-rows.ts';
import { scoreRun } from '../../../src/lab/evaluation/score-run.ts';
import { unitLabeller } from '../../../src/lab/evaluation/unit-truth.ts';
import { pricingStream } from '../../support/pricing-stream.ts';

const training = pricingStream({ seed: 1, days: 44, errors: true });
const clean = pricingStream({ seed: 2, days: 200, errors: false });
const testing = pricingStream({ seed: 3, days: 30, errors: true });

const trained = await trainAll(
  detectorsFor('price-error'),
  [{ records: [training.records], span: training.span, labeller: unitLabeller(training.truth) }],
  { seed: 1 },
);
const models = calibrated(trained, [await tallyCleanRun(trained, [clean.records], clean.span)]);
const { outcomes, alarms } = await scoreRun(await loadedDetectors(models), {
  run: '3',
  records: [testing.records],
  span: testing.span,
  truth: testing.truth,
});
const rows = resultRows(outcomes);
const rowOf = (detector: string, variant = 'all') =>
  rows.find(row => row.detector === detector && row.variant === variant);

test('priceErrorDetectors: the tree tells a wrong discount from a clearance, which a rule on the price does not', () => {
  expect(rowOf('cart')).toMatchObject({ recall: 1, labels: 13 });
  expect(rowOf('cart')?.precision).toBeGreaterThan(0.9);
  expect(rowOf('rule')?.averagePrecision).toBeLessThan((rowOf('cart')?.averagePrecision ?? 0) - 0.1);
});

test('priceErrorDetectors: controls frame it', () => {
  expect(rowOf('perfect')).toMatchObject({ recall: 1, precision: 1, averagePrecision: 1 });
  expect(rowOf('null')).toMatchObject({ recall: 0, alarms: 0 });
  const chance = rowOf('null')?.averagePrecision ?? 0;
  for (const control of ['random', 'cart-ids-and-times'])
    expect(rowOf(control)?.averagePrecision, control).toBeLessThan(chance + 0.15);
});

test('priceErrorDetectors: an alarm names the product and the customers who took it', () => {
  const label = testing.truth.labels[0];
  const ofProduct = alarms.filter(({ detector, entity }) => detector === 'cart' && entity.id === label?.target);
  const text = ofProduct.map(({ evidence }) => evidence.text).join('\n');
  expect(ofProduct.map(({ entity }) => entity.type)).toContain('product');
  expect(text).toMatch(/\(usually at (most|least) [^)]+\); users? x-3-\d/);
  const users = (label?.entities ?? []).filter(({ type }) => type === 'user');
  expect(users.filter(({ id }) => text.includes(id)).length).toBeGreaterThan(users.length / 2);
});

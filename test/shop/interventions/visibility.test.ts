import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../src/base/time.ts';
import { intensities } from '../../../src/data/dataset/anomaly-facts.ts';
import { ExpectedDemand } from '../../../src/shop/customers/expected-demand.ts';
import {
  deficitOfZ,
  excessOfZ,
  visitsExpected,
  zOfDeficit,
  zOfExcess,
  zOfIntensity,
} from '../../../src/shop/interventions/visibility.ts';
import { Causality } from '../../../src/shop/simulation/causality.ts';
import { injectInterventions } from '../../../src/shop/simulation/interventions.ts';
import { createVirtualShop } from '../../../src/shop/simulation/virtual-shop.ts';
import { scenarioFor } from '../../support/run-scenario.ts';

describe('zOfExcess', () => {
  test('is additional / sqrt(2 mu + (0.12 mu)^2), and excessOfZ its inverse', () => {
    expect(zOfExcess(100, 130)).toBeCloseTo(130 / Math.sqrt(344), 10);
    expect(excessOfZ(100, zOfExcess(100, 130))).toBeCloseTo(130, 10);
  });
});

describe('zOfDeficit', () => {
  test('is the difference of variance-stabilised counts, and deficitOfZ its inverse', () => {
    const stabilised = (count: number) => (2 / 0.12) * Math.asinh(0.12 * Math.sqrt(count / 2));
    expect(zOfDeficit(100, 1)).toBeCloseTo(stabilised(100), 10);
    expect(zOfDeficit(100, 0.7)).toBeCloseTo(stabilised(100) - stabilised(30), 10);
    expect(deficitOfZ(100, zOfDeficit(100, 0.7))).toBeCloseTo(0.7, 10);
    expect(deficitOfZ(10, 5)).toBeUndefined();
  });
});

test('visitsExpected weighs each moment', () => {
  const flat = (count: number) => new Array<number>(count).fill(1);
  const demand = new ExpectedDemand({
    visitsPerDay: 240,
    dayShape: flat(24),
    weekShape: flat(7),
    conversionShare: 0.3,
  });
  const interval = { startMs: 0, endMs: 2.5 * hourMs };
  expect(visitsExpected(demand, interval)).toBeCloseTo(25, 10);
  expect(visitsExpected(demand, interval, timeMs => timeMs / hourMs)).toBeCloseTo((10 * 2.5 * 2.5) / 2, 1);
});

/** Used for nothing else. */
const seeds = Array.from({ length: 20 }, (_, index) => 830_001 + index);

test.each(['traffic-intensity', 'workload-shape'])('%s: each label says a z of its intensity', async name => {
  const found = await Promise.all(seeds.map(async seed => labelsOf(name, seed)));
  for (const intensity of intensities) {
    const { from, to } = zOfIntensity[intensity];
    const outside = found.flat().filter(label => label.intensity === intensity && !(label.z >= from && label.z <= to));
    expect(outside).toEqual([]);
  }
});

async function labelsOf(name: string, seed: number) {
  const scenario = await scenarioFor(name, { seed });
  const options = { causality: new Causality(), withoutAnomalies: false, onRoot: () => {} };
  return injectInterventions(scenario, createVirtualShop(scenario).shop, options).flatMap(
    ({ isAnomaly, id, intensity, variant, intervention: { parameters } }) =>
      isAnomaly && variant !== 'service-outage' ? [{ seed, id, intensity, z: Number(parameters.visibilityZ) }] : [],
  );
}

import { expect, test } from 'vitest';
import { type Gate, gateFormat, type Shortfall } from '../../../src/lab/evaluation/gate.ts';
import { formatOtherSeeds, formatShortfall } from '../../../src/lab/report/format-gate.ts';

const shortfall: Shortfall = {
  anomaly: 'price-error',
  variant: 'all',
  intensity: 'blatant',
  detector: 'cart',
  figure: 'averagePrecision',
  accepted: 0.8749,
  found: 0.807910440749108,
};

test('formatShortfall: two decimals, as in tables', () => {
  expect(formatShortfall(shortfall)).toBe('price-error, cart, intensity blatant: averagePrecision 0.81, accepted 0.87');
  expect(
    formatShortfall({ ...shortfall, variant: 'clean', figure: 'falseAlarmsPerDay', accepted: 0.0636, found: 1 / 11 }),
  ).toBe('price-error, cart, clean runs: falseAlarmsPerDay 0.09, accepted 0.06');
});

test('formatShortfall: as many decimals as it takes to tell the figures apart', () => {
  expect(formatShortfall({ ...shortfall, accepted: 0.8749, found: 0.87489999 })).toMatch(
    /averagePrecision 0\.87489999, accepted 0\.87490000$/,
  );
});

test('formatShortfall: a figure without a meaning, and a missing row', () => {
  expect(formatShortfall({ ...shortfall, found: null })).toMatch(/averagePrecision -, accepted 0\.87$/);
  expect(formatShortfall({ ...shortfall, figure: 'missing', accepted: null, found: null })).toMatch(
    /: the results have no such row$/,
  );
});

test('formatOtherSeeds: says so when other worlds are compared', () => {
  const gate: Gate = {
    ...{ format: gateFormat, command: 'test', seeds: 5, firstSeed: 101, version: '0', tolerance: 0.02 },
    accepted: [],
  };
  expect(formatOtherSeeds(gate, 'g.json', { seeds: 5, firstSeed: 101 })).toBeUndefined();
  expect(formatOtherSeeds(gate, 'g.json', { seeds: 1, firstSeed: 101 })).toBe(
    'g.json was made with seeds 101 to 105, but is compared with seed 101: figures of other runs also differ by chance',
  );
});

import { expect, test } from 'vitest';
import { writeDataCard } from '../../../src/data/collector/data-card.ts';
import type { Manifest } from '../../../src/data/dataset/manifest.ts';

const manifest: Omit<Manifest, 'files'> = {
  format: 1,
  toolVersion: '0.1.0',
  simulatorVersion: '0.1.0',
  scenario: 'price-error',
  scenarioHash: 'abc',
  seed: 1,
  start: '2026-03-02T00:00:00.000Z',
  end: '2026-03-04T00:00:00.000Z',
  days: 2,
  withoutAnomalies: false,
  twin: true,
  complete: true,
  messages: 0,
  topics: {},
  labels: 0,
  nearMisses: 0,
  partitions: [],
};
const truth = {
  run: undefined,
  isFinished: true,
  published: 0,
  labels: [],
  nearMisses: [],
  roots: new Map(),
};

test('the data card of a twin run says what effect and prevented mean, and whose they are', () => {
  const card = writeDataCard({ manifest, truth, caused: new Map() });
  expect(card).toContain('`effect` exists only with the anomalies, `prevented` only without them');
  expect(card).toContain('which both worlds have with another time or other data is neither');
  expect(card).toContain('the anomaly that had begun last');
});

test('the data card of any other run does not', () => {
  const card = writeDataCard({ manifest: { ...manifest, twin: false }, truth, caused: new Map() });
  expect(card).not.toContain('begun last');
});

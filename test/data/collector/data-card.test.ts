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
  finished: { messages: 0 },
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

test("the data card says how to make the data again, with the file of a scenario of one's own and its scale", () => {
  const own = { ...manifest, scenario: 'my-hoarder', scenarioFile: 'mine.yaml', scale: 0.5 };
  const card = writeDataCard({ manifest: own, truth, caused: new Map() });
  expect(card).toContain(
    '\ncqshop simulate mine.yaml --seed 1 --start 2026-03-02T00:00:00.000Z --days 2 --scale 0.5 --twin\n',
  );
  expect(card).toContain('\ncqshop collect --out datasets/my-hoarder\n');
  expect(writeDataCard({ manifest, truth, caused: new Map() })).not.toContain('--scale');
});

test('the data card of messages from elsewhere claims nothing about them', () => {
  const simulated = writeDataCard({ manifest, truth, caused: new Map() });
  expect(simulated).toContain('CC0');
  const foreign = { ...manifest, scenario: null, simulatorVersion: null, seed: null, days: null, twin: null };
  const unreadable = { 'its value is empty': { messages: 2, first: 'orders/0 offset 7' } };
  const card = writeDataCard({ manifest: { ...foreign, unreadable }, truth, caused: new Map() });
  expect(card).not.toMatch(/CC0|generated|no real person/);
  expect(card).toContain('They may hold personal data.');
  expect(card).toContain('- its value is empty (2 messages), first orders/0 offset 7');
});

test('the data card of a live run that was too slow says so, with the figures', () => {
  const lag = { mostMs: 720_000, meanMs: 41_000, answerMedianMs: 52_000, answerHighMs: 130_000 };
  const card = writeDataCard({ manifest: { ...manifest, degraded: true, lag }, truth, caused: new Map() });
  expect(card).toContain('**Degraded: the machine was too slow for this live run');
  expect(card).toContain('late by 41.0 s (mean) to 720.0 s (longest)');
});

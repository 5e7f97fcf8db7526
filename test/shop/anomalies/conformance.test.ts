import { beforeAll, describe, expect, test } from 'vitest';
import { labelSchema } from '../../../src/data/dataset/truth.ts';
import { anomalyKinds } from '../../../src/shop/anomalies/registry.ts';
import { nearMissKinds } from '../../../src/shop/near-misses/registry.ts';
import { anomaly, directlyCaused, type Recording, record, scenarioFor } from '../../support/run-scenario.ts';

const start = Date.parse('2026-03-03T12:00:00Z');

describe.each(anomalyKinds)('anomaly $id', kind => {
  test('says what it is', () => {
    expect(kind.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const text of [kind.title, kind.description, kind.taxonomy, ...Object.values(kind.variants)])
      expect(text).not.toBe('');
    expect(kind.defaultDurationMs.from).toBeGreaterThan(0);
    expect(kind.defaultDurationMs.to).toBeGreaterThanOrEqual(kind.defaultDurationMs.from);
  });

  const cases = Object.keys(kind.variants).flatMap(variant =>
    (['blatant', 'moderate', 'subtle'] as const).map(intensity => ({ variant, intensity })),
  );
  test.each(cases)(
    '$variant, $intensity: has a label, a receipt and a trace, within its time',
    async ({ variant, intensity }) => {
      const onset = intensity === 'moderate' ? 'creeping' : 'step';
      const request = anomaly({ anomaly: kind.id, variant, intensity, onset, at: '1d12h', duration: '5h' });
      const run = await record(await scenarioFor('clean', { seed: 71, days: 2, anomalies: [request], nearMisses: [] }));
      const [label, ...others] = run.labels;
      expect(others).toEqual([]);
      expect(labelSchema.parse(label)).toEqual(label);
      expect(label).toMatchObject({ id: request.id, anomaly: kind.id, variant, intensity, taxonomy: kind.taxonomy });
      expect(label?.entities.length).toBeGreaterThan(0);
      if (kind.entityType !== null) expect(label?.entities.map(({ type }) => type)).toContain(kind.entityType);
      const [from, to, effectFrom, effectTo] = [label?.start, label?.end, label?.effect_start, label?.effect_end].map(
        text => Date.parse(text ?? ''),
      );
      expect(from).toBe(start);
      // Of the calendar, not of what was answered when: so a live run has the same.
      expect(to).toBe(start + 5 * 3_600_000);
      expect(effectFrom).toBeGreaterThanOrEqual(start);
      expect(effectTo).toBeGreaterThanOrEqual(effectFrom ?? 0);
      expect(Object.keys(label?.receipt ?? {}).length).toBeGreaterThan(0);
      const caused = directlyCaused(run);
      // Keeping customers out causes nothing that can be seen, only what cannot.
      expect(caused.length > 0).toBe(variant !== 'near-silence');
      for (const message of caused) expect(message.time).toBeGreaterThanOrEqual(start);
    },
  );

  test('is the same at any intensity until it begins', async () => {
    const [variant = ''] = Object.keys(kind.variants);
    const runs = await Promise.all(
      (['blatant', 'subtle'] as const).map(async intensity =>
        record(
          await scenarioFor('clean', {
            seed: 72,
            days: 2,
            nearMisses: [],
            anomalies: [anomaly({ anomaly: kind.id, variant, intensity, at: '1d12h', duration: '3h' })],
          }),
        ),
      ),
    );
    const before = runs.map(({ published }) => JSON.stringify(published.filter(({ message }) => message.time < start)));
    expect(before[0]).toBe(before[1]);
  });
});

describe('near misses', () => {
  let without: string;
  /** When each message was published: a restart may do no more than delay some. */
  const timesOf = ({ published }: Recording) => published.map(({ message: { id, time } }) => `${id} ${time}`).join();

  beforeAll(async () => {
    without = timesOf(await record(await scenarioFor('clean', { seed: 73, days: 4, nearMisses: [] })));
  });

  test.each(nearMissKinds)(
    'near miss $id has an entry of the label’s shape, and causes nothing that counts as an anomaly’s',
    async ({ id }) => {
      const nearMiss = { id: 'near-1', kind: id, at: '1d20h', duration: 'random', target: 'random' } as const;
      const run = await record(await scenarioFor('clean', { seed: 73, days: 4, nearMisses: [nearMiss] }));
      expect(run.labels).toEqual([]);
      const [entry, ...others] = run.nearMisses;
      expect(others).toEqual([]);
      expect(labelSchema.parse(entry)).toEqual(entry);
      expect(entry).toMatchObject({ id: 'near-1', anomaly: id });
      expect(directlyCaused(run)).toEqual([]);
      expect(timesOf(run) === without).toBe(false);
    },
  );
});

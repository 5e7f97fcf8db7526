import { describe, expect, test } from 'vitest';
import { CqshopError } from '../../../src/base/errors.ts';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { priceError } from '../../../src/shop/anomalies/price-error/price-error.ts';
import { checkScenario } from '../../../src/shop/scenarios/check-scenario.ts';
import { overrideScenario } from '../../../src/shop/scenarios/override-scenario.ts';
import { type ResolvedScenario, resolveScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';
import type { Scenario } from '../../../src/shop/scenarios/scenario.ts';
import { scenarioHash } from '../../../src/shop/scenarios/scenario-hash.ts';

const startMs = Date.UTC(2026, 2, 2);

function scenario(...lines: string[]): Scenario {
  const head = ['version: 1', 'name: mine', 'description: words', 'seed: 7', 'start: 2026-03-02', 'days: 22'];
  const checked = checkScenario([...head, ...lines].join('\n'), 'mine.yaml');
  if (checked.status === 'invalid') throw new Error(checked.problems.join('\n'));
  return checked.scenario;
}

function anomaly(id: string, at: string, duration = 'random'): string {
  return `  - { id: ${id}, anomaly: price-error, variant: zero-price, intensity: subtle, at: ${at}, duration: ${duration} }`;
}

function resolve(given: Scenario, options: { seed?: number; gapMs?: number } = {}): ResolvedScenario {
  const { seed = given.seed, ...distances } = options;
  return resolveScenario({ ...given, seed }, distances);
}

function failure(act: () => unknown): CqshopError {
  try {
    act();
  } catch (error) {
    if (error instanceof CqshopError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const tenAtRandom = Array.from({ length: 10 }, (_, index) => anomaly(`a${index}`, 'random'));

describe('resolveScenario', () => {
  test('places what is fixed where it says', () => {
    const resolved = resolve(
      scenario('anomalies:', anomaly('a', 'day 3 14:30', '2h30m'), anomaly('b', '2026-03-10T08:00:00Z', '1d')),
    );
    expect(resolved).toMatchObject({ startMs, endMs: startMs + 22 * dayMs, seed: 7, scale: 1 });
    expect(resolved.anomalies).toEqual([
      {
        id: 'a',
        anomaly: 'price-error',
        variant: 'zero-price',
        intensity: 'subtle',
        onset: 'step',
        target: 'random',
        startMs: Date.UTC(2026, 2, 5, 14, 30),
        endMs: Date.UTC(2026, 2, 5, 17),
      },
      expect.objectContaining({ id: 'b', startMs: Date.UTC(2026, 2, 10, 8), endMs: Date.UTC(2026, 2, 11, 8) }),
    ]);
  });

  test('is the same for the same seed and another for another', () => {
    const given = scenario('anomalies:', ...tenAtRandom);
    expect(resolve(given)).toEqual(resolve(given));
    expect(resolve(given, { seed: 8 }).anomalies).not.toEqual(resolve(given).anomalies);
  });

  test('draws within ranges, the interior of the run and the usual durations, over 200 seeds', () => {
    const given = scenario(
      'anomalies:',
      anomaly('drawn', 'random'),
      anomaly('ranged', '{ from: 2d, to: 2026-03-05 }', '{ from: 1h, to: 2h }'),
    );
    const usual = priceError.defaultDurationMs;
    for (let seed = 0; seed < 200; seed++) {
      const [drawn, ranged] = resolve(given, { seed }).anomalies;
      if (drawn === undefined || ranged === undefined) throw new Error('an anomaly is missing');
      expect(drawn.startMs).toBeGreaterThanOrEqual(startMs + dayMs);
      expect(drawn.endMs).toBeLessThanOrEqual(startMs + 22 * dayMs - 6 * hourMs);
      expect(drawn.endMs - drawn.startMs).toBeGreaterThanOrEqual(usual.from);
      expect(drawn.endMs - drawn.startMs).toBeLessThanOrEqual(usual.to);
      expect(ranged.startMs).toBeGreaterThanOrEqual(startMs + 2 * dayMs);
      expect(ranged.startMs).toBeLessThanOrEqual(startMs + 3 * dayMs);
      expect(ranged.endMs - ranged.startMs).toBeGreaterThanOrEqual(hourMs);
      expect(ranged.endMs - ranged.startMs).toBeLessThanOrEqual(2 * hourMs);
    }
  });

  test('draws every hour of the day and every part of the run about as often (4,000 draws, 5 standard errors)', () => {
    const given = scenario('anomalies:', anomaly('a', 'random', '1h'));
    const byHour = new Array<number>(24).fill(0);
    const byFifth = new Array<number>(5).fill(0);
    const interiorMs = 22 * dayMs - dayMs - 7 * hourMs;
    for (let seed = 0; seed < 4000; seed++) {
      const [drawn] = resolve(given, { seed }).anomalies;
      if (drawn === undefined) throw new Error('the anomaly is missing');
      const hour = Math.floor((drawn.startMs % dayMs) / hourMs);
      const fifth = Math.floor(((drawn.startMs - startMs - dayMs) / interiorMs) * 5);
      byHour[hour] = (byHour[hour] ?? 0) + 1;
      byFifth[Math.min(fifth, 4)] = (byFifth[Math.min(fifth, 4)] ?? 0) + 1;
    }
    for (const count of byHour) expect(Math.abs(count - 4000 / 24)).toBeLessThan(5 * Math.sqrt(4000 / 24));
    for (const count of byFifth) expect(Math.abs(count - 800)).toBeLessThan(5 * Math.sqrt(800 * 0.8));
  });

  test('keeps drawn anomalies the gap apart, over 100 seeds', () => {
    const given = scenario('anomalies:', ...tenAtRandom, anomaly('fixed', 'day 10 12:00', '1d'));
    for (let seed = 0; seed < 100; seed++) {
      const sorted = [...resolve(given, { seed }).anomalies].sort((a, b) => a.startMs - b.startMs);
      for (const [index, next] of sorted.entries()) {
        const before = sorted[index - 1];
        if (before !== undefined) expect(next.startMs - before.endMs).toBeGreaterThanOrEqual(6 * hourMs);
      }
    }
  });

  test('moves no anomaly when a near miss comes or goes, and no near miss when anomalies go', () => {
    const nearMisses = ['nearMisses:', '  - { id: n, kind: holiday, at: random }'];
    const all = resolve(scenario('anomalies:', ...tenAtRandom, ...nearMisses));
    expect(resolve(scenario('anomalies:', ...tenAtRandom)).anomalies).toEqual(all.anomalies);
    expect(resolve(scenario('anomalies: []', ...nearMisses)).nearMisses).toEqual(all.nearMisses);
  });

  test('moves no earlier anomaly when a drawn one is added at the end', () => {
    const ten = resolve(scenario('anomalies:', ...tenAtRandom)).anomalies;
    const eleven = resolve(scenario('anomalies:', ...tenAtRandom, anomaly('b', 'random'))).anomalies;
    expect(eleven.slice(0, 10)).toEqual(ten);
  });

  test('refuses fixed anomalies that overlap, names both and how to allow it', () => {
    const lines = ['anomalies:', anomaly('a', '2d', '3h'), anomaly('b', '2d2h', '1h')];
    expect(failure(() => resolve(scenario(...lines)))).toMatchObject({
      code: 'OVERLAPPING_ANOMALIES',
      message:
        'mine.yaml:9:80: Cannot place b: 2026-03-04T02:00:00Z for 1h overlaps a, 2026-03-04T00:00:00Z for 3h, expected anomalies apart in time or allowOverlap: true at the top level of the file',
    });
    expect(resolve(scenario('allowOverlap: true', ...lines)).anomalies).toHaveLength(2);
    expect(
      resolve(scenario('anomalies:', anomaly('a', '2d', '2h'), anomaly('b', '2d2h', '1h'))).anomalies,
    ).toHaveLength(2);
  });

  test('refuses when no free place is left, and finds one with a smaller gap', () => {
    const lines = [
      'anomalies:',
      anomaly('a', '{ from: 2d, to: 2d3h }', '1h'),
      anomaly('b', '{ from: 2d, to: 2d3h }', '1h'),
    ];
    expect(failure(() => resolve(scenario(...lines)))).toMatchObject({
      code: 'OVERLAPPING_ANOMALIES',
      message: expect.stringMatching(
        /^mine\.yaml:9:80: Cannot place b: 1000 draws found no place 6h away from a, expected /,
      ),
    });
    expect(resolve(scenario(...lines), { gapMs: 0 }).anomalies).toHaveLength(2);
  });

  test.each([
    ['30d', '1h'],
    ['21d23h', '2h'],
    ['2026-03-01', '1h'],
    ['random', '23d'],
    ['{ from: 25d, to: 26d }', 'random'],
  ])('refuses what is not inside the run: %s for %s', (at, duration) => {
    expect(failure(() => resolve(scenario('anomalies:', anomaly('a', at, duration))))).toMatchObject({
      code: 'SCENARIO_INVALID',
      message: expect.stringMatching(
        /^mine\.yaml:8:80: Cannot place a: .* is not inside the run, expected a time within 2026-03-02T00/,
      ),
    });
  });

  test('says where in the file a near miss stands that is not inside the run, also when a flag shortens the run', () => {
    const given = scenario('anomalies: []', 'nearMisses:', '  - { id: n, kind: holiday, at: 5d, duration: 1d }');
    expect(resolve(given).nearMisses).toHaveLength(1);
    expect(failure(() => resolve(overrideScenario(given, { days: 3 })))).toMatchObject({
      code: 'SCENARIO_INVALID',
      message: expect.stringMatching(/^mine\.yaml:9:33: Cannot place n: 2026-03-07T00:00:00Z for 1d is not inside/),
    });
  });

  test('names no place in a file for a scenario that was made without one', () => {
    const { positions, ...given } = scenario('anomalies:', anomaly('a', '30d', '1h'));
    expect(positions?.get('a')).toBe('mine.yaml:8:80');
    expect(failure(() => resolve(given)).message).toMatch(/^Cannot place a: /);
  });

  test('finds room in a run of one day', () => {
    const given = overrideScenario(scenario('anomalies:', anomaly('a', 'random', '1h')), { days: 1 });
    const [placed] = resolve(given).anomalies;
    expect(placed?.startMs).toBeGreaterThanOrEqual(startMs + 6 * hourMs);
    expect(placed?.endMs).toBeLessThanOrEqual(startMs + 18 * hourMs);
  });
});

describe('overrideScenario', () => {
  const given = scenario('anomalies: []');

  test('puts flags in place of the file, and leaves the rest', () => {
    expect(overrideScenario(given, { seed: 9, days: 2, start: '2027-01-01', scale: 0.5 })).toEqual({
      ...given,
      seed: 9,
      days: 2,
      start: '2027-01-01',
      scale: 0.5,
    });
    expect(overrideScenario(given, { seed: undefined })).toEqual(given);
  });

  test.each([
    [{ days: 0 }, 'Cannot take --days: it is 0, expected a number of at least 1'],
    [{ seed: 1.5 }, 'Cannot take --seed: it is 1.5, expected a whole number'],
    [{ scale: -1 }, 'Cannot take --scale: it is -1, expected a number above 0'],
    [{ scale: Number.NaN }, 'Cannot take --scale: it is NaN, expected a number'],
    [{ start: '2026-02-30' }, 'Cannot take --start: it is "2026-02-30", expected a date or a time in UTC that exists'],
  ])('refuses %o', (overrides, message) => {
    expect(failure(() => overrideScenario(given, overrides))).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message),
    });
  });
});

describe('scenarioHash', () => {
  test('does not depend on comments, order of keys or spelled-out defaults, but on what is run', () => {
    const hash = scenarioHash(scenario('scale: 1 # as it is', 'anomalies: []', 'nearMisses: []'));
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(scenarioHash(scenario('nearMisses: []', 'anomalies: []'))).toBe(hash);
    expect(scenarioHash(scenario('partitions: 3', 'anomalies: []'))).toBe(hash);
    expect(scenarioHash(scenario('partitions: 4', 'anomalies: []'))).not.toBe(hash);
    const written = scenario('anomalies:', anomaly('a', '2d', '3h'));
    expect(scenarioHash(scenario('', 'anomalies:', anomaly('a', '2d', '3h')))).toBe(scenarioHash(written));
    expect(scenarioHash(overrideScenario(scenario('anomalies: []'), { seed: 8 }))).not.toBe(hash);
    expect(scenarioHash(scenario('anomalies: []', 'catalogue: { products: 201 }'))).not.toBe(hash);
  });
});

describe('anomaliesPerRun', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const listed = (...head: readonly string[]) =>
    scenario(...head, 'anomalies:', ...ids.map(id => anomaly(id, 'random', '1h')));
  const inRun = (seed: number) => resolve(listed('anomaliesPerRun: 2'), { seed }).anomalies.map(({ id }) => id);

  test('runs of consecutive seeds take the anomalies in turn', () => {
    expect([0, 1, 2, 3, 4].map(inRun)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['a', 'e'],
      ['b', 'c'],
      ['d', 'e'],
    ]);
    expect(resolve(listed()).anomalies).toHaveLength(5);
    expect(resolve(listed('anomaliesPerRun: 9')).anomalies).toHaveLength(5);
  });

  test('anomalies that are drawn keep the gap', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const placed = [...resolve(listed('gap: 1d', 'anomaliesPerRun: 3'), { seed }).anomalies];
      const [first, second, third] = placed.sort((one, other) => one.startMs - other.startMs);
      expect((second?.startMs ?? 0) - (first?.endMs ?? 0)).toBeGreaterThanOrEqual(86_400_000);
      expect((third?.startMs ?? 0) - (second?.endMs ?? 0)).toBeGreaterThanOrEqual(86_400_000);
    }
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startPace } from '../../src/cli/pace.ts';
import { startProgress } from '../../src/cli/progress.ts';

const bars = vi.hoisted(() => ({ started: [] as (readonly number[])[], stopped: 0 }));
vi.mock('cli-progress', () => {
  class SingleBar {
    start = (...amounts: number[]) => bars.started.push(amounts);
    setTotal = () => undefined;
    update = () => undefined;
    stop = () => {
      bars.stopped += 1;
    };
  }
  return { default: { SingleBar, Presets: {}, Format: {} } };
});

/** A clock that stands still until it is set. */
function clockAt(ms: number) {
  const clock = { ms, now: () => clock.ms };
  return clock;
}

/** The text after each update: [seconds, done, total]. */
function textsOf(...updates: readonly (readonly [number, number, number])[]): readonly string[] {
  const clock = clockAt(0);
  const pace = startPace(clock.now);
  return updates.map(([seconds, done, total]) => {
    clock.ms = 1000 * seconds;
    pace.update(done, total);
    return pace.text();
  });
}

describe('pace', () => {
  test('gives the rate and the time left once two seconds have passed', () => {
    expect(textsOf([0, 0, 80_000], [1, 4000, 80_000], [3, 12_000, 80_000], [20, 80_000, 80_000])).toEqual([
      '0 of 80,000 (0 %)',
      '4,000 of 80,000 (5 %)',
      '12,000 of 80,000 (15 %), 4,000/s, about 17 s left',
      '80,000 of 80,000 (100 %), 4,000/s',
    ]);
  });

  test('gives jobs that take seconds no rate', () => {
    expect(textsOf([0, 0, 18], [60, 6, 18]).at(-1)).toBe('6 of 18 (33 %), about 2 min left');
  });

  test('does not count what was done before the first update', () => {
    expect(textsOf([5, 900, 1000], [15, 950, 1000]).at(-1)).toBe('950 of 1,000 (95 %), 5/s, about 10 s left');
  });

  test('shows no time left while nothing moves, or when it is over', () => {
    expect(textsOf([0, 3, 9], [30, 3, 9]).at(-1)).toBe('3 of 9 (33 %)');
    const repeated = [[0, 0, 9] as const, [30, 3, 9] as const, [40, 3, 9] as const];
    expect(textsOf(...repeated).at(-1)).toBe('3 of 9 (33 %), about 50 s left');
    const clock = clockAt(0);
    const pace = startPace(clock.now);
    pace.update(0, 4);
    clock.ms = 10_000;
    pace.update(2, 4);
    const texts = [12_000, 19_500, 21_000].map(ms => {
      clock.ms = ms;
      return pace.text();
    });
    expect(texts).toEqual(['2 of 4 (50 %), about 8 s left', '2 of 4 (50 %), about 1 s left', '2 of 4 (50 %)']);
  });
});

test('startProgress writes a line every ten seconds where there is no terminal', () => {
  const clock = clockAt(0);
  let written = '';
  const progress = startProgress('simulate', { write: text => (written += text) }, clock.now);
  for (const second of [0, 4, 8, 12, 16, 20, 24]) {
    clock.ms = 1000 * second;
    progress.update(second / 4, 18);
  }
  progress.done();
  expect(written).toBe('simulate: 3 of 18 (16 %), about 1 min left\nsimulate: 6 of 18 (33 %), about 48 s left\n');
});

describe('a bar on a terminal', () => {
  beforeEach(async () => {
    await import('cli-progress');
    vi.useFakeTimers();
    Object.assign(bars, { started: [], stopped: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const begun = (nowMs = () => Date.now()) => {
    const progress = startProgress('simulate', { isTTY: true, write: () => undefined }, nowMs);
    progress.update(0, 16);
    return progress;
  };

  test('is drawn after a second, also while the first step still lasts and after a note', async () => {
    const progress = begun();
    progress.pause();
    await vi.advanceTimersByTimeAsync(900);
    expect(bars.started).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(bars.started).toEqual([[16, 0]]);
    progress.update(1, 16);
    progress.done();
    expect(bars).toEqual({ started: [[16, 0]], stopped: 1 });
  });

  test('is drawn when the first step blocks longer than that', async () => {
    let ms = 0;
    begun(() => ms);
    ms = 1500;
    await vi.advanceTimersByTimeAsync(0);
    expect(bars.started).toEqual([[16, 0]]);
  });

  test('is not drawn of work that is over before', async () => {
    let ms = 0;
    const progress = begun(() => ms);
    ms = 1500;
    progress.done();
    await vi.advanceTimersByTimeAsync(3000);
    expect(bars.started).toEqual([]);
  });
});

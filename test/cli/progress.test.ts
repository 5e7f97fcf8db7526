import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startProgress } from '../../src/cli/progress.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** The lines that work writes without a terminal, given how much is done after each so many seconds. */
function linesOf(unit: string, steps: readonly (readonly [seconds: number, done: number, total: number])[]) {
  let written = '';
  const progress = startProgress('working', unit, { write: text => (written += text) });
  const startMs = performance.now();
  for (const [seconds, done, total] of steps) {
    vi.advanceTimersByTime(startMs + 1000 * seconds - performance.now());
    progress.update(done, total);
  }
  progress.done();
  return written;
}

describe('progress without a terminal', () => {
  test('is a line every ten seconds, with rate and time left', () => {
    const steps = Array.from({ length: 31 }, (_, second) => [second, 20 * second, 900] as const);
    expect(linesOf('messages', steps)).toBe(
      [
        'working: 22 %, 200 of 900 messages, 20/s, 35 s left\n',
        'working: 44 %, 400 of 900 messages, 20/s, 25 s left\n',
        'working: 66 %, 600 of 900 messages, 20/s, 15 s left\n',
      ].join(''),
    );
  });

  test('counts slow work by the minute, and days as whole ones', () => {
    expect(
      linesOf(
        'days',
        [0, 12].map(seconds => [seconds, seconds / 8, 22] as const),
      ),
    ).toBe('working: 6 %, 1 of 22 days, 7.5/min, 3 min left\n');
  });

  test('takes no rate from what an earlier try had done', () => {
    const steps = [
      [0, 0, 100],
      [0.5, 80, 100],
      [10.5, 85, 100],
    ] as const;
    expect(linesOf('jobs', steps)).toBe('working: 85 %, 85 of 100 jobs, 30/min, 30 s left\n');
  });

  test('states no time left where all that is known is done, and no rate before it is known', () => {
    const follow = [
      [0, 10, 10],
      [11, 21, 21],
    ] as const;
    expect(linesOf('messages', follow)).toBe('working: 100 %, 21 of 21 messages, 1/s\n');
    expect(linesOf('jobs', [[11, 0, 4]])).toBe('working: 0 %, 0 of 4 jobs\n');
  });
});

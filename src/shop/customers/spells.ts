import { dayMs, hourMs } from '../../base/time.ts';
import { between, geometric } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';
import type { CustomerSettings } from '../scenarios/scenario.ts';

/**
 * Good weather takes more orders from an online shop than bad weather adds (Steinker, Hoberg, Thonemann 2017, on Zalando). In a chain of stores, the
 * worst 5 % of weather shocks took 20 % of a day's sales (Roth Tran 2016). The sizes here are assumed. Relative to a standard deviation of 1, with mean 0.
 */
const effects = [-1.3, 0.15, 1.15] as const;

/**
 * The factor of a moment: a semi-Markov chain of three states, each at least two days long and followed by another one. A state changes
 * the level of its days, and their shape: the afternoon more than the night. The mean over many days is 1.
 *
 * @param run.dayShape 24 relative weights with mean 1, by hour of the day
 */
export function spells(
  { cv, days }: CustomerSettings['spells'],
  run: {
    readonly random: RandomStream;
    readonly startMs: number;
    readonly days: number;
    readonly dayShape: readonly number[];
  },
): (timeMs: number) => number {
  const { random, startMs, dayShape } = run;
  const levels = new Float64Array(run.days + 1);
  let state = random.integer(0, 2);
  for (let day = 0; day <= run.days; ) {
    const level = cv * (effects[state] ?? 0) * between(random, 0.7, 1.3);
    const end = day + 2 + geometric(random, 1 / (days - 1));
    levels.fill(level, day, end);
    day = end;
    state = (state + random.integer(1, 2)) % effects.length;
  }
  const mean = dayShape.reduce((sum, weight, hour) => sum + weight * outdoors(hour + 0.5), 0) / dayShape.length;
  return timeMs => {
    const level = levels[Math.floor((timeMs - startMs) / dayMs)] ?? 0;
    return Math.max(0, 1 + (level * outdoors((timeMs / hourMs) % 24)) / mean);
  };
}

/** How much the weather counts at an hour of the day: most at 15:00, least from 23:00 to 07:00. */
function outdoors(hour: number): number {
  return 0.4 + 1.2 * Math.max(0, 1 - Math.abs(hour - 15) / 8);
}

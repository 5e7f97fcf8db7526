import { dayMs, hourMs, minuteMs, type Span } from '../../base/time.ts';
import { poisson, standardNormal } from '../engine/distributions.ts';
import type { RandomStream, RandomStreams } from '../engine/random.ts';
import type { CustomerSettings } from '../scenarios/scenario.ts';
import { ExpectedDemand, type ExpectedDemandOptions } from './expected-demand.ts';
import { spells } from './spells.ts';

export type DemandOptions = ExpectedDemandOptions & Pick<CustomerSettings, 'spells' | 'dayVariation' | 'hourVariation'>;

/** A stretch of time with more or fewer visits than the calendar would have. */
export type DemandChange = Span & { readonly factor: (timeMs: number) => number };

/**
 * When visits begin: a non-homogeneous Poisson process. Its rate is what is expected × the spell of weather × a factor of
 * the day × a factor of the hour × unannounced changes. Nothing that happens in the shop moves it.
 */
export class Demand extends ExpectedDemand {
  readonly #startMs: number;
  readonly #streams: RandomStreams;
  readonly #spell: (timeMs: number) => number;
  readonly #dayFactors: Float64Array;
  readonly #hourFactors: Float64Array;
  readonly #changes: DemandChange[] = [];

  constructor(
    options: DemandOptions,
    run: { readonly startMs: number; readonly days: number; readonly streams: RandomStreams },
  ) {
    super(options);
    const { startMs, days, streams } = run;
    this.#startMs = startMs;
    this.#streams = streams;
    const random = streams.stream('demand/spells');
    this.#spell = spells(options.spells, { random, startMs, days, dayShape: this.dayShape });
    this.#dayFactors = factors(days + 1, options.dayVariation, day => streams.stream(`demand/day/${day}`));
    const hours = (days + 1) * 24;
    this.#hourFactors = factors(hours, options.hourVariation, hour => streams.stream(`demand/hour/${hour}`));
  }

  change(change: DemandChange): void {
    this.#changes.push(change);
  }

  /** Rate of visits [1/h]. */
  ratePerHour(timeMs: number): number {
    const sinceStart = timeMs - this.#startMs;
    let rate =
      this.expectedPerHour(timeMs) *
      this.#spell(timeMs) *
      at(this.#dayFactors, Math.floor(sinceStart / dayMs)) *
      at(this.#hourFactors, Math.floor(sinceStart / hourMs));
    for (const change of this.#changes) {
      if (timeMs >= change.startMs && timeMs < change.endMs) rate *= change.factor(timeMs);
    }
    return rate;
  }

  /**
   * Moments at which visits begin in [fromMs, fromMs + 1 h), rising, by thinning.
   *
   * @param name of the random stream
   */
  arrivals(fromMs: number, name: string): readonly number[] {
    const random = this.#streams.stream(name);
    let highest = 0;
    for (let minute = 0; minute <= 60; minute += 10) {
      highest = Math.max(highest, this.ratePerHour(fromMs + Math.min(minute, 59.99) * minuteMs));
    }
    const ceiling = highest * 1.1;
    const moments: number[] = [];
    for (let left = poisson(random, ceiling); left > 0; left -= 1) {
      const moment = fromMs + Math.floor(random.uniform() * hourMs);
      if (random.uniform() * ceiling < this.ratePerHour(moment)) moments.push(moment);
    }
    return moments.sort((a, b) => a - b);
  }
}

/** Multiplicative variation with memory: log-normal factors whose logarithms are an AR(1) process. */
function factors(
  count: number,
  { cv, memory }: CustomerSettings['dayVariation'],
  streamOf: (index: number) => RandomStream,
): Float64Array {
  const sigma = Math.sqrt(Math.log1p(cv * cv));
  const noise = Math.sqrt(1 - memory * memory);
  const values = new Float64Array(count);
  let x = 0;
  for (let index = 0; index < count; index += 1) {
    const draw = standardNormal(streamOf(index));
    x = index === 0 ? draw : memory * x + noise * draw;
    values[index] = Math.exp(sigma * x - (sigma * sigma) / 2);
  }
  return values;
}

function at(values: ArrayLike<number>, index: number): number {
  return values[Math.min(Math.max(index, 0), values.length - 1)] ?? 1;
}

import { sum } from '../../base/sum.ts';
import { hourMs, weekdayOf } from '../../base/time.ts';
import type { CustomerSettings } from '../scenarios/scenario.ts';

/** The settings of visits that can be known before a run. */
export type ExpectedDemandOptions = Pick<
  CustomerSettings,
  'visitsPerDay' | 'dayShape' | 'weekShape' | 'conversionShare'
>;

/** The visits that the calendar and the announced campaigns let expect: what a perfect forecaster would say. */
export class ExpectedDemand {
  /** Visits of a mean hour on an ordinary day [1/h]. */
  readonly meanPerHour: number;
  /** Visits of the busiest hour of an ordinary week [1/h]. */
  readonly busiestPerHour: number;
  /** Of visits that fill a cart, the share that ends in an order [0, 1]. */
  readonly conversionShare: number;
  /** 24 weights with mean 1. */
  protected readonly dayShape: readonly number[];
  readonly #weekShape: readonly number[];
  readonly #announced: ((timeMs: number) => number)[] = [];

  constructor({ visitsPerDay, dayShape, weekShape, conversionShare }: ExpectedDemandOptions) {
    this.meanPerHour = visitsPerDay / 24;
    this.conversionShare = conversionShare;
    this.dayShape = meanOne(dayShape);
    this.#weekShape = meanOne(weekShape);
    this.busiestPerHour = this.meanPerHour * Math.max(...this.dayShape) * Math.max(...this.#weekShape);
  }

  /** Takes a factor that is known beforehand. At any moment the highest of these counts. */
  announce(factor: (timeMs: number) => number): void {
    this.#announced.push(factor);
  }

  /** Expected visits [1/h]; the day shape is linear between the middles of hours. */
  expectedPerHour(timeMs: number): number {
    const hour = ((timeMs / hourMs) % 24) - 0.5;
    const before = Math.floor(hour);
    const share = hour - before;
    const weight = (index: number) => this.dayShape[(index + 24) % 24] ?? 1;
    const shape = (1 - share) * weight(before) + share * weight(before + 1);
    const announced = this.#announced.reduce((highest, factor) => Math.max(highest, factor(timeMs)), 1);
    return this.meanPerHour * shape * (this.#weekShape[weekdayOf(timeMs)] ?? 1) * announced;
  }
}

function meanOne(weights: readonly number[]): readonly number[] {
  const mean = sum(weights, weight => weight) / weights.length;
  return weights.map(weight => weight / mean);
}

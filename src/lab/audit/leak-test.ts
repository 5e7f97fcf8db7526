import { sum } from '../../base/sum.ts';
import { cartDetector, minLeafUnits } from '../detectors/cart/cart.ts';
import type { TrainingUnit } from '../detectors/detector.ts';
import { firstNotBelow, type RankedScore } from '../detectors/ranking.ts';
import type { Unit } from '../features/feature-set.ts';
import { trafficSeries } from '../features/series-counts.ts';

/** Draws of what chance gives; a p-value cannot be smaller than one in so many. */
const chanceDraws = 1999;
/** The tree must find so many positive units in its half. */
export const leastTrainingPositives = minLeafUnits;

/** A unit that represents `count` of its kind, since clean units are sampled. */
export type CountedUnit = { readonly unit: Unit; readonly count: number };

/** What a tree is trained on, and what it is tested on. The features are those that must reveal nothing. */
export type LeakData = {
  readonly names: readonly string[];
  readonly train: readonly TrainingUnit[];
  readonly negatives: readonly CountedUnit[];
  readonly positives: readonly Unit[];
  /** The positives, put by chance where they might as well have been. */
  readonly byChance: (draw: number) => readonly Unit[];
};

/** What the tree found in the held-out half. */
export type LeakResult = {
  readonly averagePrecision: number;
  readonly prevalence: number;
  /** The median, and the highest in a thousand, of what chance gives. */
  readonly chanceMedian: number;
  readonly chanceHighest: number;
  /** Share of random draws that are at least as good. */
  readonly pValue: number;
};

/**
 * Grows trees on one half and measures how well they rank the other. The null distribution keeps the trees and moves the positives of the other
 * half at random, so it makes no assumption about how the units of one label depend on each other.
 */
export async function leakTest(data: LeakData): Promise<LeakResult> {
  const detector = cartDetector({
    id: 'leak-tree',
    role: 'control',
    anomaly: 'any',
    description: 'trees on what must reveal nothing',
    // Any will do: the trees see the inputs only.
    features: trafficSeries,
    inputs: { names: data.names, of: unit => unit.features },
    trees: 4,
  });
  const scorer = await detector.load(await detector.train(data.train, { seed: 0 }));
  const scoreOf = (unit: Unit) => scorer.score(unit)[0]?.score ?? 0;
  const against = precisionAgainst(
    data.negatives.map(({ unit, count }) => ({ score: scoreOf(unit), positive: false, count })),
  );
  const found = against(data.positives.map(scoreOf));
  const chance = Array.from({ length: chanceDraws }, (_, draw) => against(data.byChance(draw).map(scoreOf)));
  const sorted = [...chance].sort((a, b) => a - b);
  const clean = sum(data.negatives, ({ count }) => count);
  return {
    averagePrecision: found,
    prevalence: data.positives.length / Math.max(1, clean + data.positives.length),
    chanceMedian: sorted[sorted.length >> 1] ?? 0,
    chanceHighest: sorted[Math.floor(0.999 * (sorted.length - 1))] ?? 0,
    pValue: (1 + chance.filter(precision => precision >= found).length) / (1 + chance.length),
  };
}

/**
 * Average precision, as in `detectors/ranking.ts`, of positive scores against fixed negatives. It is fast enough for thousands of draws,
 * because the negatives are sorted once.
 */
export function precisionAgainst(negatives: readonly RankedScore[]): (positives: readonly number[]) => number {
  const sorted = [...negatives].sort((a, b) => a.score - b.score);
  const scores = sorted.map(({ score }) => score);
  const above = [0];
  for (let index = sorted.length - 1; index >= 0; index -= 1)
    above.push((above.at(-1) ?? 0) + (sorted[index]?.count ?? 1));
  above.reverse();
  const negativesFrom = (score: number) => above[firstNotBelow(scores, score)] ?? 0;
  return positives => {
    const falling = [...positives].sort((a, b) => b - a);
    let sum = 0;
    let index = 0;
    while (index < falling.length) {
      const score = falling[index] ?? 0;
      let end = index;
      while (end < falling.length && falling[end] === score) end += 1;
      sum += (end - index) * (end / (end + negativesFrom(score)));
      index = end;
    }
    return falling.length === 0 ? 0 : sum / falling.length;
  };
}

import { growTree } from '../detectors/cart/grow.ts';
import { countedAndPruned, type LabelledRow, pathOf, probabilityOf, type TreeNode } from '../detectors/cart/tree.ts';
import type { TrainingUnit } from '../detectors/detector.ts';
import { shuffled } from '../detectors/draws.ts';
import { firstNotBelow, type RankedScore } from '../detectors/ranking.ts';
import type { Unit } from '../features/feature-set.ts';

const limits = { maxDepth: 4, minLeafUnits: 8 } as const;
/** Of each class: ml-cart's cost demands a sample. */
const sampledRows = 2500;
/** Draws of what chance gives; a p-value cannot be smaller than one in so many. */
const chanceDraws = 1999;
/** The tree must find so many positive units in its half. */
export const leastTrainingPositives = 8;

/** A unit that represents `count` of its kind, since clean units are sampled. */
export type CountedUnit = { readonly unit: Unit; readonly count: number };

/** What a tree is trained on, and what it is tested on. The features are those that must reveal nothing. */
export type LeakData = {
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
 * Grows a tree on one half and measures how well it ranks the other. The null distribution keeps the tree and moves the positives of the other
 * half at random, so it makes no assumption about how the units of one label depend on each other.
 */
export function leakTest(data: LeakData): LeakResult {
  const rows = data.train.map(({ unit, positive }) => ({ row: unit.features, positive }));
  const root = treeOf(rows);
  const scoreOf = (unit: Unit) => probabilityOf(pathOf(root, unit.features).leaf);
  const against = precisionAgainst(
    data.negatives.map(({ unit, count }) => ({ score: scoreOf(unit), positive: false, count })),
  );
  const found = against(data.positives.map(scoreOf));
  const chance = Array.from({ length: chanceDraws }, (_, draw) => against(data.byChance(draw).map(scoreOf)));
  const sorted = [...chance].sort((a, b) => a - b);
  const clean = data.negatives.reduce((sum, { count }) => sum + count, 0);
  return {
    averagePrecision: found,
    prevalence: data.positives.length / Math.max(1, clean + data.positives.length),
    chanceMedian: sorted[sorted.length >> 1] ?? 0,
    chanceHighest: sorted[Math.floor(0.999 * (sorted.length - 1))] ?? 0,
    pValue: (1 + chance.filter(precision => precision >= found).length) / (1 + chance.length),
  };
}

/** One tree over all rows: bagged trees leave out days and columns, and few labels lie in few days. */
function treeOf(rows: readonly LabelledRow[]): TreeNode {
  const some = (isPositive: boolean) => rows.filter(({ positive }) => positive === isPositive).map(({ row }) => row);
  const sample = (all: readonly (readonly number[])[]) =>
    shuffled([...all.entries()], 0, ([index]) => `row/${index}`)
      .slice(0, sampledRows)
      .map(([, row]) => row);
  const grown = growTree(sample(some(true)), sample(some(false)), {
    maxDepth: limits.maxDepth,
    minNumSamples: 2 * limits.minLeafUnits,
  });
  return countedAndPruned(grown.root, rows, limits);
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

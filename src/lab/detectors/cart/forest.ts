import { drawOf, shuffled } from '../draws.ts';
import type { RankedScore } from '../ranking.ts';
import { growTree } from './grow.ts';
import {
  countedAndPruned,
  type LabelledRow,
  leafFinder,
  leavesOf,
  probabilityOf,
  type Tree,
  type TreeNode,
} from './tree.ts';

/** A training row with a name that is its own in the training data, and the day of its stream that it lies in. */
export type DatedRow = LabelledRow & { readonly key: string; readonly day: string };

export type ForestLimits = {
  readonly trees: number;
  /** Splits on the longest path. */
  readonly maxDepth: number;
  /** A leaf of fewer training units is pruned. */
  readonly minLeafUnits: number;
};

/** Each tree leaves out the days of one of these groups; the groups are drawn again for each round of as many trees. */
const groups = 4;
/** The most rows that a tree is grown from: ml-cart's cost demands a sample. */
const sampled = { positives: 400, negatives: 500, hardNegatives: 600 } as const;
/** Share of the columns that a tree may split on. */
const columnShare = 0.6;

/**
 * Bagged classification trees (Breiman, "Bagging predictors", Machine Learning 24, 1996), with columns drawn per tree as in random
 * forests. A tree leaves out whole days, not rows, because units of one incident are alike. Its negatives are a random sample, and those
 * that a first round of trees ranks highest, the look-alikes. Its leaves count all units of the days that it has seen, so scores are
 * probabilities at the true class ratio.
 *
 * @returns the trees, and each row's mean probability over the trees that did not see its day
 */
export function growForest(
  rows: readonly DatedRow[],
  seed: number,
  limits: ForestLimits,
): { readonly trees: readonly Tree[]; readonly heldOut: readonly RankedScore[] } {
  const mixed = shuffled(rows, seed, ({ key }) => `row/${key}`);
  const days = [...new Set(rows.map(({ day }) => day))];
  const whole: Classes = {
    // Counting goes through the rows as they lie in memory: in a random order it would be several times slower.
    all: rows,
    positives: mixed.filter(({ positive }) => positive),
    negatives: mixed.filter(({ positive }) => !positive),
  };
  const byDay = daysOf(days);
  const [all, positives, negatives] = [byDay(whole.all), byDay(whole.positives), byDay(whole.negatives)];
  const leftOutBy = (index: number): ReadonlySet<string> => {
    const groupOf = (day: string) => Math.floor(groups * drawOf(seed, `days/${Math.floor(index / groups)}/${day}`));
    return new Set(days.filter(day => groupOf(day) === ((index % groups) + groups) % groups));
  };
  const grow = (index: number, hard: readonly DatedRow[]) => {
    const unseen = leftOutBy(index);
    const seen = { all: all(unseen), positives: positives(unseen), negatives: negatives(unseen) };
    const hasBoth = seen.positives.length > 0 && seen.negatives.length > 0;
    const seenHard = hard.filter(({ day }) => !unseen.has(day));
    return growOne(hasBoth ? seen : whole, seenHard, { seed, index, limits });
  };
  // A few trees, as of a control, do without.
  const scouts = limits.trees > groups ? Array.from({ length: groups }, (_, index) => grow(-1 - index, [])) : [];
  const scouted = meanProbability(scouts);
  const hard = mixed
    .filter(({ positive }) => !positive && scouts.length > 0)
    .map(row => ({ row, score: scouted(row.row) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, sampled.hardNegatives)
    .map(({ row }) => row);
  const trees = Array.from({ length: limits.trees }, (_, index) => grow(index, hard));
  const leftOut = trees.map((_, index) => leftOutBy(index));
  const judges = new Map(
    days.map(day => {
      const unseen = trees.filter((_, index) => leftOut[index]?.has(day));
      return [day, unseen.length === 0 ? undefined : meanProbability(unseen)];
    }),
  );
  const heldOut = rows.flatMap(({ row, day, positive }) => {
    const score = judges.get(day)?.(row);
    return score === undefined ? [] : [{ score, positive }];
  });
  return { trees, heldOut };
}

/** The mean over the trees of the probability at the leaf that a row ends in. */
export function meanProbability(trees: readonly { readonly root: TreeNode }[]): (row: readonly number[]) => number {
  const each = trees.map(({ root }) => ({
    find: leafFinder(root),
    probabilities: Float64Array.from(leavesOf(root), probabilityOf),
  }));
  return row => {
    let sum = 0;
    for (const { find, probabilities } of each) sum += probabilities[find(row)] ?? 0;
    return sum / each.length;
  };
}

/** All rows, and those of each class in a random order. */
type Classes = Readonly<Record<'all' | 'positives' | 'negatives', readonly DatedRow[]>>;

/** Rows without those of some days. */
function daysOf(days: readonly string[]) {
  const indexOf = new Map(days.map((day, index) => [day, index]));
  return (rows: readonly DatedRow[]) => {
    const dayOf = Uint32Array.from(rows, ({ day }) => indexOf.get(day) ?? 0);
    return (leftOut: ReadonlySet<string>): readonly DatedRow[] => {
      const isLeftOut = days.map(day => leftOut.has(day));
      return rows.filter((_, index) => isLeftOut[dayOf[index] ?? 0] !== true);
    };
  };
}

function growOne(
  { all, positives, negatives }: Classes,
  hard: readonly DatedRow[],
  { seed, index, limits }: { readonly seed: number; readonly index: number; readonly limits: ForestLimits },
): Tree {
  /** Each tree takes other rows, as far as there are enough. */
  const some = (of: readonly DatedRow[], count: number) => {
    const from = Math.max(0, index * count) % of.length;
    return [...of.slice(from), ...of.slice(0, from)].slice(0, count);
  };
  const width = (positives[0] ?? negatives[0])?.row.length ?? 0;
  const columns = shuffled([...Array(width).keys()], seed, column => `column/${index}/${column}`)
    .slice(0, Math.ceil(columnShare * width))
    .sort((a, b) => a - b);
  const part = (from: Iterable<DatedRow>) => [...from].map(({ row }) => columns.map(column => row[column] ?? 0));
  const grown = growTree(
    part(some(positives, sampled.positives)),
    part(new Set([...hard, ...some(negatives, sampled.negatives)])),
    { maxDepth: limits.maxDepth, minNumSamples: 2 * limits.minLeafUnits },
  );
  return { ...grown, root: countedAndPruned(onAllColumns(grown.root, columns), all, limits) };
}

/** A tree over some columns as one over all. */
function onAllColumns(node: TreeNode, columns: readonly number[]): TreeNode {
  if (node.kind === 'leaf') return node;
  return {
    ...node,
    column: columns[node.column] ?? 0,
    left: onAllColumns(node.left, columns),
    right: onAllColumns(node.right, columns),
  };
}

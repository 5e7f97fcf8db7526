import type { Unit } from '../../features/feature-set.ts';
import type { Evidence, Scorer } from '../detector.ts';
import { leavesOf, pathOf, probabilityOf, type Split, type TreeNode } from './tree.ts';

type Inputs = {
  readonly names: readonly string[];
  readonly phrases?: Readonly<Record<string, string>> | undefined;
  readonly of: (unit: Unit) => readonly number[];
};

/**
 * Scores by the leaf's probability, plus a small part that orders the units within one leaf: by their distance past its borders or, on the
 * side of a split with fewer positives, by their closeness to it.
 * That part is below half the smallest distance between two leaves' probabilities, so leaves keep their order. Without it, no unit of a leaf
 * could alarm if clean data reach the leaf more often than the alarm budget allows.
 */
export function cartScorer(root: TreeNode, inputs: Inputs): Scorer {
  const step = tieBreakStep(root);
  const towardsLeft = splitsTowardsLeft(root);
  return {
    score(unit) {
      const row = inputs.of(unit);
      const { splits, leaf } = pathOf(root, row);
      const score = probabilityOf(leaf) + step * depthInLeaf(splits, row, towardsLeft);
      return [{ unit, score, explain: () => explain(splits, row, probabilityOf(leaf), inputs) }];
    },
  };
}

/** Half the smallest distance between probabilities of leaves, at most 0.001. */
function tieBreakStep(root: TreeNode): number {
  const probabilities = [...new Set(leavesOf(root).map(probabilityOf))].sort((a, b) => a - b);
  const gaps = probabilities.slice(1).map((probability, index) => probability - (probabilities[index] ?? 0));
  return Math.min(0.001, ...gaps.map(gap => gap / 2));
}

/** The splits whose left side has the larger share of positives. */
function splitsTowardsLeft(node: TreeNode): ReadonlySet<Split> {
  if (node.kind === 'leaf') return new Set();
  const isLeft = shareOf(node.left) > shareOf(node.right);
  return new Set([...(isLeft ? [node] : []), ...splitsTowardsLeft(node.left), ...splitsTowardsLeft(node.right)]);
}

function shareOf(node: TreeNode): number {
  const leaves = leavesOf(node);
  const sum = (of: 'units' | 'positives') => leaves.reduce((total, leaf) => total + leaf[of], 0);
  return probabilityOf({ kind: 'leaf', units: sum('units'), positives: sum('positives') });
}

/** Mean over the splits passed of distance / (|distance| + |border| + 1), the distance counted towards the positives; as a share [0, 1). */
function depthInLeaf(splits: readonly Split[], row: readonly number[], towardsLeft: ReadonlySet<Split>): number {
  if (splits.length === 0) return 0;
  let sum = 0;
  for (const split of splits) {
    const past = (row[split.column] ?? 0) - split.value;
    sum += (towardsLeft.has(split) ? -past : past) / (Math.abs(past) + Math.abs(split.value) + 1);
  }
  return (1 + sum / splits.length) / 2;
}

/** "411 unit-minutes held without an order (≥ 120) and 0 orders paid (< 1): probability of the leaf 0.93"; a feature with two splits is named once, with both borders. */
function explain(
  splits: readonly Split[],
  row: readonly number[],
  probability: number,
  { names, phrases }: Inputs,
): Evidence {
  const borders = new Map<number, { low?: number; high?: number }>();
  for (const { column, value } of splits) {
    const known = borders.get(column) ?? {};
    const isBelow = (row[column] ?? 0) < value;
    borders.set(column, isBelow ? { ...known, high: value } : { ...known, low: value });
  }
  const parts: string[] = [];
  const features: Record<string, number> = {};
  for (const [column, { low, high }] of borders) {
    const name = names[column] ?? '';
    const value = row[column] ?? 0;
    features[name] = value;
    const range = [
      ...(low === undefined ? [] : [`≥ ${figure(low)}`]),
      ...(high === undefined ? [] : [`< ${figure(high)}`]),
    ];
    parts.push(`${figure(value)} ${phrases?.[name] ?? name} (${range.join(', ')})`);
  }
  return { text: `${parts.join(' and ')}: probability of the leaf ${figure(probability)}`, features };
}

/** Four significant digits at most. */
function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

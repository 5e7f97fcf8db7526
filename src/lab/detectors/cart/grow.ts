import { DecisionTreeClassifier } from 'ml-cart';
import { firstNotBelow } from '../ranking.ts';
import { parseTree, type Tree, type TreeNode } from './tree.ts';

/** The library and version that the trees come from. This file is the only place that imports it. */
export const cartLibrary = 'ml-cart 2.1.1';

/** Distinct values a feature keeps for growing, per class. */
const cutsPerClass = 24;

/** Rows at the top that alternate between the classes. */
const alternatingRows = 32;

/**
 * Grows a tree by the Gini gain; splits lie on values that occur.
 *
 * ml-cart tries every label change along a sorted feature and copies all labels for each, so its cost grows with rows times label
 * changes. Two measures reduce it to rows times cuts: features are floored to at most `2 × cutsPerClass` quantiles, and rows are ordered by
 * class, so that (the library's sort is stable) ties change label only once. The first rows still alternate, because the library searches
 * for the class's first row for every row. 200 + 3,000 rows × 28 features, depth 6: 3.4 s in
 * mixed order and unbinned, 0.7 s so.
 *
 * @param options.maxDepth splits on the longest path
 * @param options.minNumSamples a node of so few rows is not split
 */
export function growTree(
  positives: readonly (readonly number[])[],
  negatives: readonly (readonly number[])[],
  options: { readonly maxDepth: number; readonly minNumSamples: number },
): Tree {
  const columns = positives[0]?.length ?? 0;
  const cuts = Array.from({ length: columns }, (_, column) => cutsOf(column, positives, negatives));
  const floored = (row: readonly number[]) => row.map((value, column) => floorTo(cuts[column] ?? [], value));
  const rows: (readonly number[])[] = [];
  const labels: number[] = [];
  const head = Math.min(alternatingRows / 2, positives.length, negatives.length);
  const give = (of: readonly (readonly number[])[], label: number, from: number, to: number) => {
    for (const row of of.slice(from, to)) {
      rows.push(floored(row));
      labels.push(label);
    }
  };
  for (let index = 0; index < head; index += 1) {
    give(negatives, 0, index, index + 1);
    give(positives, 1, index, index + 1);
  }
  give(negatives, 0, head, negatives.length);
  give(positives, 1, head, positives.length);

  // Only a gain of almost 0 ends a branch; with the library's own limit of 0.01 a rare class would never be split off.
  const classifier = new DecisionTreeClassifier({ gainFunction: 'gini', gainThreshold: 1e-6, ...options });
  classifier.train(rows, labels);
  const tree = parseTree(JSON.parse(JSON.stringify(classifier.toJSON())));
  return { ...tree, root: withSplitsOnCuts(tree.root, cuts) };
}

function cutsOf(column: number, ...classes: readonly (readonly (readonly number[])[])[]): readonly number[] {
  const cuts = new Set<number>();
  for (const rows of classes) {
    const values = rows.map(row => row[column] ?? 0).sort((a, b) => a - b);
    for (let index = 0; index <= cutsPerClass; index += 1) {
      const value = values[Math.round((index / cutsPerClass) * (values.length - 1))];
      if (value !== undefined) cuts.add(Number(value.toPrecision(4)));
    }
  }
  return [...cuts].sort((a, b) => a - b);
}

/** The largest cut that is not above the value; the first if there is none. */
function floorTo(cuts: readonly number[], value: number): number {
  const at = firstNotBelow(cuts, value);
  return cuts[cuts[at] === value ? at : Math.max(0, at - 1)] ?? value;
}

/** The library splits midway between floored values; the next cut splits the true values the same way. */
function withSplitsOnCuts(node: TreeNode, cuts: readonly (readonly number[])[]): TreeNode {
  if (node.kind === 'leaf') return node;
  const value = cuts[node.column]?.find(cut => cut >= node.value) ?? node.value;
  return { ...node, value, left: withSplitsOnCuts(node.left, cuts), right: withSplitsOnCuts(node.right, cuts) };
}

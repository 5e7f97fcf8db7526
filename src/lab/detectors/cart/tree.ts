import { z } from 'zod';

/** A leaf with the training units that end there: all of them, not just the sample that the tree was grown from. */
export type Leaf = { readonly kind: 'leaf'; readonly units: number; readonly positives: number };

/** `left` takes rows whose value in the column is below `value`. */
export type Split = {
  readonly kind: 'split';
  readonly column: number;
  readonly value: number;
  readonly left: TreeNode;
  readonly right: TreeNode;
};

export type TreeNode = Leaf | Split;

/** A tree, and ml-cart's options that it was grown with. */
export type Tree = { readonly root: TreeNode; readonly options: Readonly<Record<string, unknown>> };

const nodeSchema = z.object({
  distribution: z.array(z.array(z.number())).optional(),
  splitColumn: z.int().nonnegative().optional(),
  splitValue: z.number().optional(),
  get left() {
    return nodeSchema.optional();
  },
  get right() {
    return nodeSchema.optional();
  },
  units: z.int().nonnegative().optional(),
  positives: z.int().nonnegative().optional(),
});

type LibraryNode = z.infer<typeof nodeSchema>;

const librarySchema = z.object({
  name: z.literal('DTClassifier'),
  options: z.record(z.string(), z.unknown()),
  root: nodeSchema,
});

/**
 * Reads ml-cart's JSON, from the library or from `treeToJson`.
 *
 * @throws ZodError when it has another shape
 */
export function parseTree(json: unknown): Tree {
  const { options, root } = librarySchema.parse(json);
  return { options, root: toNode(root) };
}

/** A node with a distribution is a leaf, even if it has a split: ml-cart keeps the split that it tried and rejected. */
function toNode(node: LibraryNode): TreeNode {
  const { splitColumn: column, splitValue: value, left, right } = node;
  if (
    node.distribution !== undefined ||
    left === undefined ||
    right === undefined ||
    column === undefined ||
    value === undefined
  ) {
    return { kind: 'leaf', units: node.units ?? 0, positives: node.positives ?? 0 };
  }
  return { kind: 'split', column, value, left: toNode(left), right: toNode(right) };
}

/** The tree in ml-cart's own format, which `DecisionTreeClassifier.load` takes; leaves also hold their numbers of units. */
export function treeToJson(tree: Tree): unknown {
  return { name: 'DTClassifier', options: tree.options, root: nodeToJson(tree.root) };
}

function nodeToJson(node: TreeNode): LibraryNode {
  if (node.kind === 'split') {
    return {
      splitColumn: node.column,
      splitValue: node.value,
      left: nodeToJson(node.left),
      right: nodeToJson(node.right),
    };
  }
  const share = probabilityOf(node);
  return { distribution: [[1 - share, share]], units: node.units, positives: node.positives };
}

/** The probability that a unit in this leaf is positive, after Laplace: (positives + 1) / (units + 2); 3 of 8 give 0.4. */
export function probabilityOf({ units, positives }: Omit<Leaf, 'kind'>): number {
  return (positives + 1) / (units + 2);
}

/** The leaf that a row ends in, with the splits on the way. */
export function pathOf(
  root: TreeNode,
  row: readonly number[],
): { readonly splits: readonly Split[]; readonly leaf: Leaf } {
  const splits: Split[] = [];
  let node = root;
  while (node.kind === 'split') {
    splits.push(node);
    node = (row[node.column] ?? 0) < node.value ? node.left : node.right;
  }
  return { splits, leaf: node };
}

/** All leaves from left to right. */
export function leavesOf(node: TreeNode): readonly Leaf[] {
  return node.kind === 'leaf' ? [node] : [...leavesOf(node.left), ...leavesOf(node.right)];
}

/** A labelled row. */
export type LabelledRow = { readonly row: readonly number[]; readonly positive: boolean };

/** Finds the leaf that a row ends in, as its index from left to right. A tree in arrays is walked several times faster than one of objects. */
export function leafFinder(root: TreeNode): (row: readonly number[]) => number {
  const columns: number[] = [];
  const values: number[] = [];
  const children: number[] = [];
  let leaves = 0;
  /** Of a split, twice its index; of a leaf, the complement of its index. */
  const place = (node: TreeNode): number => {
    if (node.kind === 'leaf') {
      leaves += 1;
      return ~(leaves - 1);
    }
    const at = columns.length;
    columns.push(node.column);
    values.push(node.value);
    children.push(0, 0);
    children[2 * at] = place(node.left);
    children[2 * at + 1] = place(node.right);
    return 2 * at;
  };
  const first = place(root);
  const [columnAt, valueAt, childAt] = [Int32Array.from(columns), Float64Array.from(values), Int32Array.from(children)];
  return row => {
    let at = first;
    while (at >= 0) {
      const split = at >> 1;
      at = childAt[(row[columnAt[split] ?? 0] ?? 0) < (valueAt[split] ?? 0) ? at : at + 1] ?? -1;
    }
    return ~at;
  };
}

/**
 * Counts rows at the leaves and undoes splits that are too deep or leave fewer than `minLeafUnits` rows on a side. Growing is greedy, so a tree
 * cut to depth d equals a tree grown to depth d.
 */
export function countedAndPruned(
  root: TreeNode,
  rows: readonly LabelledRow[],
  limits: { readonly maxDepth: number; readonly minLeafUnits: number },
): TreeNode {
  const leaves = leavesOf(root).map((): Counts => ({ units: 0, positives: 0 }));
  const find = leafFinder(root);
  for (const { row, positive } of rows) {
    const leaf = leaves[find(row)];
    if (leaf === undefined) continue;
    leaf.units += 1;
    if (positive) leaf.positives += 1;
  }
  const fromLeft = leaves.values();
  return pruned(root, limits.maxDepth).node;

  function pruned(node: TreeNode, depth: number): { readonly node: TreeNode } & Counts {
    if (node.kind === 'leaf') {
      const counts = fromLeft.next().value ?? { units: 0, positives: 0 };
      return { node: { kind: 'leaf', ...counts }, ...counts };
    }
    const [left, right] = [pruned(node.left, depth - 1), pruned(node.right, depth - 1)];
    const counts = { units: left.units + right.units, positives: left.positives + right.positives };
    const isKept = depth > 0 && Math.min(left.units, right.units) >= limits.minLeafUnits;
    return { node: isKept ? { ...node, left: left.node, right: right.node } : { kind: 'leaf', ...counts }, ...counts };
  }
}

type Counts = { units: number; positives: number };

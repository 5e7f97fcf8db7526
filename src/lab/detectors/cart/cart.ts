import { z } from 'zod';
import { dayMs } from '../../../base/time.ts';
import type { Unit } from '../../features/feature-set.ts';
import { unitKey } from '../../features/unit-key.ts';
import type { Detector, TrainedParameters, TrainingUnit } from '../detector.ts';
import { drawOf, shuffled } from '../draws.ts';
import { parseParameters, trainingImpossible } from '../parameters.ts';
import { averagePrecision } from '../ranking.ts';
import { cartLibrary, growTree } from './grow.ts';
import { cartScorer } from './score.ts';
import {
  countedAndPruned,
  depthOf,
  type LabelledRow,
  leavesOf,
  parseTree,
  pathOf,
  probabilityOf,
  type TreeNode,
  treeToJson,
} from './tree.ts';

/** Rows of the majority class for the first tree, and how many that it mistook for positives are added for the second. */
const sampledNegatives = 2500;
const mistakenNegatives = 800;
/** Depths tried on held-out days. */
const smallestDepth = 3;
const largestDepth = 6;
/** A deeper tree must gain more than this in average precision. */
const depthTolerance = 0.005;
/** A leaf of fewer training units is pruned. */
const minLeafUnits = 8;
const foldCount = 4;

const parametersSchema = z.object({
  inputs: z.array(z.string()),
  depth: z.int(),
  sample: z.object({ positives: z.int(), negatives: z.int(), negativesGrownFrom: z.int() }),
  selection: z.array(z.object({ depth: z.int(), averagePrecision: z.number().nullable() })),
  minLeafUnits: z.int(),
});

const treeFile = 'tree.json';

type CartOptions = {
  readonly id: string;
  readonly role: Detector['role'];
  readonly anomaly: string;
  readonly description: string;
  readonly features: Detector['features'];
  /** What the tree sees; default: the unit's features. */
  readonly inputs?: { readonly names: readonly string[]; readonly of: (unit: Unit) => readonly number[] };
  /** A control: the labels are shuffled, with as many positives as before. */
  readonly shuffleLabels?: boolean;
  /** Default: chosen on held-out days. */
  readonly depth?: number;
};

/**
 * A classification tree per anomaly, grown by ml-cart.
 *
 * The majority class is sampled for growing (the library's cost demands it) in two steps: a random sample, then the negatives that a
 * tree grown from it mistakes for positives, which are the look-alikes. Leaves then count *all* training units, so that scores are
 * probabilities at the true class ratio and no sampling needs to be undone. The depth is the smallest whose average precision on held-out
 * days (days, not rows; four folds) is within 0.005 of the best.
 */
export function cartDetector(options: CartOptions): Detector {
  const inputs = options.inputs ?? {
    names: options.features.names,
    phrases: options.features.phrases,
    of: (unit: Unit) => unit.features,
  };
  function treeIn({ files }: TrainedParameters): TreeNode {
    const file = parseParameters(options.id, z.string(), files?.[treeFile], treeFile);
    return parseParameters(options.id, z.string().transform(parseTreeText), file, treeFile);
  }
  return {
    id: options.id,
    anomaly: options.anomaly,
    role: options.role,
    description: options.description,
    library: cartLibrary,
    features: options.features,
    supervised: true,
    hasDiscreteScores: true,
    async train(units, { seed }) {
      const rows = toRows(options.shuffleLabels === true ? withShuffledLabels(units, seed) : units, inputs.of);
      return trainCart(rows, { id: options.id, inputs: inputs.names, seed, depth: options.depth });
    },
    async load(trained) {
      const parameters = parseParameters(options.id, parametersSchema, trained.parameters);
      const root = treeIn(trained);
      const isForeign = parameters.inputs.join() !== inputs.names.join();
      parseParameters(options.id, z.literal(false), isForeign, 'inputs');
      return cartScorer(root, inputs);
    },
    view: async trained => ({ tree: treeIn(trained) }),
  };
}

function parseTreeText(text: string): TreeNode {
  return parseTree(JSON.parse(text)).root;
}

type Row = LabelledRow & { readonly key: string; readonly day: number };

function toRows(units: readonly TrainingUnit[], inputsOf: (unit: Unit) => readonly number[]): readonly Row[] {
  return units.map(({ unit, positive }, index) => ({
    row: inputsOf(unit),
    positive,
    key: `${index}/${unitKey(unit)}`,
    day: Math.floor(unit.startMs / dayMs),
  }));
}

function withShuffledLabels(units: readonly TrainingUnit[], seed: number): readonly TrainingUnit[] {
  const dealt = shuffled([...units.keys()], seed, index => `labels/${index}`);
  return units.map(({ unit }, index) => ({ unit, positive: units[dealt[index] ?? 0]?.positive ?? false }));
}

function trainCart(
  rows: readonly Row[],
  options: { id: string; inputs: readonly string[]; seed: number; depth: number | undefined },
): TrainedParameters {
  const { id, inputs, seed, depth: fixedDepth } = options;
  const positives = rows.filter(({ positive }) => positive).length;
  if (positives < minLeafUnits || positives === rows.length) {
    throw trainingImpossible(
      id,
      `${positives} of ${rows.length} training units are positive`,
      `at least ${minLeafUnits}, and clean ones`,
    );
  }
  const selection = fixedDepth === undefined ? selectionOnHeldOutDays(rows, seed) : [];
  const best = Math.max(...selection.map(tried => tried.averagePrecision ?? 0));
  const depth =
    fixedDepth ??
    selection.find(tried => (tried.averagePrecision ?? 0) >= best - depthTolerance)?.depth ??
    largestDepth;
  const grown = growFromSample(rows, seed);
  const root = countedAndPruned(grown.root, rows, { maxDepth: depth, minLeafUnits });
  const chosen = selection.find(tried => tried.depth === depth)?.averagePrecision ?? null;
  const parameters: z.infer<typeof parametersSchema> = {
    inputs: [...inputs],
    depth: depthOf(root),
    sample: { positives, negatives: rows.length - positives, negativesGrownFrom: grown.negatives },
    selection: [...selection],
    minLeafUnits,
  };
  return {
    parameters,
    files: { [treeFile]: `${JSON.stringify(treeToJson({ root, options: grown.options }), null, 1)}\n` },
    validation: { heldOutDaysAveragePrecision: chosen, leaves: leavesOf(root).length },
  };
}

/** Average precision of each depth over days that its tree has not seen. */
function selectionOnHeldOutDays(
  rows: readonly Row[],
  seed: number,
): readonly { depth: number; averagePrecision: number | null }[] {
  const foldOf = (row: Row) => row.day % foldCount;
  const depths = Array.from({ length: largestDepth - smallestDepth + 1 }, (_, index) => index + smallestDepth);
  const scores = new Map<number, { score: number; positive: boolean }[]>(depths.map(depth => [depth, []]));
  for (let fold = 0; fold < foldCount; fold += 1) {
    const seen = rows.filter(row => foldOf(row) !== fold);
    const unseen = rows.filter(row => foldOf(row) === fold);
    if (unseen.length === 0 || seen.filter(({ positive }) => positive).length < minLeafUnits) continue;
    const grown = growFromSample(seen, seed);
    for (const depth of depths) {
      const root = countedAndPruned(grown.root, seen, { maxDepth: depth, minLeafUnits });
      for (const { row, positive } of unseen)
        scores.get(depth)?.push({ score: probabilityOf(pathOf(root, row).leaf), positive });
    }
  }
  return depths.map(depth => ({ depth, averagePrecision: averagePrecision(scores.get(depth) ?? []) }));
}

function growFromSample(
  rows: readonly Row[],
  seed: number,
): { readonly root: TreeNode; readonly options: Readonly<Record<string, unknown>>; readonly negatives: number } {
  const limits = { maxDepth: largestDepth, minNumSamples: 2 * minLeafUnits };
  const positives = rows.filter(({ positive }) => positive);
  const negatives = shuffled(
    rows.filter(({ positive }) => !positive),
    seed,
    ({ key }) => key,
  );
  const sampled = negatives.slice(0, sampledNegatives);
  const first = growTree(rowsOf(positives), rowsOf(sampled), limits);
  const root = countedAndPruned(first.root, [...positives, ...sampled], { maxDepth: largestDepth, minLeafUnits });
  const mistaken = negatives
    .slice(sampledNegatives)
    .map(negative => ({
      negative,
      score: probabilityOf(pathOf(root, negative.row).leaf),
      draw: drawOf(seed, negative.key),
    }))
    .filter(({ score }) => score > 0.1)
    .sort((a, b) => b.score - a.score || a.draw - b.draw)
    .slice(0, mistakenNegatives)
    .map(({ negative }) => negative);
  if (mistaken.length === 0) return { ...first, negatives: sampled.length };
  const second = growTree(rowsOf(positives), rowsOf([...mistaken, ...sampled]), limits);
  return { ...second, negatives: sampled.length + mistaken.length };
}

function rowsOf(rows: readonly Row[]): readonly (readonly number[])[] {
  return rows.map(({ row }) => row);
}

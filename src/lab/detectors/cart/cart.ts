import { z } from 'zod';
import { sum } from '../../../base/sum.ts';
import { dayMs } from '../../../base/time.ts';
import type { Unit } from '../../features/feature-set.ts';
import { unitKey } from '../../features/unit-key.ts';
import type { Detector, TrainedParameters, TrainingUnit, TreeDecision } from '../detector.ts';
import { shuffled } from '../draws.ts';
import { parseParameters, trainingImpossible } from '../parameters.ts';
import { rankingOfScores } from '../ranking.ts';
import { type DatedRow, growForest } from './forest.ts';
import { cartLibrary } from './grow.ts';
import { forestScorer, ordinaryRanges } from './score.ts';
import { leavesOf, parseTree, pathOf, type Tree, treeToJson } from './tree.ts';

const maxDepth = 6;
/** A leaf of fewer training units is pruned, so the trees need so many positive ones. */
export const minLeafUnits = 8;

const parametersSchema = z.object({
  inputs: z.array(z.string()),
  trees: z.int().positive(),
  maxDepth: z.int(),
  minLeafUnits: z.int(),
  sample: z.object({ positives: z.int(), negatives: z.int() }),
  ordinary: z.array(z.object({ least: z.number(), most: z.number() })),
});

const treeFile = 'trees.json';

type CartOptions = Pick<Detector, 'id' | 'role' | 'anomaly' | 'description' | 'features'> & {
  /** What the trees see; default: the unit's features. */
  readonly inputs?: { readonly names: readonly string[]; readonly of: (unit: Unit) => readonly number[] };
  /** A control: the labels are shuffled, with as many positives as before. */
  readonly shuffleLabels?: boolean;
  /** Default 30. */
  readonly trees?: number;
};

/**
 * Bagged classification trees of ml-cart. One tree has too few leaves for a budget of one false alarm in 22 days: a leaf that clean data
 * reach once too often cannot alarm at all. The mean of many trees ranks the units within it.
 */
export function cartDetector({
  inputs: given,
  shuffleLabels = false,
  trees: count = 30,
  ...about
}: CartOptions): Detector {
  const { id, features } = about;
  const inputs = given ?? { names: features.names, phrases: features.phrases, of: (unit: Unit) => unit.features };
  const treesIn = ({ files }: TrainedParameters) =>
    parseParameters(id, z.string().transform(parseTrees), files?.[treeFile], treeFile);
  return {
    ...about,
    library: cartLibrary,
    supervised: true,
    hasDiscreteScores: true,
    async train(units, { seed }) {
      const rows = toRows(shuffleLabels ? withShuffledLabels(units, seed) : units, inputs.of);
      return trainTrees(rows, { id, inputs: inputs.names, seed, trees: count });
    },
    async load(trained) {
      const parameters = parseParameters(id, parametersSchema, trained.parameters);
      const isForeign = parameters.inputs.join() !== inputs.names.join();
      parseParameters(id, z.literal(false), isForeign, 'inputs');
      return forestScorer(treesIn(trained), { ...inputs, ordinary: parameters.ordinary });
    },
    view: async trained => {
      const trees = treesIn(trained);
      return { tree: trees[0].root, decisions: unit => trees.map(tree => decisionOf(tree, inputs, unit)) };
    },
  };
}

function decisionOf({ root }: Tree, inputs: NonNullable<CartOptions['inputs']>, unit: Unit): TreeDecision {
  const row = inputs.of(unit);
  const { splits, leaf } = pathOf(root, row);
  const questions = splits.map(({ column, value: threshold }) => ({
    feature: inputs.names[column] ?? `column ${column}`,
    value: row[column] ?? 0,
    threshold,
  }));
  return { questions, leaf };
}

/** One tree a line, in ml-cart's own format. */
function toText(trees: readonly Tree[]): string {
  return `[\n${trees.map(tree => JSON.stringify(treeToJson(tree))).join(',\n')}\n]\n`;
}

function parseTrees(text: string): readonly [Tree, ...Tree[]] {
  const [first, ...others] = z.tuple([z.unknown()], z.unknown()).parse(JSON.parse(text));
  return [parseTree(first), ...others.map(parseTree)];
}

function toRows(units: readonly TrainingUnit[], inputsOf: (unit: Unit) => readonly number[]): readonly DatedRow[] {
  return units.map(({ unit, positive, stream = 0 }, index) => ({
    row: inputsOf(unit),
    positive,
    key: `${index}/${unitKey(unit)}`,
    day: `${stream}/${Math.floor(unit.startMs / dayMs)}`,
  }));
}

function withShuffledLabels(units: readonly TrainingUnit[], seed: number): readonly TrainingUnit[] {
  const dealt = shuffled([...units.keys()], seed, index => `labels/${index}`);
  return units.map(({ unit }, index) => ({ unit, positive: units[dealt[index] ?? 0]?.positive ?? false }));
}

function trainTrees(
  rows: readonly DatedRow[],
  { id, inputs, seed, trees: count }: { id: string; inputs: readonly string[]; seed: number; trees: number },
): TrainedParameters {
  const positives = rows.filter(({ positive }) => positive).length;
  if (positives < minLeafUnits || positives === rows.length) {
    throw trainingImpossible(
      id,
      `${positives} of ${rows.length} training units are positive`,
      `at least ${minLeafUnits} positive ones, and clean ones; train on more runs that hold this anomaly`,
    );
  }
  const { trees, heldOut } = growForest(rows, seed, { trees: count, maxDepth, minLeafUnits });
  const parameters: z.infer<typeof parametersSchema> = {
    inputs: [...inputs],
    trees: count,
    maxDepth,
    minLeafUnits,
    sample: { positives, negatives: rows.length - positives },
    ordinary: ordinaryRanges(rows),
  };
  return {
    parameters,
    files: { [treeFile]: toText(trees) },
    validation: {
      heldOutDaysAveragePrecision: rankingOfScores(heldOut).averagePrecision,
      leaves: sum(trees, ({ root }) => leavesOf(root).length),
    },
  };
}

import { quickselect } from 'simple-statistics';
import { sum } from '../../../base/sum.ts';
import type { Unit } from '../../features/feature-set.ts';
import { figureOf, inWords } from '../../features/feature-table.ts';
import type { Evidence, Scorer } from '../detector.ts';
import { meanProbability } from './forest.ts';
import { type LabelledRow, leavesOf, pathOf, probabilityOf, type Tree, type TreeNode } from './tree.ts';

/** What 98 % of the clean training units have of an input. */
type Range = { readonly least: number; readonly most: number };

type Inputs = {
  readonly names: readonly string[];
  readonly phrases?: Readonly<Record<string, string>> | undefined;
  readonly of: (unit: Unit) => readonly number[];
  readonly ordinary: readonly Range[];
};

/** Reasons that an alarm names at most. */
const reasons = 2;
/** A reason must have this share of the first one's part in the score. */
const reasonShare = 0.4;

/** Scores by the mean probability over the trees. */
export function forestScorer(trees: readonly Tree[], inputs: Inputs): Scorer {
  const scoreOf = meanProbability(trees);
  return {
    score(unit) {
      const row = inputs.of(unit);
      return [{ unit, score: scoreOf(row), explain: () => explain(trees, row, inputs) }];
    },
  };
}

/** The 1 % and the 99 % quantile of each input over the negative rows. */
export function ordinaryRanges(rows: readonly LabelledRow[]): Range[] {
  const clean = rows.filter(({ positive }) => !positive).map(({ row }) => row);
  return (clean[0] ?? []).map((_, column) => {
    const values = clean.map(row => row[column] ?? 0);
    const at = (share: number) => {
      const place = Math.round(share * (values.length - 1));
      quickselect(values, place, 0, values.length - 1);
      return Number((values[place] ?? 0).toPrecision(4));
    };
    return { least: at(0.01), most: at(0.99) };
  });
}

/**
 * "14 reservations of one product in 3 h without buying it (usually at most 3)". An input's part in the score is how much the
 * probability changes at its splits, on the row's way through the trees (Saabas, "Interpreting random forests", 2014). Inputs
 * outside their ordinary range come first.
 */
function explain(trees: readonly Tree[], row: readonly number[], { names, phrases, ordinary }: Inputs): Evidence {
  const parts = new Map<number, number>();
  for (const { root } of trees) {
    const { splits, leaf } = pathOf(root, row);
    for (const [index, split] of splits.entries()) {
      const change = shareOf(splits[index + 1] ?? leaf) - shareOf(split);
      parts.set(split.column, (parts.get(split.column) ?? 0) + change);
    }
  }
  const ranked = [...parts]
    .map(([column, part]) => {
      const [name, value] = [names[column] ?? '', row[column] ?? 0];
      const phrase = phrases?.[name] ?? name;
      const limit = limitOf(value, ordinary[column], phrase);
      return { column, part, name, value, limit, text: `${inWords(value, phrase)}${limit}` };
    })
    .sort((a, b) => Number(b.limit !== '') - Number(a.limit !== '') || b.part - a.part);
  const named = ranked
    .slice(0, reasons)
    .filter(({ part, limit }, index) => index === 0 || (part > reasonShare * (ranked[0]?.part ?? 0) && limit !== ''));
  return {
    text: named.map(({ text }) => text).join(', and '),
    features: Object.fromEntries(named.map(({ name, value }) => [name, value])),
  };
}

function limitOf(value: number, range: Range | undefined, phrase: string): string {
  if (range === undefined || (value >= range.least && value <= range.most)) return '';
  const [words, limit] = value > range.most ? ['most', range.most] : ['least', range.least];
  return ` (usually at ${words} ${figureOf(limit, phrase)})`;
}

/** Trees never change, and every alarm asks for the same nodes. */
const shares = new WeakMap<TreeNode, number>();

/** The probability at a node, over the leaves below it. */
function shareOf(node: TreeNode): number {
  const known = shares.get(node);
  if (known !== undefined) return known;
  const leaves = leavesOf(node);
  const [units, positives] = [sum(leaves, leaf => leaf.units), sum(leaves, leaf => leaf.positives)];
  const share = probabilityOf({ units, positives });
  shares.set(node, share);
  return share;
}

import { probabilityOf } from '../detectors/cart/tree.ts';
import type { TreeDecision } from '../detectors/detector.ts';
import type { ReportedDecision } from './report-data.ts';

/** Trees that are shown with their questions. */
const shownTrees = 3;

/** The votes of all trees, and the questions of those that were most sure; trees that asked the same are shown once. */
export function reportedDecision(
  decisions: readonly TreeDecision[],
  { phrases }: { readonly phrases?: Readonly<Record<string, string>> | undefined },
): ReportedDecision {
  const sorted = [...decisions].sort((a, b) => probabilityOf(b.leaf) - probabilityOf(a.leaf));
  const ways = new Map(sorted.map(one => [JSON.stringify(one.questions), one]));
  return {
    votes: sorted.map(({ leaf }) => Number(probabilityOf(leaf).toFixed(3))),
    trees: [...ways.values()].slice(0, shownTrees).map(({ questions, leaf: { units, positives } }) => ({
      questions: questions.map(({ feature, value, threshold }) => ({
        phrase: phrases?.[feature] ?? feature,
        value: Number(value.toPrecision(4)),
        threshold: Number(threshold.toPrecision(4)),
      })),
      ...{ units, positives },
    })),
  };
}

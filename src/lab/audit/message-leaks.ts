import { drawOf } from '../detectors/draws.ts';
import type { Unit } from '../features/feature-set.ts';
import { formatChance, leakTail, verdictOfChance } from './chance.ts';
import { type Finding, rounded, tooFewToTell } from './finding.ts';
import { type CountedUnit, leakTest } from './leak-test.ts';

/** With fewer caused messages, a form that only some ids have could be missed. */
const leastCausedMessages = 100;

/** Samples of the ids of messages that anomalies caused directly, and of the others. */
export type MessageLeakInput = {
  readonly caused: readonly string[];
  readonly others: readonly string[];
  readonly otherCount: number;
};

const names = ['idLength', 'idDigits', 'letter1', 'letter2', 'lastLetterButOne', 'lastLetter'];

/** Whether the ids of caused messages differ from others: a tree on nothing but the letters of ids must rank them no better than chance. */
export async function messageLeaks(inputs: readonly MessageLeakInput[]): Promise<Finding> {
  const caused = inputs.flatMap(input => input.caused);
  const others = inputs.flatMap(({ others: ids, otherCount }) =>
    ids.map(id => ({ id, count: otherCount / ids.length })),
  );
  const figures = { causedMessages: caused.length, leastCausedMessages };
  if (caused.length < leastCausedMessages || others.length < leastCausedMessages) {
    const sentence = tooFewToTell(Math.min(caused.length, others.length), leastCausedMessages, 'caused message');
    return { check: 'leaks', anomaly: null, verdict: 'undecided', sentence: `message ids: ${sentence}`, figures };
  }
  const isLearnt = (id: string) => drawOf(0, `halves/${id}`) < 0.5;
  const positives = caused.filter(id => !isLearnt(id)).map(unitOf);
  const negatives: readonly CountedUnit[] = others
    .filter(({ id }) => !isLearnt(id))
    .map(({ id, count }) => ({ unit: unitOf(id), count }));
  const tried = [...positives, ...negatives.map(({ unit }) => unit)];
  const result = await leakTest({
    names,
    train: [
      ...caused.filter(isLearnt).map(id => ({ unit: unitOf(id), positive: true })),
      ...others.filter(({ id }) => isLearnt(id)).map(({ id }) => ({ unit: unitOf(id), positive: false })),
    ],
    negatives,
    positives,
    byChance: draw =>
      positives
        .map((_, index) => tried[Math.floor(drawOf(draw, `ids/${index}`) * tried.length)] ?? tried[0])
        .filter(unit => unit !== undefined),
  });
  const verdict = verdictOfChance(result.pValue, true);
  const found = `message ids: a tree on their letters reaches an average precision of ${rounded(result.averagePrecision, 2)}, where ${rounded(result.prevalence, 2)} of the messages are caused and chance gives at most ${rounded(result.chanceHighest, 2)} (${formatChance(result.pValue)})`;
  return {
    check: 'leaks',
    anomaly: null,
    verdict,
    sentence: found + leakTail(verdict, 'ids give caused messages away'),
    figures: { ...figures, ...result },
  };
}

function unitOf(id: string): Unit {
  const letters = [0, 1, id.length - 2, id.length - 1].map(at => id.codePointAt(Math.max(0, at)) ?? 0);
  return {
    startMs: 0,
    endMs: 0,
    entity: { type: 'shop', id },
    features: [id.length, id.replace(/\D/g, '').length, ...letters],
  };
}

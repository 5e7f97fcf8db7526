import { dayMs, type Span } from '../../base/time.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import { idsAndTimesOnly } from '../detectors/cart/ids-and-times.ts';
import { drawOf, shuffled } from '../detectors/draws.ts';
import type { ScoredWindow } from '../evaluation/unit-truth.ts';
import type { Unit } from '../features/feature-set.ts';
import { formatChance, leakTail, verdictOfChance } from './chance.ts';
import { type Finding, rounded, tooFewToTell } from './finding.ts';
import { type LeakData, type LeakResult, leakTest, leastTrainingPositives } from './leak-test.ts';

/** Three labels to train on and three to test on. */
const leastLeakLabels = 6;

/** Entities and times of one dataset's units, without anything else about them. */
export type UnitLeakInput = {
  /** Identifies the dataset and seeds its draws. */
  readonly key: string;
  readonly span: Span;
  readonly windowMs: number;
  /** By label id, its positive units. */
  readonly positives: ReadonlyMap<string, readonly ScoredWindow[]>;
  /** A sample of the units that no anomaly touches, and how many there are. */
  readonly clean: readonly ScoredWindow[];
  readonly cleanCount: number;
};

const names = [...idsAndTimesOnly.names, 'positionInRun'];

/** A unit whose features are its id's hash, length and number, minute, weekday and position in the run. */
function featured({ startMs, endMs, entity }: ScoredWindow, span: Span): Unit {
  const unit = { startMs, endMs, entity, features: [] };
  const position = (startMs - span.startMs) / (span.endMs - span.startMs);
  return { ...unit, features: [...idsAndTimesOnly.of(unit), position] };
}

/**
 * Whether ids and times reveal an anomaly. A tree on nothing but ids, time of day, weekday and position is trained on half of the labels. It must rank
 * the units of the other half no better than if those labels had random times and entities. No label and no entity is in both halves.
 */
export async function unitLeaks(anomaly: string, inputs: readonly UnitLeakInput[]): Promise<Finding> {
  const { data, labels } = leakData(inputs);
  const positives = data.train.filter(({ positive }) => positive).length;
  const isPossible = positives >= leastTrainingPositives && data.positives.length > 0 && positives < data.train.length;
  const result = isPossible && data.negatives.length > 0 ? await leakTest(data) : undefined;
  const isEnough = labels >= leastLeakLabels;
  const verdict = result === undefined ? 'undecided' : verdictOfChance(result.pValue, isEnough);
  return {
    check: 'leaks',
    anomaly,
    verdict,
    sentence: result === undefined ? fewSentence(labels, positives) : sentenceOf(result, labels, verdict),
    figures: { labels, leastLabels: leastLeakLabels, trainingPositives: positives, ...result },
  };
}

function fewSentence(labels: number, positives: number): string {
  return labels < leastLeakLabels
    ? tooFewToTell(labels, leastLeakLabels)
    : tooFewToTell(positives, leastTrainingPositives, 'positive training unit');
}

function sentenceOf(result: LeakResult, labels: number, verdict: Finding['verdict']): string {
  const { averagePrecision, prevalence, chanceMedian, chanceHighest, pValue } = result;
  const found = `a tree on ids and times alone reaches an average precision of ${rounded(averagePrecision, 2)}, where ${rounded(prevalence, 2)} of the units are positive and chance gives ${rounded(chanceMedian, 2)}, at most ${rounded(chanceHighest, 2)} (${formatChance(pValue)})`;
  return verdict === 'undecided' && labels < leastLeakLabels
    ? `${tooFewToTell(labels, leastLeakLabels)}; ${found}`
    : found + leakTail(verdict, 'ids or times give the labels away');
}

function leakData(inputs: readonly UnitLeakInput[]): { readonly data: LeakData; readonly labels: number } {
  const blocks = inputs.flatMap(input =>
    [...input.positives]
      .filter(([, places]) => places.length > 0)
      .map(([label, places]) => ({ input, name: `${input.key}/${label}`, places })),
  );
  // Assigned in turn, so that both halves hold the same number of labels.
  const dealt = shuffled(blocks, 0, ({ name }) => `halves/${name}`);
  const learnt = dealt.filter((_, index) => index % 2 === 0);
  const clean = inputs.flatMap(input =>
    input.clean.map(place => ({
      unit: featured(place, input.span),
      count: input.cleanCount / input.clean.length,
      isLearnt: drawOf(0, `halves/${input.key}/${groupOf(place)}`) < 0.5,
      input,
    })),
  );
  const negatives = clean.filter(({ isLearnt }) => !isLearnt);
  const tried = dealt
    .filter((_, index) => index % 2 === 1)
    .map(block => {
      const trained = learnt.filter(({ input }) => input === block.input).flatMap(({ places }) => places);
      return {
        ...block,
        entities: negatives.filter(({ input }) => input === block.input).map(({ unit }) => unit.entity),
        taken: new Set(trained.map(({ startMs }) => startMs)),
      };
    });
  return {
    labels: blocks.length,
    data: {
      names,
      train: [
        ...learnt.flatMap(({ input, places }) =>
          places.map(place => ({ unit: featured(place, input.span), positive: true })),
        ),
        ...clean.filter(({ isLearnt }) => isLearnt).map(({ unit }) => ({ unit, positive: false })),
      ],
      negatives,
      positives: tried.flatMap(({ input, places }) => places.map(place => featured(place, input.span))),
      byChance: draw =>
        tried.flatMap(block =>
          moved(block, `chance/${draw}/${block.name}`).map(place => featured(place, block.input.span)),
        ),
    },
  };
}

/** What must not be in both halves: an entity, or a day of a series, which has only one entity. */
function groupOf({ startMs, entity }: ScoredWindow): string {
  return entity.type === 'user' || entity.type === 'product' ? entity.id : `day-${Math.floor(startMs / dayMs)}`;
}

/** A label that the tree is tested on, and where it might as well have been. */
type Movable = {
  readonly input: UnitLeakInput;
  readonly places: readonly ScoredWindow[];
  /** One entry for each clean unit, so that a frequent entity is drawn often. */
  readonly entities: readonly Entity[];
  /** The times of the labels that the tree was trained on; no other label is placed there. */
  readonly taken: ReadonlySet<number>;
};

const moveTries = 20;

/** The units of a label, all moved by the same time (around the run's end, if need be), their entities replaced by clean ones. */
function moved({ input, places, entities, taken }: Movable, name: string): readonly ScoredWindow[] {
  let times: readonly number[] = [];
  for (let attempt = 0; attempt < moveTries; attempt += 1) {
    times = movedTimes(places, input, drawOf(attempt, name));
    if (!times.some(time => taken.has(time))) break;
  }
  return places.map(({ startMs, endMs, entity }, index) => {
    const movedMs = times[index] ?? startMs;
    const drawn = entities[Math.floor(drawOf(0, `${name}/${entity.id}`) * entities.length)] ?? entity;
    return { startMs: movedMs, endMs: movedMs + endMs - startMs, entity: drawn };
  });
}

function movedTimes(
  places: readonly ScoredWindow[],
  { span, windowMs }: UnitLeakInput,
  draw: number,
): readonly number[] {
  const firstMs = Math.ceil(span.startMs / windowMs) * windowMs;
  const windows = Math.max(1, Math.floor((span.endMs - firstMs) / windowMs));
  const shift = Math.floor(draw * windows);
  return places.map(
    ({ startMs }) => firstMs + ((Math.round((startMs - firstMs) / windowMs) + shift) % windows) * windowMs,
  );
}

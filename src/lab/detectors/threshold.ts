import { z } from 'zod';
import { sum } from '../../base/sum.ts';
import { pluralize } from '../../base/words.ts';
import { alarmGapOf, type FeatureSet } from '../features/feature-set.ts';
import type { Detector } from './detector.ts';

/** A limit that a score must exceed to raise an alarm, with how it was found; part of `model.json`. */
export const thresholdSchema = z.object({
  value: z.number().describe('an alarm needs a score above it'),
  method: z.enum(['clean-validation', 'tail-fit', 'fixed']),
  falseAlarmsPerDay: z.number().nullable().describe('the budget that it was chosen for'),
  days: z.number().describe('clean days that it was chosen from'),
  falseAlarms: z.number().nullable().describe('merged alarms above it in those days; null for a fitted tail'),
  note: z.string().describe('how it was chosen, in words'),
});

export type Threshold = z.infer<typeof thresholdSchema>;

/** One false alarm in 22 days. */
export const defaultFalseAlarmsPerDay = 1 / 22;

/** With fewer clean days, a budget of one alarm in 22 days cannot be distinguished from twice as many. */
const enoughCleanDays = 200;

/** A scored clean unit, as calibration needs it. Plain data, so that a worker can send it. */
export type TalliedScore = { readonly score: number; readonly entity: string; readonly startMs: number };

/** The highest scores of clean runs. Plain data; tallies of several runs add up with `joinTallies`. */
export type CleanTally = {
  readonly days: number;
  readonly windowMs: number;
  /** As `FeatureSet.alarmGapMs`. */
  readonly alarmGapMs: number;
  /** One list a run: alarms of different runs are never merged. */
  readonly runs: readonly (readonly TalliedScore[])[];
  /** Every score above this one is in `runs`; lower ones may have been dropped. */
  readonly floor: number | undefined;
};

/**
 * Collects the scores of one clean run in bounded memory: it keeps the `capacity` highest, since a threshold for a handful of alarms needs no more.
 *
 * @param features whose units are scored
 * @param capacity default 4,000: at one alarm in 22 days even 200 days have room for 440 units an alarm
 */
export function tallyAccumulator(features: Pick<FeatureSet, 'windowMs' | 'alarmGapMs'>, capacity = 4000) {
  const { windowMs } = features;
  let kept: TalliedScore[] = [];
  let floor: number | undefined;

  function cut(): void {
    kept.sort((a, b) => b.score - a.score);
    const dropped = kept[capacity];
    if (dropped === undefined) return;
    floor = dropped.score;
    kept = kept.slice(0, capacity).filter(scored => scored.score > dropped.score);
  }

  return {
    push(scored: TalliedScore): void {
      if (floor !== undefined && scored.score <= floor) return;
      kept.push(scored);
      if (kept.length >= 2 * capacity) cut();
    },
    finish(days: number): CleanTally {
      if (kept.length > capacity) cut();
      return { days, windowMs, alarmGapMs: alarmGapOf(features), runs: [kept], floor };
    },
  };
}

/** Tallies of several clean runs as one. */
export function joinTallies(tallies: readonly CleanTally[]): CleanTally {
  const [first] = tallies;
  if (first === undefined) throw new TypeError('joinTallies needs at least one tally');
  const floors = tallies.flatMap(tally => (tally.floor === undefined ? [] : [tally.floor]));
  return {
    days: sum(tallies, tally => tally.days),
    windowMs: first.windowMs,
    alarmGapMs: first.alarmGapMs,
    runs: tallies.flatMap(tally => tally.runs),
    floor: floors.length === 0 ? undefined : Math.max(...floors),
  };
}

/** The lowest score at which the merged alarms above it, and above every higher score, still fit `allowed`. */
type Sweep = { readonly value: number; readonly alarms: number };

/**
 * Lowers the threshold from the highest score as long as the merged alarms stay within `allowed`, and stops at the first excess. Below it,
 * neighbouring alarms merge, so the count falls again and would wrongly fit the budget.
 * Windows are aligned: a unit joins the alarms of its entity less than the gap before and after it, which may be one alarm already.
 */
function sweepDown(tally: CleanTally, allowed: number): Sweep {
  const scores = tally.runs
    .flatMap((run, index) => run.map(scored => ({ ...scored, entity: `${index}/${scored.entity}` })))
    .filter(({ score }) => tally.floor === undefined || score > tally.floor)
    .sort((a, b) => b.score - a.score);
  const above = new Set<string>();
  const { windowMs, alarmGapMs } = tally;
  /** The distance to the nearest window above, before (-1) or after (1), that is close enough for one alarm. */
  const nearest = ({ entity, startMs }: TalliedScore, side: -1 | 1) => {
    for (let awayMs = windowMs; awayMs < alarmGapMs + windowMs; awayMs += windowMs)
      if (above.has(`${entity}@${startMs + side * awayMs}`)) return awayMs;
    return undefined;
  };
  let alarms = 0;
  let best: Sweep | undefined;
  for (let from = 0; from < scores.length; ) {
    const value = scores[from]?.score ?? 0;
    // `value` as threshold: what is strictly above it has been counted.
    if (alarms > allowed) break;
    best = { value, alarms };
    while (from < scores.length && scores[from]?.score === value) {
      const scored = scores[from];
      if (scored === undefined) break;
      const key = `${scored.entity}@${scored.startMs}`;
      const [before, after] = [nearest(scored, -1), nearest(scored, 1)];
      const joined = [before, after].filter(awayMs => awayMs !== undefined).length;
      const wereOne = before !== undefined && after !== undefined && before + after < alarmGapMs + windowMs;
      if (!above.has(key)) alarms += 1 - joined + (wereOne ? 1 : 0);
      above.add(key);
      from += 1;
    }
  }
  if (alarms <= allowed && tally.floor !== undefined) best = { value: tally.floor, alarms };
  return best ?? { value: tally.floor ?? 0, alarms: 0 };
}

/**
 * How many alarms a threshold may leave on the days that it is chosen from. It is the score of one alarm more, which other days exceed as often as
 * these days reach it: k + 1 alarms are expected there (the rule of succession; conformal prediction, Vovk et al. 2005, uses the same count). With days too
 * few for one alarm, none.
 */
function alarmsWithin(falseAlarmsPerDay: number, days: number): number {
  return Math.max(0, Math.floor(falseAlarmsPerDay * days + 1e-9) - 1);
}

const oneMore = 'on other days one more is to be expected';

/**
 * The lowest threshold that is expected to keep the budget on other clean days: see `alarmsWithin`.
 *
 * @param falseAlarmsPerDay default one in 22 days
 */
export function thresholdFromCleanDays(tally: CleanTally, falseAlarmsPerDay = defaultFalseAlarmsPerDay): Threshold {
  const allowed = alarmsWithin(falseAlarmsPerDay, tally.days);
  const { value, alarms } = sweepDown(tally, allowed);
  const few = tally.days < enoughCleanDays ? `; fewer than the ${enoughCleanDays} days that determine it well` : '';
  return {
    value,
    method: 'clean-validation',
    falseAlarmsPerDay,
    days: tally.days,
    falseAlarms: alarms,
    note: `${lowestWith(allowed)} in ${pluralize(round(tally.days), 'clean validation day')}; ${oneMore}${few}`,
  };
}

function lowestWith(allowed: number): string {
  return `lowest score that leaves ${allowed === 0 ? 'no merged alarm' : `at most ${pluralize(allowed, 'merged alarm')}`}`;
}

/**
 * A threshold from the clean training units, for use without clean validation days.
 *
 * Continuous scores: peaks over threshold. The tail above the score that 5 % of units exceed (at least 30 units) gets a generalised
 * Pareto distribution by probability-weighted moments (Hosking & Wallis 1987; shape kept in [0, 0.5], so never shorter than
 * exponential), and the threshold is where it leaves the budget's number of units. Merging is ignored, which leads to fewer alarms.
 *
 * Discrete scores (a tree's leaves, by `hasDiscreteScores`; a count, by its ties) have no tail to fit. They are counted, as in `thresholdFromCleanDays`.
 */
export function thresholdFromTail(
  tally: CleanTally,
  falseAlarmsPerDay = defaultFalseAlarmsPerDay,
  { hasDiscreteScores = false, tailMargin: margin = 1 }: Pick<Detector, 'hasDiscreteScores' | 'tailMargin'> = {},
): Threshold {
  const scores = tally.runs.flatMap(run => run.map(({ score }) => score)).sort((a, b) => b - a);
  const tailSize = Math.min(scores.length - 1, Math.max(30, Math.floor(0.05 * scores.length)));
  const tail = scores.slice(0, Math.max(0, tailSize));
  const base = { method: 'tail-fit', falseAlarmsPerDay, days: tally.days } as const;
  const widened = margin === 1 ? '' : `, times ${margin}, since these days also set the scale of the scores`;
  if (!hasDiscreteScores && tail.length >= 30 && new Set(tail).size > tail.length / 2) {
    const value = paretoQuantile(tail, scores[tailSize] ?? 0, Math.min(tailSize, falseAlarmsPerDay * tally.days));
    return {
      ...base,
      value: margin * value,
      falseAlarms: null,
      note: `generalised Pareto tail fitted to the ${tail.length} highest of ${scores.length} clean training scores${widened}`,
    };
  }
  const allowed = alarmsWithin(falseAlarmsPerDay, tally.days);
  const { value, alarms } = sweepDown(tally, allowed);
  return {
    ...base,
    value: margin * value,
    falseAlarms: alarms,
    note: `${lowestWith(allowed)} in ${pluralize(round(tally.days), 'clean training day')}; ${oneMore} (scores come in steps, to which no tail can be fitted)${widened}`,
  };
}

/** The score that `expected` units of the tail exceed. `tail` falls; `start` is where it begins. */
function paretoQuantile(tail: readonly number[], start: number, expected: number): number {
  const n = tail.length;
  const excesses = tail.map(score => score - start).reverse();
  const mean = sum(excesses, excess => excess) / n;
  // a1 estimates E[X (1 - F(X))]; excesses rise, plotting positions (i - 0.35) / n.
  const a1 = excesses.reduce((sum, excess, index) => sum + (1 - (index + 0.65) / n) * excess, 0) / n;
  if (mean <= 0) return start;
  // Hosking's k is minus the usual shape.
  const shape = Math.min(0.5, Math.max(0, -(mean / (mean - 2 * a1) - 2)));
  const scale = mean * (1 - shape);
  const ratio = n / expected;
  return shape < 1e-6
    ? start + scale * Math.log(ratio)
    : start + (scale / shape) * (Math.exp(shape * Math.log(ratio)) - 1);
}

function round(days: number): number {
  return Math.round(days * 10) / 10;
}

import { dayMs, daysIn } from '../../base/time.ts';
import type { Label } from '../../data/dataset/truth.ts';
import { mergedAlarms } from '../detectors/alarms.ts';
import type { Alarm, DetectorRole } from '../detectors/detector.ts';
import { alarmGapOf, type FeatureSet } from '../features/feature-set.ts';
import { statedZ, visibleLabels } from './label-visibility.ts';
import { detectionDelayMinutes, isEntityAnomaly, matchAlarms, subjectOf } from './matching.ts';
import { type SeriesFigures, seriesFigureCounter } from './series-figures.ts';
import type { RunTruth } from './unit-truth.ts';

/** A group of labels in the results: same variant and intensity. */
export type LabelGroup = { readonly variant: string; readonly intensity: string };

/** How many units of one run got a score. `positives` by `groupKey`, `anyPositive` each unit once. */
export type ScoreCount = {
  readonly score: number;
  readonly negatives: number;
  readonly anyPositive: number;
  readonly positives: Readonly<Record<string, number>>;
};

/** The units of one run by score, packed: an evaluation holds those of hundreds of runs, with millions of units. */
export type ScoreCounts = {
  /** Scores that only negative units have, and how many. */
  readonly negativeScores: Float64Array;
  readonly negatives: Uint32Array;
  /** Scores that positive units have. */
  readonly positives: readonly ScoreCount[];
};

/** Where the scores of single units are not known. */
export const noScores: ScoreCounts = packed([]);

function packed(counts: readonly ScoreCount[]): ScoreCounts {
  const negative = counts.filter(({ anyPositive }) => anyPositive === 0);
  return {
    negativeScores: Float64Array.from(negative, ({ score }) => score),
    negatives: Uint32Array.from(negative, ({ negatives }) => negatives),
    positives: counts.filter(({ anyPositive }) => anyPositive > 0),
  };
}

/** Packed counts as a list. */
export function unpackedCounts({ negativeScores, negatives, positives }: ScoreCounts): readonly ScoreCount[] {
  const ofNegative = (score: number, index: number): ScoreCount => ({
    ...{ score, negatives: negatives[index] ?? 0, anyPositive: 0, positives: {} },
  });
  return [...positives, ...Array.from(negativeScores, ofNegative)];
}

/** How one detector did on one run. Plain data: a worker can send it, and several are pooled into result rows. */
export type RunOutcome = {
  /** Names the run: a seed or a dataset. */
  readonly run: string;
  readonly days: number;
  readonly anomaly: string;
  readonly detector: string;
  readonly role: DetectorRole;
  readonly labels: readonly (LabelGroup & {
    readonly id: string;
    /** Whether a detector could see it at all. */
    readonly isVisible: boolean;
    /** How far it stands out from chance, where the simulation states it. */
    readonly z: number | null;
    readonly delayMinutes: number | null;
  })[];
  /** One entry a right alarm: the groups of the labels it is right about. */
  readonly rightAlarms: readonly (readonly string[])[];
  readonly falseAlarms: number;
  /** How many of the false alarms match a near miss. */
  readonly nearMissAlarms: number;
  readonly scores: ScoreCounts;
  /** Left out if the scores of single units are not known. */
  readonly series?: SeriesFigures;
};

/** Identifies a group within an outcome. */
export function groupKey({ variant, intensity }: LabelGroup): string {
  return `${variant}/${intensity}`;
}

/** Counts units by score for an outcome. Memory grows with the number of distinct scores. */
export function scoreCounter() {
  const byScore = new Map<number, { negatives: number; anyPositive: number; positives: Record<string, number> }>();
  return {
    push(score: number, labels: readonly Label[]): void {
      const count = byScore.get(score) ?? { negatives: 0, anyPositive: 0, positives: {} };
      byScore.set(score, count);
      if (labels.length === 0) count.negatives += 1;
      else count.anyPositive += 1;
      for (const key of new Set(labels.map(groupKey))) count.positives[key] = (count.positives[key] ?? 0) + 1;
    },
    counts: (): ScoreCounts => packed([...byScore].map(([score, count]) => ({ score, ...count }))),
  };
}

/** Counts the scored units of one detector on one run. */
export type UnitCounter = ReturnType<typeof unitCounter>;

/** An empty counter for a detector of an anomaly. */
export function unitCounter(anomaly: string) {
  return { scores: scoreCounter(), series: seriesFigureCounter(isEntityAnomaly(anomaly)) };
}

/**
 * Scores one detector's alarms on one run; alarms are merged first, and long ones count once a day.
 *
 * @param who.windowMs of a detector of the anomaly
 * @param who.alarmGapMs alarms less than this apart are one; default: the window
 * @param found.alarms of this detector, and perhaps of others
 * @param found.counter left out if the scores of single units are not known
 */
export function runOutcome(
  { run, truth }: { readonly run: string; readonly truth: RunTruth },
  who: Pick<RunOutcome, 'anomaly' | 'detector' | 'role'> & Pick<FeatureSet, 'windowMs' | 'alarmGapMs'>,
  found: { readonly days: number; readonly alarms: readonly Alarm[]; readonly counter?: UnitCounter | undefined },
): RunOutcome {
  const { anomaly, detector, role, windowMs } = who;
  const { days, counter } = found;
  const own = found.alarms.filter(alarm => alarm.anomaly === anomaly && alarm.detector === detector);
  const labels = truth.labels.filter(label => label.anomaly === anomaly);
  const visible = visibleLabels({ labels, caused: truth.caused });
  const counted = own.map(alarm => ({ ...alarm, entity: subjectOf(alarm, labels) }));
  const alarms = mergedAlarms(counted, alarmGapOf(who)).flatMap(aDayEach);
  const matched = matchAlarms(alarms, { labels, nearMisses: truth.nearMisses }, windowMs);
  const wrong = matched.filter(match => match.labels.length === 0);
  return {
    ...{ run, days, anomaly, detector, role },
    labels: labels.map(label => ({
      id: label.id,
      variant: label.variant,
      intensity: label.intensity,
      isVisible: visible.has(label),
      z: statedZ(label),
      delayMinutes: detectionDelayMinutes(label, matched),
    })),
    rightAlarms: matched
      .filter(match => match.labels.length > 0)
      .map(match => [...new Set(match.labels.map(groupKey))]),
    falseAlarms: wrong.length,
    nearMissAlarms: wrong.filter(match => match.nearMisses.length > 0).length,
    scores: counter?.scores.counts() ?? noScores,
    ...(counter === undefined ? {} : { series: counter.series.figures(own) }),
  };
}

/**
 * An alarm that lasts for days counts once a day, as if its reader checked it each morning. Otherwise one endless alarm would be right about
 * every label and wrong about none.
 */
function aDayEach(alarm: Alarm): readonly Alarm[] {
  const days = Math.max(1, Math.ceil(daysIn(alarm)));
  return Array.from({ length: days }, (_, day) => {
    const startMs = alarm.startMs + day * dayMs;
    return {
      ...alarm,
      startMs,
      endMs: Math.min(alarm.endMs, startMs + dayMs),
      detectedAtMs: Math.max(alarm.detectedAtMs, startMs),
    };
  });
}

import { dayMs } from '../../base/time.ts';
import type { Label } from '../../data/dataset/truth.ts';
import { mergedAlarms } from '../detectors/alarms.ts';
import type { Alarm, DetectorRole } from '../detectors/detector.ts';
import { detectionDelayMinutes, matchAlarms } from './matching.ts';
import type { SeriesFigures } from './series-figures.ts';
import { statedZ } from './stated-z.ts';

/** A group of labels in the results: same variant and intensity. */
export type LabelGroup = { readonly variant: string; readonly intensity: string };

/** How many units of one run got a score. `positives` by `groupKey`, `anyPositive` each unit once. */
export type ScoreCount = {
  readonly score: number;
  readonly negatives: number;
  readonly anyPositive: number;
  readonly positives: Readonly<Record<string, number>>;
};

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
  /** Kinds of the near misses that alarmed, with the number of alarms. */
  readonly nearMisses: Readonly<Record<string, number>>;
  /** Empty if the scores of single units are not known. */
  readonly scores: readonly ScoreCount[];
  /** Left out if the scores of single units are not known. */
  readonly series?: SeriesFigures;
};

/** Identifies a group within an outcome. */
export function groupKey({ variant, intensity }: LabelGroup): string {
  return `${variant}/${intensity}`;
}

/** Counts units by score for an outcome. */
export type ScoreCounter = {
  readonly push: (score: number, labels: readonly Label[]) => void;
  readonly counts: () => readonly ScoreCount[];
};

/** Memory grows with the number of distinct scores. */
export function scoreCounter(): ScoreCounter {
  const byScore = new Map<number, { negatives: number; anyPositive: number; positives: Record<string, number> }>();
  return {
    push(score, labels) {
      const count = byScore.get(score) ?? { negatives: 0, anyPositive: 0, positives: {} };
      byScore.set(score, count);
      if (labels.length === 0) count.negatives += 1;
      else count.anyPositive += 1;
      for (const key of new Set(labels.map(groupKey))) count.positives[key] = (count.positives[key] ?? 0) + 1;
    },
    counts: () => [...byScore].map(([score, count]) => ({ score, ...count })),
  };
}

/** Scores one detector's alarms on one run; alarms are merged first, and long ones count once a day. */
export function runOutcome(options: {
  readonly run: string;
  readonly days: number;
  readonly anomaly: string;
  readonly detector: string;
  readonly role: DetectorRole;
  readonly windowMs: number;
  readonly alarms: readonly Alarm[];
  readonly labels: readonly Label[];
  readonly nearMisses: readonly Label[];
  /** The labels that a detector could see at all. Default: all. */
  readonly visible?: ReadonlySet<Label>;
  readonly scores: readonly ScoreCount[];
  readonly series?: SeriesFigures | undefined;
}): RunOutcome {
  const { run, days, anomaly, detector, role, scores } = options;
  const labels = options.labels.filter(label => label.anomaly === anomaly);
  const alarms = mergedAlarms(options.alarms, options.windowMs).flatMap(aDayEach);
  const matched = matchAlarms(alarms, { labels, nearMisses: options.nearMisses }, options.windowMs);
  const wrong = matched.filter(match => match.labels.length === 0);
  const nearMisses: Record<string, number> = {};
  for (const { nearMisses: misses } of wrong) {
    for (const kind of new Set(misses.map(miss => miss.anomaly))) nearMisses[kind] = (nearMisses[kind] ?? 0) + 1;
  }
  return {
    run,
    days,
    anomaly,
    detector,
    role,
    labels: labels.map(label => ({
      id: label.id,
      variant: label.variant,
      intensity: label.intensity,
      isVisible: options.visible?.has(label) ?? true,
      z: statedZ(label),
      delayMinutes: detectionDelayMinutes(label, matched),
    })),
    rightAlarms: matched
      .filter(match => match.labels.length > 0)
      .map(match => [...new Set(match.labels.map(groupKey))]),
    falseAlarms: wrong.length,
    nearMissAlarms: wrong.filter(match => match.nearMisses.length > 0).length,
    nearMisses,
    scores,
    ...(options.series === undefined ? {} : { series: options.series }),
  };
}

/**
 * An alarm that lasts for days counts once a day, as if its reader checked it each morning. Otherwise one endless alarm would be right about
 * every label and wrong about none.
 */
function aDayEach(alarm: Alarm): readonly Alarm[] {
  const days = Math.max(1, Math.ceil((alarm.endMs - alarm.startMs) / dayMs));
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

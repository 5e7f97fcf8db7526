import { max, min } from 'simple-statistics';
import { sum } from '../../base/sum.ts';
import { minuteMs } from '../../base/time.ts';
import { type Label, spanOfLabel } from '../../data/dataset/truth.ts';
import type { TreeNode } from '../detectors/cart/tree.ts';
import type { ForecastBand, ScoredUnit } from '../detectors/detector.ts';
import { incidentIds } from '../detectors/incidents.ts';
import type { MatchedAlarm } from '../evaluation/matching.ts';
import type { ScoreCount } from '../evaluation/run-outcome.ts';
import type {
  ReportedAlarm,
  ReportedForecast,
  ReportedIntervention,
  ReportedScoreLine,
  ReportedScores,
  ReportedTree,
} from './report-data.ts';
import { isWide, lowestShare } from './score-scale.ts';

/** How many entities of a crowd are named. */
const namedEntities = 12;
const histogramBins = 40;

/** A label or near miss as a report shows it. */
export function reportedIntervention(label: Label): ReportedIntervention {
  const { id, anomaly: kind, variant, intensity, entities } = label;
  return {
    ...{ id, kind, variant, intensity },
    entities: entities.slice(0, namedEntities),
    entityCount: entities.length,
    ...spanOfLabel(label),
    effectEndMs: Date.parse(label.effect_end),
  };
}

/** The learner's alarms, by start. */
export function reportedAlarms(matched: readonly MatchedAlarm[]): ReportedAlarm[] {
  const incidents = incidentIds(matched.map(({ alarm }) => alarm));
  return matched
    .map(({ alarm, labels, nearMisses }) => {
      const { startMs, endMs, detectedAtMs, entity, score, threshold, evidence } = alarm;
      return {
        ...{ startMs, endMs, detectedAtMs, entity, incident: incidents.get(alarm) ?? 0, score, threshold },
        evidence: evidence.text,
        labels: labels.map(({ id }) => id),
        nearMisses: nearMisses.map(({ id }) => id),
      };
    })
    .sort((a, b) => a.startMs - b.startMs);
}

/** A grown tree with its features in words, and the units of inner nodes added up from the leaves. */
export function reportedTree(
  node: TreeNode,
  features: { readonly names: readonly string[]; readonly phrases?: Readonly<Record<string, string>> | undefined },
): ReportedTree {
  if (node.kind === 'leaf') return { units: node.units, positives: node.positives };
  const below = reportedTree(node.left, features);
  const atLeast = reportedTree(node.right, features);
  const feature = features.names[node.column] ?? `column ${node.column}`;
  return {
    units: below.units + atLeast.units,
    positives: below.positives + atLeast.positives,
    question: { feature, phrase: features.phrases?.[feature] ?? feature, threshold: node.value, below, atLeast },
  };
}

/**
 * Counts units by score; the last bin holds the highest score. Undefined without a score. Where scores reach many times the threshold the bins are of equal
 * ratio, and the first also holds all that is far below the threshold. Other scales without a bound are cut at four times what 99 % of the units
 * reach, so that one extreme score cannot squeeze all others into one bin.
 */
export function reportedScores(scores: readonly ScoreCount[], threshold: number): ReportedScores | undefined {
  const finite = scores.filter(({ score }) => Number.isFinite(score)).sort((a, b) => a.score - b.score);
  const lowest = finite[0]?.score;
  const highest = finite.at(-1)?.score;
  if (lowest === undefined || highest === undefined) return undefined;
  const isLogarithmic = isWide(highest, threshold);
  const low = isLogarithmic ? Math.max(lowest, threshold * lowestShare) : lowest;
  const high =
    isLogarithmic || highest <= 1 ? highest : Math.min(highest, low + 4 * (scoreOfShare(finite, 0.99) - low));
  const place = (score: number) =>
    isLogarithmic ? Math.log(Math.max(score, low) / low) / Math.log(high / low) : (score - low) / (high - low);
  const negatives = new Array<number>(histogramBins).fill(0);
  const positives = new Array<number>(histogramBins).fill(0);
  for (const count of finite) {
    const share = high === low ? 0 : place(count.score);
    const bin = Math.min(histogramBins - 1, Math.floor(share * histogramBins));
    negatives[bin] = (negatives[bin] ?? 0) + count.negatives;
    positives[bin] = (positives[bin] ?? 0) + count.anyPositive;
  }
  return { low, high, isCut: high < highest, ...(isLogarithmic ? { isLogarithmic } : {}), negatives, positives };
}

/** Significant digits of a score in a picture. */
const scoreDigits = 4;

/** The highest score of each window, as `shortScore`. Undefined without a score. */
export function reportedScoreLine(
  scored: readonly Pick<ScoredUnit, 'unit' | 'score'>[],
  { stepMinutes, threshold }: { readonly stepMinutes: number; readonly threshold: number },
): ReportedScoreLine | undefined {
  if (scored.length === 0) return undefined;
  const stepMs = stepMinutes * minuteMs;
  const highest = new Map<number, number>();
  for (const { unit, score } of scored) {
    highest.set(unit.startMs, Math.max(score, highest.get(unit.startMs) ?? Number.NEGATIVE_INFINITY));
  }
  const { startMs, length } = stepsOf([...highest.keys()], stepMs);
  return {
    startMs,
    stepMinutes,
    values: Array.from({ length }, (_, index) => {
      const score = highest.get(startMs + index * stepMs);
      if (score === undefined || !Number.isFinite(score)) return null;
      return shortScore(score, threshold);
    }),
  };
}

/** A score in few digits that stay on its side of the threshold. */
export function shortScore(score: number, threshold: number): number {
  const short = Number(score.toPrecision(scoreDigits));
  return short > threshold === score > threshold ? short : score;
}

/** The first of some times, and the number of steps from it to the last. */
function stepsOf(timesMs: number[], stepMs: number): { readonly startMs: number; readonly length: number } {
  const startMs = min(timesMs);
  return { startMs, length: (max(timesMs) - startMs) / stepMs + 1 };
}

/** The lowest score that at least this share of the units do not exceed. */
function scoreOfShare(sorted: readonly ScoreCount[], share: number): number {
  const units = ({ negatives, anyPositive }: ScoreCount) => negatives + anyPositive;
  const wanted = share * sum(sorted, units);
  let seen = 0;
  for (const count of sorted) {
    seen += units(count);
    if (seen >= wanted) return count.score;
  }
  return sorted.at(-1)?.score ?? 0;
}

/** Forecast bands, in any order, as parallel arrays; `total` comes first. Undefined without a band. */
export function reportedForecast(bands: readonly ForecastBand[], stepMinutes: number): ReportedForecast | undefined {
  if (bands.length === 0) return undefined;
  const stepMs = stepMinutes * minuteMs;
  const { startMs, length } = stepsOf(
    bands.map(band => band.startMs),
    stepMs,
  );
  const names = [...new Set(bands.map(({ channel }) => channel))].sort(
    (a, b) => Number(b === 'total') - Number(a === 'total'),
  );
  return {
    startMs,
    stepMinutes,
    channels: names.map(name => {
      const byIndex = new Map(
        bands.filter(({ channel }) => channel === name).map(band => [(band.startMs - startMs) / stepMs, band]),
      );
      const values = (of: (band: ForecastBand) => number) =>
        Array.from({ length }, (_, index) => {
          const band = byIndex.get(index);
          return band === undefined ? null : rounded(of(band));
        });
      return {
        name,
        actual: values(band => band.actual),
        forecast: values(band => band.forecast),
        low: values(band => band.low),
        high: values(band => band.high),
      };
    }),
  };
}

/** A tenth of a message is enough for a picture. */
function rounded(count: number): number {
  return Math.round(count * 10) / 10;
}

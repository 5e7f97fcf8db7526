import { cannot } from '../../base/errors.ts';
import { groupBy } from '../../base/group-by.ts';
import { daysIn, hourMs } from '../../base/time.ts';
import { expectedWords } from '../../base/words.ts';
import type { Alarm, DetectorRole } from '../detectors/detector.ts';
import { detectorsFor, searchedAnomalies } from '../detectors/registry.ts';
import type { ScoreRow } from '../detectors/write-detections.ts';
import type { FeatureSet } from '../features/feature-set.ts';
import { isEntityAnomaly } from './matching.ts';
import { noDetector } from './result-rows.ts';
import { type RunOutcome, runOutcome, type UnitCounter, unitCounter } from './run-outcome.ts';
import type { TestRun } from './score-run.ts';
import { unitTruth } from './unit-truth.ts';
import { leftOutUnits, leftOutWindows, unscoredUnits } from './unscored-units.ts';

/** The window of an anomaly without a detector here. */
const defaultWindowMs = hourMs;

/** The longest window after a label in which an alarm of an external program is right: with windows of days, any alarm would be. */
const longestWindowMs = hourMs;

/** Outcomes to pool into rows, and where scores were missing. */
export type ScoredDetections = {
  readonly outcomes: readonly RunOutcome[];
  /** Positive units without a score, of the anomalies and detectors that have some. */
  readonly unscored: readonly Unscored[];
};

/** How many positive units have no score by a detector. */
export type Unscored = Pair & { readonly units: number };

/**
 * Scores alarms from any detector, and scores of units if there are any, against a run's truth. There is one outcome for each anomaly and detector
 * that occur in them; others count as not searched. A requested anomaly always has an outcome, by `noDetector` if nothing was found; without any
 * alarm or score, so has every labelled anomaly.
 *
 * Reads the run's records only if there are scores: a unit is positive if a direct message of its entity lies in it.
 * A positive unit without a score (see `unscoredUnits`) counts as ranked below all others, and so do other units that an external program left out.
 *
 * @param anomalies default: those that occur, else those labelled
 * @param externalWindowMs where all rows are of an external program, the length of its windows
 * @throws DETECTIONS_INVALID when an anomaly is unknown both here and in the labels
 */
export async function scoreDetections(
  { run, records, span, truth }: TestRun,
  alarms: readonly Alarm[],
  scores: readonly ScoreRow[],
  anomalies: readonly string[] = [],
  externalWindowMs?: number,
): Promise<ScoredDetections> {
  const known = [...new Set([...searchedAnomalies, ...truth.labels.map(({ anomaly }) => anomaly)])];
  for (const { anomaly } of [...alarms, ...scores]) assertKnown(anomaly, known);
  const wanted = scores.filter(({ anomaly }) => anomalies.length === 0 || anomalies.includes(anomaly));
  const { counters, unscored } = await countScores({ run, records, span, truth }, wanted, externalWindowMs);
  const outcomes = pairsOf([...alarms, ...scores], anomalies, truth.labels).map(pair => {
    const { role, judged } = whoIs(pair, externalWindowMs);
    const counter = counters.get(keyOf(pair));
    return runOutcome({ run, truth }, { ...judged, ...pair, role }, { days: daysIn(span), alarms, counter });
  });
  return { outcomes, unscored };
}

type Pair = { readonly anomaly: string; readonly detector: string };

function keyOf({ anomaly, detector }: Pair): string {
  return `${anomaly}/${detector}`;
}

function pairsOf(
  rows: readonly Pair[],
  wanted: readonly string[],
  labels: readonly { anomaly: string }[],
): readonly Pair[] {
  const occurring = (rows.length > 0 ? rows : labels).map(({ anomaly }) => anomaly);
  return [...new Set(wanted.length > 0 ? wanted : occurring)].sort().flatMap(anomaly => {
    const found = [...new Set(rows.filter(row => row.anomaly === anomaly).map(({ detector }) => detector))].sort();
    return (found.length === 0 ? [noDetector] : found).map(detector => ({ anomaly, detector }));
  });
}

/**
 * A detector's role, the length of its units, and the window and gap by which its alarms are judged. An unknown detector is external; it gets the window of our
 * learner, unless it is known, and its gap in any case: with short windows, one alarm would be many.
 */
function whoIs(
  { anomaly, detector }: Pair,
  externalWindowMs: number | undefined,
): {
  readonly role: DetectorRole;
  readonly windowMs: number;
  readonly judged: Pick<FeatureSet, 'windowMs' | 'alarmGapMs'>;
  readonly features?: FeatureSet;
} {
  const ours = searchedAnomalies.includes(anomaly) ? detectorsFor(anomaly) : [];
  const known = ours.find(({ id }) => id === detector);
  if (externalWindowMs === undefined && known !== undefined) {
    const { role, features } = known;
    const { windowMs } = features;
    return { role, windowMs, judged: { windowMs }, features };
  }
  const learner = ours.find(({ role }) => role === 'learner');
  const { windowMs, alarmGapMs = windowMs } = learner?.features ?? { windowMs: defaultWindowMs };
  if (externalWindowMs === undefined) return { role: 'external', windowMs, judged: { windowMs, alarmGapMs } };
  const judged = { windowMs: Math.min(externalWindowMs, longestWindowMs), alarmGapMs };
  return { role: 'external', windowMs: externalWindowMs, judged };
}

async function countScores(
  { records, span, truth }: TestRun,
  scores: readonly ScoreRow[],
  externalWindowMs: number | undefined,
) {
  const counters = new Map<string, UnitCounter>();
  const unscored: Unscored[] = [];
  if (scores.length === 0) return { counters, unscored };
  const units = unitTruth(truth);
  const byPair = groupBy(scores, keyOf);
  const pairs = pairsOf(scores, [], []).map(pair => {
    const rows = byPair.get(keyOf(pair)) ?? [];
    return { pair, rows, leftOut: leftOutUnits(rows) };
  });
  for await (const batch of records) {
    for (const record of batch) {
      units.mark(record);
      for (const { leftOut } of pairs) leftOut.mark(record);
    }
  }
  for (const { pair, rows, leftOut } of pairs) {
    const { anomaly } = pair;
    const who = whoIs(pair, externalWindowMs);
    const counter = unitCounter(anomaly);
    counters.set(keyOf(pair), counter);
    for (const row of isEntityAnomaly(anomaly) ? rows : highestOfWindows(rows)) {
      const labels = units.labelsOf(row, anomaly, who.features);
      counter.scores.push(row.score, labels);
      counter.series.push(row, row.score, labels.length > 0);
    }
    const missing = unscoredUnits(rows, { labels: truth.labels, units, span }, { anomaly, ...who });
    for (const labels of missing) counter.scores.push(Number.NEGATIVE_INFINITY, labels);
    // Our own detectors score all units that they have.
    if (who.role === 'external') {
      const windows = isEntityAnomaly(anomaly) ? [] : leftOutWindows(rows, span);
      const lowest = rows.reduce((least, { score }) => Math.min(least, score), Number.POSITIVE_INFINITY);
      for (const window of windows) {
        const isPositive = units.labelsOf(window, anomaly).length > 0;
        counter.series.push(window, lowest, isPositive);
        if (!isPositive) counter.scores.push(Number.NEGATIVE_INFINITY, []);
      }
      const negatives = isEntityAnomaly(anomaly) ? leftOut.count() - missing.length : 0;
      for (let unit = 0; unit < negatives; unit++) counter.scores.push(Number.NEGATIVE_INFINITY, []);
    }
    if (missing.length > 0) unscored.push({ ...pair, units: missing.length });
  }
  return { counters, unscored };
}

/** The highest row of each window of the shop, whatever entities its rows name, and of each channel: an anomaly of the whole shop has one unit a window. */
function highestOfWindows(rows: readonly ScoreRow[]): readonly ScoreRow[] {
  const highest = new Map<string, ScoreRow>();
  for (const row of rows) {
    const { startMs, entity } = row;
    const key = `${startMs} ${entity.type === 'channel' ? entity.id : ''}`;
    const before = highest.get(key);
    if (before === undefined || before.score < row.score) highest.set(key, row);
  }
  return [...highest.values()];
}

function assertKnown(anomaly: string, known: readonly string[]): void {
  if (known.includes(anomaly)) return;
  throw cannot('DETECTIONS_INVALID', `score anomaly "${anomaly}"`)('it is unknown', expectedWords(anomaly, known));
}

import { formatDuration } from '../../../base/format-time.ts';
import { pluralize } from '../../../base/words.ts';
import type { Comparison, ResultRow } from '../../evaluation/result-rows.ts';
import { bestBaseline, overallComparison, twoFigures } from '../result-columns.ts';

/** What a learner found, how many alarms were false, and whether it beats the best baseline: a sentence each. */
export function storyOf(
  learner: ResultRow,
  rows: readonly ResultRow[],
  comparisons: readonly Comparison[] = [],
): readonly string[] {
  return [foundSentence(learner), falseSentence(learner), ...rankSentences(learner, rows, comparisons)];
}

function foundSentence({ detector, detected, labels, delayMinutesMedian: delay }: ResultRow): string {
  if (labels === 0) return 'There was no anomaly to find.';
  const anomalies = pluralize(labels, 'anomaly', 'anomalies');
  const part = detected === 0 ? `none of ${anomalies}` : `${detected} of ${anomalies}`;
  const when =
    delay === null
      ? ''
      : detected === 1
        ? ` after ${formatDuration(delay)}`
        : `, half of them within ${formatDuration(delay)}`;
  return `${detector} found ${detected === labels && labels > 1 ? `all ${anomalies}` : part}${when}.`;
}

function falseSentence({ alarms, precision, nearMissAlarms }: ResultRow): string {
  if (alarms === 0) return 'It raised no alarm.';
  // Without labels the precision has no meaning, and every alarm is false.
  const wrong = Math.round(alarms * (1 - (precision ?? 0)));
  if (wrong === 0) return alarms === 1 ? 'Its alarm was right.' : `All its ${alarms} alarms were right.`;
  const misses =
    nearMissAlarms === 0
      ? ''
      : nearMissAlarms < wrong
        ? `, ${nearMissAlarms} of them for near misses`
        : wrong === 1
          ? ', for a near miss'
          : ', all for near misses';
  return `${wrong} of its ${pluralize(alarms, 'alarm')} ${wrong === 1 ? 'was' : 'were'} false${misses}.`;
}

function rankSentences(
  learner: ResultRow,
  rows: readonly ResultRow[],
  comparisons: readonly Comparison[],
): readonly string[] {
  const best = bestBaseline(rows);
  if (best?.averagePrecision == null || learner.averagePrecision === null) return [];
  const [theirs, ours] = twoFigures(best.averagePrecision, learner.averagePrecision);
  const isLevel = ours === theirs || overallComparison(comparisons, best, 'averagePrecision')?.verdict === 'level';
  const verb = isLevel ? 'as well as' : best.averagePrecision > learner.averagePrecision ? 'worse than' : 'better than';
  return [`It ranks ${verb} the best baseline, ${best.detector}, which found ${best.detected}.`];
}

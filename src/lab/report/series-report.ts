import { minuteMs, type Span } from '../../base/time.ts';
import type { Label } from '../../data/dataset/truth.ts';
import type { SeriesData } from '../../data/series/series-in.ts';
import type { Alarm } from '../detectors/detector.ts';
import type { Model } from '../detectors/model.ts';
import type { ScoreRow } from '../detectors/write-detections.ts';
import { matchAlarms } from '../evaluation/matching.ts';
import { formatStep } from './page/chart-theme.ts';
import type { AnomalyReport } from './report-data.ts';
import { reportedAlarms, reportedIntervention, shortScore } from './reported.ts';
import type { SeriesChart } from './terminal/series.ts';

/** A page holds so many channels; those with the most alarms. */
const mostChannels = 40;

/** What a report shows of alarms in a series dataset. */
export function seriesReport(
  { manifest, startMs, endMs }: SeriesData,
  { detector, description: { library, features, threshold } }: Model,
  found: {
    readonly alarms: readonly Alarm[];
    readonly labels: readonly Label[];
    readonly chart: Pick<SeriesChart, 'windowMs' | 'means'>;
    /** The highest score of each window of the chart. */
    readonly scores: readonly (number | null)[];
  },
): AnomalyReport {
  const { alarms, labels, chart, scores } = found;
  const stepMinutes = chart.windowMs / minuteMs;
  const { windowMinutes } = features;
  const alarmsOf = (channel: string) => alarms.filter(({ entity }) => entity.id === channel).length;
  const channels = [...chart.means()]
    .sort(([a], [b]) => alarmsOf(b) - alarmsOf(a))
    .slice(0, mostChannels)
    .map(([name, means]) => ({ name, counts: means.map(shortened) }));
  const shown = new Set(channels.map(({ name }) => name));
  const period = manifest.periodMs === null ? 'period' : formatStep(manifest.periodMs / minuteMs);
  return {
    anomaly: detector.anomaly,
    learner: {
      ...{ id: detector.id, description: detector.description, library, windowMinutes },
      threshold: { value: threshold.value, note: threshold.note },
    },
    test: { startMs, endMs },
    isJudged: labels.length > 0,
    series: {
      ...{ startMs, stepMinutes },
      unit: manifest.kind === 'count' ? `count per ${period}` : 'value',
      channels,
    },
    labels: labels.map(label => ({
      ...reportedIntervention(label),
      entities: [...label.entities]
        .sort((a, b) => Number(shown.has(b.id)) - Number(shown.has(a.id)))
        .slice(0, mostChannels),
    })),
    nearMisses: [],
    alarms: reportedAlarms(matchAlarms(alarms, { labels, nearMisses: [] }, windowMinutes * minuteMs)),
    scoreLine: { startMs, stepMinutes, values: [...scores] },
  };
}

/** Keeps the highest score of each window, over all channels; null where there is none. */
export function highestScores(
  { startMs, endMs }: Span,
  { windowMs, threshold }: { readonly windowMs: number; readonly threshold: number },
) {
  const values: (number | null)[] = Array.from({ length: Math.round((endMs - startMs) / windowMs) }, () => null);
  return {
    values,
    push: ({ startMs: atMs, score }: Pick<ScoreRow, 'startMs' | 'score'>) => {
      const window = Math.min(values.length - 1, Math.floor((atMs - startMs) / windowMs));
      if (Number.isFinite(score)) values[window] = shortScore(Math.max(values[window] ?? 0, score), threshold);
    },
  };
}

/** Four significant digits, which no plot shows; null where there is none. */
function shortened(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
}

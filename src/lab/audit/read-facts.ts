import { basename } from 'node:path';
import { cannot } from '../../base/errors.ts';
import { dayMs, daysIn, minuteMs, type Span } from '../../base/time.ts';
import { inThousands } from '../../base/words.ts';
import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { isCommandLog } from '../../data/dataset/shop-topics.ts';
import type { CausedCounts } from '../../data/dataset/truth.ts';
import { detectorFor } from '../detectors/registry.ts';
import { readRunTruth, spanOf } from '../evaluation/dataset-truth.ts';
import { isEntityAnomaly } from '../evaluation/matching.ts';
import type { RunTruth } from '../evaluation/unit-truth.ts';
import { foldUnits } from '../features/fold-units.ts';
import { shopChannels, topicChannels, totalOf } from '../features/series-channels.ts';
import { type SeriesFeatures, seriesCounts } from '../features/series-counts.ts';
import { entityCollector, seriesFacts } from './anomaly-collector.ts';
import type { DatasetFacts } from './dataset-facts.ts';
import { checkDataCard } from './integrity.ts';
import { orderWatch } from './row-order.ts';
import { sampleOf } from './sample.ts';
import type { CountedSeries } from './series-extremes.ts';
import { wordSearch } from './truth-words.ts';

/** Counts are kept of each quarter of an hour, so one message with a wrong time could need more than any memory. */
const longestDays = 3660;

/** How many message ids of each kind are sampled. */
const sampledIds = 2000;

/**
 * Reads a dataset once, compares it with its manifest, and keeps what the checks need: counts by quarter of an hour, extremes by feature,
 * samples. Only the counts (some hundred a day and channel) and the truth grow with the number of days.
 *
 * @throws DATASET_CORRUPT when the dataset is not what its manifest says, USAGE when it spans too many years
 */
export async function readFacts(dataset: Dataset): Promise<DatasetFacts> {
  const { manifest } = dataset;
  await checkDataCard(dataset);
  const truth = await readRunTruth(dataset);
  const span = spanOf(dataset);
  assertCountable(dataset.dir, span);
  const key = manifest.files['events.csv'].sha256;
  const features = seriesOf(dataset);
  const windows: (readonly number[])[] = [];
  const anomalies = [...new Set(truth.labels.map(({ anomaly }) => anomaly))].sort();
  const options = { key, span, truth, warmUntilMs: warmUntil(span) };
  const collectors = new Map<string, ReturnType<typeof entityCollector>>(
    anomalies
      .filter(isEntityAnomaly)
      .map(anomaly => [anomaly, entityCollector(anomaly, detectorFor(anomaly).features, options)]),
  );
  const folds = foldUnits([features], span.startMs, unit => windows.push(unit.features));
  const words = wordSearch(truth.labels, truth.nearMisses);
  const order = orderWatch();
  const [causedIds, otherIds] = [sampleOf<string>(sampledIds, 1), sampleOf<string>(sampledIds, 2)];
  for await (const batch of dataset.records()) {
    for (const record of batch) {
      const isCaused = truth.caused.get(record.id)?.some(({ relation }) => relation === 'direct') === true;
      words.push(record);
      order.push(record, isCaused);
      (isCaused ? causedIds : otherIds).add(record.id, record.id);
      for (const collector of collectors.values()) collector.push(record);
      folds.push(record);
    }
  }
  for (const collector of collectors.values()) collector.finish(span.endMs);
  folds.finish(span.endMs);
  const series = countedSeries(features, windows, span);
  return {
    name: basename(dataset.dir),
    key,
    manifest,
    span,
    labels: truth.labels,
    caused: causedCounts(truth),
    series,
    anomalies: new Map(
      anomalies.map(anomaly => [anomaly, collectors.get(anomaly)?.facts() ?? seriesFacts(anomaly, series, options)]),
    ),
    words: words.result(),
    order: order.result(),
    messages: { caused: causedIds.items(), others: otherIds.items(), otherCount: otherIds.seen() },
  };
}

/** The end of the opening: a run's first day, or its first quarter if that is shorter. No drawn label lies there. */
function warmUntil({ startMs, endMs }: Span): number {
  return startMs + Math.min(dayMs, (endMs - startMs) / 4);
}

/** Quarters of an hour of a shop's channels, or of the topics of another system. */
function seriesOf({ manifest }: Dataset): SeriesFeatures {
  const topics = Object.keys(manifest.topics).sort();
  const isShop = manifest.scenario !== null || topics.some(isCommandLog);
  return seriesCounts({
    id: 'audit-series',
    windowMs: 15 * minuteMs,
    channels: isShop ? shopChannels : topicChannels(topics),
  });
}

function countedSeries(
  features: SeriesFeatures,
  windows: readonly (readonly number[])[],
  { startMs }: Span,
): CountedSeries {
  const { channels, windowMs } = features;
  const single = channels.names.map((_, index) => windows.map(counts => counts[index] ?? 0));
  return {
    startMs: Math.ceil(startMs / windowMs) * windowMs,
    windowMs,
    channels: [...channels.names, 'all messages'],
    counts: [...single, windows.map(counts => totalOf(counts, channels))],
  };
}

function causedCounts({ caused }: Pick<RunTruth, 'caused'>): CausedCounts {
  const counts = new Map<string, { direct: number; effect: number; prevented: number }>();
  for (const causes of caused.values()) {
    for (const { labelId, relation } of causes) {
      const known = counts.get(labelId) ?? { direct: 0, effect: 0, prevented: 0 };
      counts.set(labelId, known);
      known[relation] += 1;
    }
  }
  return counts;
}

function assertCountable(dir: string, span: Span): void {
  const days = Math.ceil(daysIn(span));
  if (days <= longestDays) return;
  throw cannot('USAGE', `audit ${dir}`)(
    `its messages span ${inThousands(days)} days`,
    `at most ${longestDays}; --from and --to choose a part, without the messages whose times are wrong`,
  );
}

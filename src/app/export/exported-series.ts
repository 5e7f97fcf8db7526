import { cannot } from '../../base/errors.ts';
import { secondMs } from '../../base/time.ts';
import { isSeriesDataset } from '../../data/dataset/manifest.ts';
import { type Dataset, readDataset } from '../../data/dataset/read-dataset.ts';
import { readLabels } from '../../data/dataset/read-truth.ts';
import { type Label, spanOfEffect } from '../../data/dataset/truth.ts';
import { openSeries } from '../../data/series/read-series.ts';
import { spanOf } from '../../lab/evaluation/dataset-truth.ts';

/** A value of a channel, as text. */
export type ExportedSample = { readonly timeMs: number; readonly channel: string; readonly text: string };

/** A stretch of time that a label covers, both ends included, and the channels that it is about. */
export type ExportedLabel = {
  readonly startMs: number;
  readonly endMs: number;
  readonly anomaly: string;
  readonly channels: readonly string[];
};

/** A dataset as series, with its labels. */
export type ExportedSeries = {
  readonly timezone: string;
  readonly channels: readonly string[];
  /** How long a sample lasts [ms]: the window of a count, 0 for a measurement. */
  readonly lengthMs: number;
  readonly labels: readonly ExportedLabel[];
  /** False if all comes from a measured system. */
  readonly isSimulated: boolean;
  /** In order of time, then of the channels; may be called again. */
  readonly samples: () => AsyncIterable<ExportedSample>;
  /** The channels that have a time with a fraction of a second. Reads a series dataset once. @throws the signal's reason when aborted */
  readonly withFractions: () => Promise<ReadonlySet<string>>;
};

/**
 * Opens a dataset: a series dataset as it is; of any other the messages of each topic, counted in windows.
 *
 * @param windowMs only for datasets of messages
 * @param signal ends the counting of messages, and the search for fractions
 * @throws DATASET_NOT_FOUND, DATASET_CORRUPT; USAGE when messages span too many windows
 */
export async function openExported(dir: string, windowMs: number, signal?: AbortSignal): Promise<ExportedSeries> {
  if (!isSeriesDataset(dir)) return ofMessages(await readDataset(dir), windowMs, signal);
  const dataset = openSeries(dir);
  const { manifest } = dataset;
  const channels = manifest.channels.map(({ id }) => id);
  const labels = manifest.labels === 0 ? [] : await readLabels({ ...dataset, isVerified: true });
  return {
    timezone: manifest.timezone,
    channels,
    lengthMs: manifest.kind === 'count' ? (manifest.periodMs ?? 0) : 0,
    labels: labels.map(label => exportedLabel(label, channels)),
    isSimulated: false,
    samples: dataset.rows,
    withFractions: () => withFractions(dataset.rows(), signal),
  };
}

async function withFractions(
  samples: AsyncIterable<ExportedSample>,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  let rows = 0;
  for await (const { timeMs, channel } of samples) {
    rows += 1;
    if (rows % 10_000 === 0) signal?.throwIfAborted();
    if (timeMs % secondMs !== 0) found.add(channel);
  }
  return found;
}

/** Of messages: a century of hours of 20 topics. One message with a wrong time would otherwise fill a disk with zeros. */
const mostSamples = 20_000_000;

async function ofMessages(dataset: Dataset, windowMs: number, signal?: AbortSignal): Promise<ExportedSeries> {
  const { topics, start, end, scenario } = dataset.manifest;
  const channels = Object.keys(topics).sort();
  const span = spanOf(dataset);
  const samples = (channels.length * (span.endMs - span.startMs)) / windowMs;
  if (samples > mostSamples) {
    throw cannot('USAGE', `export ${dataset.dir}`)(
      `its messages span ${start} to ${end}, which are ${Math.round(samples)} counts`,
      `at most ${mostSamples}; a longer --window, or messages without wrong times`,
    );
  }
  return {
    timezone: 'UTC',
    channels,
    lengthMs: windowMs,
    labels: (await readLabels(dataset)).map(label => exportedLabel(label, channels)),
    isSimulated: scenario !== null,
    // Windows begin at multiples of their length.
    withFractions: async () => new Set(windowMs % secondMs === 0 ? [] : channels),
    samples: () => countMessages(dataset, { channels, windowMs, signal }),
  };
}

/** A label of messages is about the topics of the services that it names, or about all. */
function exportedLabel(label: Label, channels: readonly string[]): ExportedLabel {
  const named = label.entities
    .filter(({ type, id }) => type === 'channel' && channels.includes(id))
    .map(({ id }) => id);
  const about = named.length === 0 ? channels : named;
  return { ...spanOfEffect(label), anomaly: label.anomaly, channels: about };
}

/** Windows begin at whole multiples of their length since 1970; those without messages count 0. */
async function* countMessages(
  dataset: Dataset,
  {
    channels,
    windowMs,
    signal,
  }: { readonly channels: readonly string[]; readonly windowMs: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<ExportedSample> {
  const { startMs, endMs } = spanOf(dataset);
  let windowStart = Math.floor(startMs / windowMs) * windowMs;
  let counts = new Map<string, number>();
  const samples = function* (untilMs: number): Generator<ExportedSample> {
    for (; windowStart < untilMs; windowStart += windowMs) {
      for (const channel of channels) yield { timeMs: windowStart, channel, text: String(counts.get(channel) ?? 0) };
      counts = new Map();
    }
  };
  for await (const records of dataset.records()) {
    signal?.throwIfAborted();
    for (const { timeMs, topic } of records) {
      yield* samples(Math.floor(timeMs / windowMs) * windowMs);
      counts.set(topic, (counts.get(topic) ?? 0) + 1);
    }
  }
  yield* samples(Math.max(endMs, windowStart + 1));
}

import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import type { SchemaElement } from 'hyparquet';
import { cannot, writeFailure } from '../../base/errors.ts';
import { offsetMinutes } from '../../base/moment.ts';
import { minuteMs, rfc3339 } from '../../base/time.ts';
import { openWhole } from '../../base/whole-directory.ts';
import { makeDirectory, withoutSlash } from '../../base/whole-file.ts';
import { ChannelFigureCounter, type ChannelFigures } from './channel-figures.ts';
import { ChannelFiles } from './channel-files.ts';
import { type ExportedLabel, type ExportedSample, type ExportedSeries, openExported } from './exported-series.ts';

/** What series can be exported as. */
export const exportFormats = ['nab', 'csv', 'parquet', 'timeeval', 'tsb-ad'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export type ExportOptions = {
  readonly format: ExportFormat;
  readonly out: string;
  /** Of counts of messages [ms]. */
  readonly windowMs: number;
  readonly signal?: AbortSignal;
};

/**
 * Writes the series of a dataset, with its labels, for another benchmark. The directory appears whole or not at all.
 *
 * @returns how many channels, samples and labels were exported
 * @throws USAGE when `out` is not new or empty; LOCKED when another process exports there; DATASET_NOT_FOUND, DATASET_CORRUPT, WRITE_FAILED
 */
export async function exportSeries(dir: string, { format, out, windowMs, signal }: ExportOptions) {
  const target = withoutSlash(out);
  const check = () => assertNewOrEmpty(target);
  const { partial, publish, close } = openWhole(target, { what: target, work: 'exporting', check });
  try {
    const series = await openExported(dir, windowMs, signal);
    let samples = 0;
    const counted = async function* (): AsyncGenerator<ExportedSample> {
      for await (const sample of series.samples()) {
        samples += 1;
        if (samples % 10_000 === 0) signal?.throwIfAborted();
        yield sample;
      }
    };
    await writers[format]({ ...series, samples: counted }, partial).catch(cause => {
      throw writeFailure(target, cause);
    });
    publish();
    return { channels: series.channels.length, samples, labels: series.labels.length };
  } finally {
    close();
  }
}

/** @throws USAGE */
function assertNewOrEmpty(target: string): void {
  if (!existsSync(target)) return;
  const cannotExport = cannot('USAGE', `export to ${target}`);
  if (!statSync(target).isDirectory()) throw cannotExport('it is a file', 'a new or empty directory with --out');
  if (readdirSync(target).length > 0) throw cannotExport('it is not empty', 'a new or empty directory with --out');
}

const writers: Readonly<Record<ExportFormat, (series: ExportedSeries, dir: string) => Promise<void>>> = {
  nab: writeNab,
  csv: writeCsv,
  parquet: writeParquet,
  timeeval: writeTimeEval,
  'tsb-ad': writeTsbAd,
};

/** `data/CHANNEL.csv` with local times without an offset, and `labels/combined_windows.json`, as the NAB has them. */
async function writeNab(series: ExportedSeries, dir: string): Promise<void> {
  const { channels, labels, timezone, samples } = series;
  const precise = await series.withFractions();
  const nameOf = fileNames(channels, '.csv');
  const files = new ChannelFiles(join(dir, 'data'));
  for (const channel of channels) files.begin(nameOf(channel), 'timestamp,value');
  for await (const { timeMs, channel, text } of samples()) {
    files.line(nameOf(channel), `${localTime(timeMs, timezone, precise.has(channel))},${text}`);
  }
  files.finish();
  const windowsOf = (channel: string) =>
    labelsOf(labels, channel).map(({ startMs, endMs }) =>
      [startMs, endMs].map(timeMs => localTime(timeMs, timezone, true)),
    );
  const windows = Object.fromEntries([...channels].sort().map(channel => [nameOf(channel), windowsOf(channel)]));
  makeDirectory(join(dir, 'labels'));
  writeFileSync(join(dir, 'labels', 'combined_windows.json'), `${JSON.stringify(windows, undefined, 4)}\n`);
}

/** `series.csv` as a series dataset has it, and `labels.csv`. */
async function writeCsv(series: ExportedSeries, dir: string): Promise<void> {
  const files = new ChannelFiles(dir);
  const cells = new Map(series.channels.map(channel => [channel, stringify([[channel]]).trimEnd()]));
  files.begin('series.csv', 'time,channel,value');
  for await (const { timeMs, channel, text } of series.samples()) {
    files.line('series.csv', `${rfc3339(timeMs)},${cells.get(channel)},${text}`);
  }
  files.finish();
  writeLabels(series, dir);
}

/** DuckDB and Polars take a time for UTC only where its logical type says so; older readers look at the converted type. */
const parquetSchema: SchemaElement[] = [
  { name: 'root', num_children: 3 },
  {
    name: 'time',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    repetition_type: 'OPTIONAL',
  },
  { name: 'channel', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'value', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
];

/** `series.parquet` with the columns of `series.csv`, and `labels.csv`. */
async function writeParquet(series: ExportedSeries, dir: string): Promise<void> {
  const { fileWriter, parquetWriteRows } = await import('hyparquet-writer');
  const rows = async function* () {
    for await (const { timeMs, channel, text } of series.samples()) {
      yield { time: new Date(timeMs), channel, value: Number(text) };
    }
  };
  await parquetWriteRows({
    writer: fileWriter(join(dir, 'series.parquet')),
    rows: rows(),
    columns: [{ name: 'time' }, { name: 'channel' }, { name: 'value' }],
    schema: parquetSchema,
  });
  writeLabels(series, dir);
}

function writeLabels({ labels, channels }: ExportedSeries, dir: string): void {
  const rows = labels.flatMap(label => {
    const ends = [rfc3339(label.startMs), rfc3339(label.endMs)];
    if (label.channels.length === channels.length) return [[...ends, '', label.anomaly]];
    return label.channels.map(channel => [...ends, channel, label.anomaly]);
  });
  writeFileSync(join(dir, 'labels.csv'), stringify([['start', 'end', 'channel', 'anomaly'], ...rows]));
}

/** A row of TimeEval's index, whose columns must all be there; an empty cell is a figure that is not known. */
function indexRow({ anomalies, mean, stddev, ...row }: ChannelFigures & IndexedFile) {
  const lengths = [...anomalies].sort((a, b) => a - b);
  const middle = (lengths.length - 1) / 2;
  return {
    collection_name: 'cqshop',
    dataset_name: row.dataset_name,
    train_path: '',
    test_path: row.test_path,
    dataset_type: row.dataset_type,
    datetime_index: 'True',
    split_at: '',
    train_type: 'unsupervised',
    train_is_normal: 'False',
    input_type: 'univariate',
    length: row.length,
    dimensions: 1,
    contamination: row.contamination,
    num_anomalies: lengths.length,
    min_anomaly_length: lengths[0] ?? 0,
    // A whole number, as TimeEval itself rounds it down.
    median_anomaly_length: Math.floor(((lengths[Math.floor(middle)] ?? 0) + (lengths[Math.ceil(middle)] ?? 0)) / 2),
    max_anomaly_length: lengths.at(-1) ?? 0,
    mean,
    stddev,
    trend: '',
    stationarity: '',
    period_size: '',
  };
}

type IndexedFile = { readonly dataset_name: string; readonly test_path: string; readonly dataset_type: string };

/** `CHANNEL.test.csv` in TimeEval's canonical format, and its index `datasets.csv`. */
async function writeTimeEval(series: ExportedSeries, dir: string): Promise<void> {
  const precise = await series.withFractions();
  const nameOf = fileNames(series.channels, '.test.csv');
  const files = new ChannelFiles(dir);
  const counters = new Map<string, ChannelFigureCounter>();
  for (const channel of series.channels) {
    files.begin(nameOf(channel), 'timestamp,value,is_anomaly');
    counters.set(channel, new ChannelFigureCounter());
  }
  const isLabelled = labelLookup(series);
  for await (const { timeMs, channel, text } of series.samples()) {
    const isAnomalous = isLabelled(channel, timeMs);
    files.line(nameOf(channel), `${localTime(timeMs, 'UTC', precise.has(channel))},${text},${isAnomalous ? 1 : 0}`);
    counters.get(channel)?.push(Number(text), isAnomalous);
  }
  files.finish();
  // TimeEval names a file after the dataset, in the folder of the channel's file.
  const datasetOf = fileNames(series.channels, '', '_');
  const rows = [...counters].map(([channel, counter]) => ({
    dataset_name: datasetOf(channel),
    test_path: nameOf(channel),
    dataset_type: series.isSimulated ? 'synthetic' : 'real',
    ...counter.figures(),
  }));
  writeFileSync(join(dir, 'datasets.csv'), stringify(rows.map(indexRow), { header: true }));
}

/**
 * A file for each channel with the columns Data and Label. TSB-AD reads two figures from the name: how many rows come before the first anomaly, which are
 * for training, and the row of the first anomaly.
 */
async function writeTsbAd(series: ExportedSeries, dir: string): Promise<void> {
  const files = new ChannelFiles(dir);
  const found = new Map<string, { rows: number; first: number | undefined; readonly partial: string }>();
  for (const [index, channel] of series.channels.entries()) {
    const partial = `${index + 1}.partial`;
    files.begin(partial, 'Data,Label');
    found.set(channel, { rows: 0, first: undefined, partial });
  }
  const isLabelled = labelLookup(series);
  for await (const { timeMs, channel, text } of series.samples()) {
    const figure = found.get(channel);
    if (figure === undefined) continue;
    const isAnomalous = isLabelled(channel, timeMs);
    files.line(figure.partial, `${text},${isAnomalous ? 1 : 0}`);
    if (isAnomalous) figure.first ??= figure.rows;
    figure.rows += 1;
  }
  files.finish();
  let number = 0;
  for (const [channel, { rows, first = rows, partial }] of found) {
    number += 1;
    const id = shortened(channel.replaceAll(/[^A-Za-z0-9-]/g, '-'));
    const name = `${String(number).padStart(3, '0')}_cqshop_id_${number}_${id}_tr_${first}_1st_${first}.csv`;
    renameSync(join(dir, partial), join(dir, name));
  }
}

function labelsOf(labels: readonly ExportedLabel[], channel: string): readonly ExportedLabel[] {
  return labels.filter(({ channels }) => channels.includes(channel));
}

/** True if a label covers the sample of a channel. */
function labelLookup({ labels, channels, lengthMs }: ExportedSeries): (channel: string, timeMs: number) => boolean {
  const byChannel = new Map(channels.map(channel => [channel, labelsOf(labels, channel)]));
  // A count covers what happened after its time.
  const restMs = Math.max(0, lengthMs - 1);
  return (channel, timeMs) =>
    byChannel.get(channel)?.some(({ startMs, endMs }) => startMs <= timeMs + restMs && timeMs <= endMs) ?? false;
}

/** Of a channel's name, in the name of a file or a folder, which may have 255 bytes. */
const longestPart = { characters: 100, bytes: 210 } as const;

function shortened(part: string): string {
  const bytes = Buffer.from(part.slice(0, longestPart.characters)).subarray(0, longestPart.bytes);
  // A character that was cut.
  return bytes.toString('utf8').replace(/\uFFFD+$/, '');
}

/**
 * A file name for each channel: its own, where it is one.
 *
 * @param separator in place of `/`; by default folders stay, as the NAB has them
 */
function fileNames(channels: readonly string[], ending: string, separator = '/'): (channel: string) => string {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const channel of channels) {
    const parts = channel.split('/').map(part => shortened(part.replace(/^\.+$|[^\p{L}\p{N}_ .,:=@+-]/gu, '_')) || '_');
    let name = parts.join(separator);
    for (let more = 2; taken.has(name.toLowerCase()); more++) name = `${parts.join(separator)}-${more}`;
    taken.add(name.toLowerCase());
    names.set(channel, `${name}${ending}`);
  }
  return channel => names.get(channel) ?? channel;
}

/**
 * "2014-04-10 07:15:00", or with `isExact` "2014-04-10 07:15:00.000000". A file has times of one form: pandas leaves a column as text where some have a
 * fraction.
 */
function localTime(timeMs: number, zone: string, isExact: boolean): string {
  const text = rfc3339(timeMs + offsetMinutes(timeMs, zone) * minuteMs)
    .slice(0, -1)
    .replace('T', ' ');
  return isExact ? `${text}000` : text.slice(0, -'.000'.length);
}

import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { cannot, writeFailure } from '../../base/errors.ts';
import { isZone } from '../../base/moment.ts';
import { sum } from '../../base/sum.ts';
import { rfc3339 } from '../../base/time.ts';
import { isCompact } from '../../base/time-forms.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { openWhole } from '../../base/whole-directory.ts';
import { withoutSlash, writeWhole } from '../../base/whole-file.ts';
import { pluralize } from '../../base/words.ts';
import { HashedFileWriter, writeHashed } from '../collector/hashed-file-writer.ts';
import { labelLines } from '../collector/truth-content.ts';
import { isSeriesDataset } from '../dataset/manifest.ts';
import type { Label } from '../dataset/truth.ts';
import { type SeriesManifest, seriesColumns, seriesFormat } from '../series/series-manifest.ts';
import { ChannelMeasurer } from './channel-measurer.ts';
import { Evenness } from './evenness.ts';
import { countsByWindow, EventCounter, withoutRepeats } from './event-counter.ts';
import type { ColumnOptions } from './file-columns.ts';
import { importedLabels } from './imported-labels.ts';
import { whyNoMoment } from './moment-reader.ts';
import { inputFiles, windowsNear } from './nab-files.ts';
import { type Reading, readSamples } from './read-samples.ts';
import { type Sample, SortedSamples } from './sorted-samples.ts';
import { cannotImport } from './source-row.ts';
import { momentIn, type TimeStyle } from './written-times.ts';

export type ImportOptions = ColumnOptions & {
  readonly files: readonly string[];
  /** The first moment to import, and the first one after it: times as in the files. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** A file of intervals; default: the NAB's windows near its files. */
  readonly labels?: string | undefined;
  readonly out: string;
  readonly overwrite?: boolean;
  /** Called while `series.csv` is written, after the files have been read; `onProgress` is called before. */
  readonly onWriting?: (samples: number, total: number) => void;
  /** Called with what the user should know. */
  readonly onNote?: (note: string) => void;
};

/** Samples between two looks at the signal. */
const samplesPerTurn = 20_000;

/**
 * Imports files as a series dataset. It appears whole or not at all; memory does not depend on the number of rows.
 *
 * @throws USAGE, IMPORT_INVALID, LABELS_INVALID, DATASET_EXISTS; LOCKED when another import writes there
 */
export async function importSeries(options: ImportOptions): Promise<SeriesManifest> {
  const { onNote = () => undefined, timezone } = options;
  if (timezone !== undefined && !isZone(timezone)) {
    throw cannot('USAGE', `take --timezone "${timezone}"`)(
      'it is unknown',
      'an IANA name such as Europe/Berlin or UTC',
    );
  }
  const out = withoutSlash(options.out);
  const inputs = inputFiles(options.files);
  const range = { fromMs: limit('--from', options.from, options), toMs: limit('--to', options.to, options) };
  if (options.count !== undefined && (options.values ?? []).length > 0) {
    throw cannot('USAGE', 'import')('a column of counts and one of values are named', 'one of them');
  }
  const what = `dataset ${out}`;
  const check = () => assertMayWrite(out, options.overwrite ?? false);
  const { partial, publish, close } = openWhole(out, { what, work: 'importing', check });
  try {
    const sorted = new SortedSamples(partial);
    const events = new EventCounter(sample => sorted.push(sample));
    const reading = await readSamples(inputs, {
      ...options,
      ...range,
      events,
      onSample: sample => sorted.push(sample),
    });
    for (const note of reading.notes) onNote(note);
    const windows = options.labels ?? (reading.isNab ? windowsNear(options.files[0] ?? '') : undefined);
    const filled = { ...reading, channels: reading.channels.filter(id => !reading.empty.has(id)) };
    const labels = windows === undefined ? [] : await importedLabels(windows, filled, options);
    if (reading.empty.size > 0) onNote(emptyNote([...reading.empty]));
    let repeated = 0;
    const onRepeated = (values = 1) => (repeated += values);
    const evenness = new Evenness();
    const samples = ordered(sorted, events, reading, { onWriting: options.onWriting, onRepeated, evenness });
    const manifest = await writeSeries(samples, reading, { ...options, partial, labels, onRepeated });
    if (repeated > 0) onNote(repeatedNote(repeated, reading.mode));
    const usual = evenness.usual();
    if (usual !== undefined) onNote(evenNote(usual));
    const outside = labels.filter(({ start, end }) => end < manifest.start || start >= manifest.end).length;
    if (outside > 0)
      onNote(`${pluralize(outside, 'label')} of ${windows} ${outside === 1 ? 'is' : 'are'} outside of the data`);
    if (options.labels !== undefined && labels.length === 0) onNote(`${windows} holds no label of these files`);
    for (const name of readdirSync(partial)) if (name.startsWith('run-')) rmSync(join(partial, name));
    publish();
    return manifest;
  } catch (cause) {
    throw writeFailure(what, cause);
  } finally {
    close();
  }
}

type Watchers = {
  readonly onWriting: ImportOptions['onWriting'];
  readonly onRepeated: () => void;
  /** Of windows of events. */
  readonly evenness: Evenness;
};

function ordered(
  sorted: SortedSamples,
  events: EventCounter,
  { mode, channels }: Reading,
  { onWriting, onRepeated, evenness }: Watchers,
): Iterable<Sample> {
  const onRead = (samples: number) => onWriting?.(samples, sorted.size);
  switch (mode) {
    case 'events': {
      const windowMs = events.finish(channels.length);
      return evenness.watched(countsByWindow(withoutRepeats(sorted.merged(onRead)), windowMs, channels.length));
    }
    case 'counts':
      return withoutRepeats(sorted.merged(onRead), onRepeated);
    case 'values':
      return sorted.merged(onRead);
  }
}

function repeatedNote(values: number, mode: Reading['mode']): string {
  const repeating = values === 1 ? 'repeats a time of its channel' : 'repeat times of their channel';
  const outcome = mode === 'counts' ? 'counts of a time are added up' : 'all measurements of a time stay';
  return `${pluralize(values, 'value')} ${repeating}, and ${outcome}: do files overlap, is --by missing, or does --time hold a part of the time, as the date without the clock (--time DATE,CLOCK)?`;
}

function evenNote(usual: string): string {
  const events = pluralize(Number(usual), 'row');
  return `each row counts as one event, and nearly every window with rows holds ${events}, at even steps: do the rows hold counts (--count COL) or measurements (--value COL)?`;
}

type Writing = Pick<ImportOptions, 'files' | 'from' | 'to' | 'timezone' | 'signal'> & {
  readonly partial: string;
  readonly labels: readonly Label[];
  readonly onRepeated: (values: number) => void;
};

async function writeSeries(
  samples: Iterable<Sample>,
  { mode, channels, missing, empty, unreadable }: Reading,
  { files, from, to, timezone = 'UTC', signal, partial, labels, onRepeated }: Writing,
): Promise<SeriesManifest> {
  const measurers = channels.map(id => new ChannelMeasurer(id));
  const cells = channels.map(id => stringify([[id]]).trimEnd());
  const series = new HashedFileWriter(join(partial, 'series.csv'));
  let rows = 0;
  try {
    series.write(`${seriesColumns.join()}\n`);
    for (const { timeMs, channel, value } of samples) {
      measurers[channel]?.sample(timeMs);
      series.write(`${rfc3339(timeMs)},${cells[channel]},${value}\n`);
      rows += 1;
      if (rows % samplesPerTurn === 0) {
        await setImmediate();
        signal?.throwIfAborted();
      }
    }
    if (rows === 0) {
      const range = from === undefined && to === undefined ? '' : ' in the range';
      throw cannotImport(files.join(', '))(`no row has a value${range}`, 'rows with a time and a value');
    }
    const seriesFile = series.finish();
    onRepeated(sum(measurers, ({ repeated }) => repeated));
    const measured = measurers
      .map((measurer, channel) => measurer.finish(missing[channel] ?? 0))
      .filter(({ id }) => !empty.has(id));
    const periods = new Set(measured.map(({ periodMs }) => periodMs));
    const manifest: SeriesManifest = {
      format: seriesFormat,
      kind: mode === 'values' ? 'value' : 'count',
      toolVersion,
      sources: files.map(path => basename(path)),
      timezone,
      periodMs: periods.size === 1 ? (measured[0]?.periodMs ?? null) : null,
      start: measured.map(({ start }) => start).sort()[0] ?? '',
      end:
        measured
          .map(({ end }) => end)
          .sort()
          .at(-1) ?? '',
      rows,
      labels: labels.length,
      ...(unreadable === undefined ? {} : { unreadable }),
      channels: measured,
      gaps: measurers.flatMap(({ gaps }) => gaps),
      files: {
        'series.csv': seriesFile,
        ...(labels.length === 0
          ? {}
          : { 'labels.jsonl': writeHashed(join(partial, 'labels.jsonl'), labelLines(labels)) }),
      },
    };
    writeWhole(join(partial, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`, { isDurable: true });
    return manifest;
  } finally {
    series.close();
  }
}

function emptyNote(channels: readonly string[]): string {
  const one = channels.length === 1;
  const names = channels.length > 10 ? [...channels.slice(0, 10), '…'] : channels;
  const left = one ? 'has no value, and is left out' : 'have no value, and are left out';
  return `${pluralize(channels.length, 'channel')} ${left}: ${names.join(', ')}`;
}

function limit(flag: string, text: string | undefined, style: TimeStyle): number | undefined {
  if (text === undefined) return undefined;
  const moment = isCompact(text) ? undefined : momentIn(text, style);
  if (moment === undefined) throw cannot('USAGE', `take ${flag}`)(...whyNoMoment(text, style));
  return moment;
}

function assertMayWrite(out: string, overwrite: boolean): void {
  const fails = cannot('DATASET_EXISTS', `import to ${out}`);
  if (!existsSync(out)) return;
  if (!statSync(out).isDirectory()) throw fails('it is a file', 'a new directory');
  if (readdirSync(out).length === 0) return;
  if (!isSeriesDataset(out)) throw fails('it holds something else', 'a new directory');
  if (!overwrite) throw fails('it is there already', 'another directory with --out, or --overwrite to replace it');
}

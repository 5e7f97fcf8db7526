import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { cannot } from '../../base/errors.ts';
import { sum } from '../../base/sum.ts';
import type { FileColumns } from './file-columns.ts';
import { Channels, FileReader, noKey, type ReadOptions } from './file-reader.ts';
import type { InputFile } from './nab-files.ts';
import { openSource } from './open-source.ts';

/** What was read, beside the samples. */
export type Reading = {
  readonly mode: FileColumns['mode'];
  /** By their first appearance. */
  readonly channels: readonly string[];
  /** Rows without a value, by channel. */
  readonly missing: readonly number[];
  /** Channels of which no row has a value in the range. */
  readonly empty: ReadonlySet<string>;
  readonly channelsOfFile: ReadonlyMap<string, ReadonlySet<string>>;
  /** True if files of the NAB were read as such. */
  readonly isNab: boolean;
  /** Rows that could not be read and were left out, and about the first of them; undefined if there are none. */
  readonly unreadable: { readonly rows: number; readonly first: string } | undefined;
  readonly notes: readonly string[];
};

/** Reads all rows of the files. @throws USAGE, IMPORT_INVALID */
export async function readSamples(inputs: readonly InputFile[], options: ReadOptions): Promise<Reading> {
  assertDistinct(options.values ?? []);
  const files: FileReader[] = [];
  const channels = new Channels();
  const { time = '', count = '', values = [], by = '' } = options;
  const named = [...time.split(','), count, ...values, by].map(name => name.trim()).filter(name => name !== '');
  for (const input of inputs) files.push(new FileReader(await openSource(input.path, named), input, channels, options));
  const total = sum(inputs, ({ path }) => statSync(path).size);
  let done = 0;
  for (const file of files) {
    await file.read(bytes => {
      done += bytes;
      options.onProgress?.(Math.round(done), total);
    });
  }
  assertKeysThere(files);
  const mode = files[0]?.columns.mode ?? 'events';
  return {
    mode,
    channels: channels.names,
    missing: channels.names.map((_, channel) => channels.missing[channel] ?? 0),
    // Of events, what is not there counts 0.
    empty: new Set(mode === 'events' ? [] : channels.names.filter((_, channel) => !channels.filled.has(channel))),
    channelsOfFile: new Map(files.map(({ source, channelNames }) => [source.path, new Set(channelNames.values())])),
    isNab: files.every(({ columns }) => columns.isNab),
    unreadable: unreadableIn(files),
    notes: files.flatMap(file => file.notes()),
  };
}

function unreadableIn(files: readonly FileReader[]): Reading['unreadable'] {
  const rows = sum(files, ({ unreadable }) => unreadable);
  const first = files.find(({ firstFailure }) => firstFailure !== undefined);
  if (first?.firstFailure === undefined) return undefined;
  // Nothing in a dataset depends on where it was imported from.
  return { rows, first: first.firstFailure.message.replace(first.source.path, basename(first.source.path)) };
}

/** @throws USAGE when a column is named twice */
function assertDistinct(columns: readonly string[]): void {
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice === undefined) return;
  throw cannot('USAGE', 'import')(`column ${twice} is named twice`, 'each column once');
}

/** @throws IMPORT_INVALID when no row of any file has a column, which only the rows can say */
function assertKeysThere(files: readonly FileReader[]): void {
  for (const { source, columns } of files) {
    if (source.columns !== undefined) continue;
    const missing = columns.all.find(column => !files.some(({ columnsSeen }) => columnsSeen.has(column)));
    if (missing !== undefined) throw noKey(source, missing);
  }
}

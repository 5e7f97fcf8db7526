import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { type CqshopError, cannot } from '../../base/errors.ts';
import { momentOf } from '../../base/moment.ts';
import { sum } from '../../base/sum.ts';
import { formatMinute, minuteMs } from '../../base/time.ts';
import { expectedWords, nearestWord, pluralize } from '../../base/words.ts';
import type { EventCounter } from './event-counter.ts';
import { MomentReader, whyNoMoment } from './moment-reader.ts';
import { type InputFile, nabChannel, nabColumns } from './nab-files.ts';
import { openSource } from './open-source.ts';
import type { Sample } from './sample.ts';
import { assertUtf8, cannotImport, channelName, isUnnamed, type SourceFile, type SourceRow } from './source-row.ts';
import { type DateOrder, isCompact, joinedTime, yearFirst } from './written-times.ts';

/** What the columns of the files mean, and who watches their reading. */
export type ColumnOptions = {
  /** Column of the times, or of the date and the clock: `date,clock`; default: `time` of access logs, `timestamp` of the NAB's files. */
  readonly time?: string | undefined;
  /** Where dates have the day and the month; default: they begin with the year. */
  readonly dateOrder?: DateOrder | undefined;
  /** Column that says how many events a row stands for; without it and `values` each row is one event. */
  readonly count?: string | undefined;
  /** Columns of measurements. */
  readonly values?: readonly string[] | undefined;
  /** Whether numbers are written as 1,5; default: as 1.5. */
  readonly decimalComma?: boolean | undefined;
  /** Whether thousands are separated, as in 1,234.5 or 1 234,5; default: they are not. */
  readonly thousands?: boolean | undefined;
  /** Column whose values are channels. */
  readonly by?: string | undefined;
  /** IANA zone of times without an offset, and of the local calendar. */
  readonly timezone?: string | undefined;
  /** The first row that cannot be read ends the import; default: such rows are left out and counted. */
  readonly strict?: boolean | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number, total: number) => void;
};

/** What was read, beside the samples. */
export type Reading = {
  /** What a row is: an event, a count of events, or measurements. */
  readonly mode: 'events' | 'counts' | 'values';
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

export type ReadSamplesOptions = ColumnOptions & {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly events: EventCounter;
  readonly onSample: (sample: Sample) => void;
};

/** More values of `--by` than this are ids, not channels. */
const mostChannels = 1000;
/** Lines of a log are this much out of order at most [ms]. */
const logDisorderMs = 5 * minuteMs;
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** Digits in groups of three, as in 1,234,567.8 or 1 234 567,8; the separator is always the same, and not that of decimals. */
const withThousands = /^[+-]?\d{1,3}(?:([,.'’\s])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d*)?$/;
const numberWithComma = /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i;
/** As pandas, R, SQL and spreadsheets write them. */
const missingWords = new Set(['', 'nan', '-nan', 'null', 'na', '<na>', 'n/a', '#n/a', 'none', '-', '?']);

/** Reads all rows of the files. @throws USAGE, IMPORT_INVALID */
export async function readSamples(inputs: readonly InputFile[], options: ReadSamplesOptions): Promise<Reading> {
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
  const mode = files[0]?.mode ?? 'events';
  return {
    mode,
    channels: channels.names,
    missing: channels.names.map((_, channel) => channels.missing[channel] ?? 0),
    // Of events, what is not there counts 0.
    empty: new Set(mode === 'events' ? [] : channels.names.filter((_, channel) => !channels.filled.has(channel))),
    channelsOfFile: new Map(files.map(({ path, channelNames }) => [path, new Set(channelNames.values())])),
    isNab: files.every(({ isNab }) => isNab),
    unreadable: unreadableIn(files),
    notes: files.flatMap(file => file.notes()),
  };
}

function unreadableIn(files: readonly FileReader[]): Reading['unreadable'] {
  const rows = sum(files, ({ unreadable }) => unreadable);
  const first = files.find(({ firstFailure }) => firstFailure !== undefined);
  if (first?.firstFailure === undefined) return undefined;
  // Nothing in a dataset depends on where it was imported from.
  return { rows, first: first.firstFailure.message.replace(first.path, basename(first.path)) };
}

class Channels {
  readonly names: string[] = [];
  readonly missing: number[] = [];
  /** Those that have a value. */
  readonly filled = new Set<number>();
  readonly #indices = new Map<string, number>();

  indexOf(name: string): number {
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    this.#indices.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

/** How far the rows of a channel have come. */
type Progress = {
  /** The latest and the earliest time so far. */
  lastMs: number;
  firstMs: number;
  previousMs: number;
  /** Steps back in time, less steps forward: above 0 where the newest row comes first. */
  falls: number;
  /** Whether a time came twice. */
  isRepeating: boolean;
};

class FileReader {
  readonly path: string;
  readonly mode: Reading['mode'];
  readonly isNab: boolean;
  /** Of its channels, by what the file has as a name. */
  readonly channelNames = new Map<string, string>();
  /** Rows that cannot be read. */
  unreadable = 0;
  firstFailure: CqshopError | undefined;
  /** Columns that a row has had. */
  readonly columnsSeen = new Set<string>();
  readonly source: SourceFile;
  readonly columns: readonly string[];
  readonly #options: ReadSamplesOptions;
  readonly #channels: Channels;
  readonly #moments: MomentReader;
  /** One column, or those of the date and the clock. */
  readonly #times: readonly string[];
  readonly #values: readonly string[];
  readonly #channel: string | undefined;
  readonly #progress = new Map<number, Progress>();
  #twice = 0;
  #lastTwice: readonly number[] = [];
  /** Rows so far, with those that cannot be read. */
  #rows = 0;
  #lastTime: string | undefined;
  /** Whether this holds for all times so far. */
  #isCompact = true;
  #brokenLine: number | undefined;

  constructor(source: SourceFile, { path, channel }: InputFile, channels: Channels, options: ReadSamplesOptions) {
    const { time, count, values = [], by, timezone } = options;
    this.path = path;
    this.source = source;
    this.#options = options;
    this.#channels = channels;
    this.#moments = new MomentReader(timezone);
    const isUntold = time === undefined && count === undefined && values.length === 0;
    const isOfNab =
      [...values, count ?? 'value'].every(name => name === 'value') && (time ?? 'timestamp') === 'timestamp';
    const hasValue = isUntold || count !== undefined || values.length > 0;
    this.isNab = isOfNab && hasValue && source.columns?.join() === nabColumns.join();
    const named = time ?? (this.isNab ? 'timestamp' : source.format === 'access log' ? 'time' : noTime(source));
    const [date = '', clock, ...more] = named.split(',');
    const areTwo =
      clock !== undefined && more.length === 0 && (source.columns ?? source.columnsOfFirst)?.includes(named) !== true;
    this.#times = areTwo ? [date.trim(), clock.trim()] : [named];
    this.#values = this.isNab && isUntold ? ['value'] : count === undefined ? values : [count];
    this.mode = count !== undefined ? 'counts' : this.#values.length > 0 ? 'values' : 'events';
    this.#channel = channel ?? (this.isNab && isUntold ? nabChannel(path) : undefined);
    this.columns = [...this.#times, ...this.#values, ...(by === undefined ? [] : [by])];
    for (const name of this.columns) assertColumn(source, name);
  }

  async read(onBytes: (bytes: number) => void): Promise<void> {
    const { signal } = this.#options;
    const onBroken = (line: number, failure: CqshopError) => {
      this.#rows += 1;
      this.#leaveOut(line, failure);
    };
    for await (const rows of this.source.rows(this.columns, { onBytes, onBroken })) {
      signal?.throwIfAborted();
      this.#rows += rows.length;
      for (const row of rows) this.#row(row);
      // Then it is no damage: the file or a column is not what it is taken for.
      if (this.firstFailure !== undefined && 2 * this.unreadable > this.#rows) throw this.firstFailure;
    }
    if (this.#isCompact && this.#lastTime !== undefined) {
      throw cannotImport(this.path, { column: this.#times.join() })(
        `all its times are digits such as ${this.#lastTime}, a date and a clock or a count since 1970`,
        'times such as 2026-03-02T14:30:00Z',
      );
    }
  }

  #leaveOut(line: number, failure: CqshopError): void {
    if (this.#options.strict === true) throw failure;
    this.firstFailure ??= failure;
    if (line !== this.#brokenLine) this.unreadable += 1;
    this.#brokenLine = line;
  }

  notes(): readonly string[] {
    const { skipped } = this.#moments;
    const { timezone } = this.#options;
    const notes: string[] = [];
    const { linesAbove = 0 } = this.source;
    if (linesAbove > 0)
      notes.push(`${pluralize(linesAbove, 'line')} above the header ${linesAbove === 1 ? 'is' : 'are'} left out`);
    if (this.firstFailure !== undefined)
      notes.push(
        `${pluralize(this.unreadable, 'row')} cannot be read and ${this.unreadable === 1 ? 'is' : 'are'} left out (--strict ends at the first). ${this.firstFailure.message}`,
      );
    if (this.#twice > 0)
      notes.push(
        `${pluralize(this.#twice, 'time')} ${this.#twice === 1 ? 'occurs' : 'occur'} twice in ${timezone}, since clocks were set back (the last is ${this.#lastTwice.map(formatMinute).join(' or ')} UTC); each was imported as the moment that keeps the rows in order`,
      );
    if (skipped > 0)
      notes.push(
        `${pluralize(skipped, 'time')} ${skipped === 1 ? 'does' : 'do'} not exist in ${timezone}, since clocks were set forward; imported as an hour later: is the zone right?`,
      );
    return notes.map(note => `${this.path}: ${note}`);
  }

  #row({ line, cells }: SourceRow): void {
    if (this.columnsSeen.size < this.columns.length)
      this.columns.forEach((column, index) => {
        if (cells[index] !== undefined) this.columnsSeen.add(column);
      });
    const { by, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, events, onSample } = this.#options;
    const before = this.#times.length;
    const group = by === undefined ? this.#channel : cells[before + this.#values.length]?.trim() || '-';
    const moments = this.#momentsOf(before === 1 ? cells[0] : joinedTime(cells.slice(0, before)), line);
    if (moments.length === 0) {
      this.#assertNoOtherHeader(cells, line);
      return;
    }
    if (this.mode === 'events') {
      const channel = this.#channelOf(group ?? 'events', line);
      const timeMs = this.#resolve(moments, channel);
      if (timeMs >= fromMs && timeMs < toMs) events.event(timeMs, channel);
      return;
    }
    this.#values.forEach((column, index) => {
      const several = this.#values.length > 1;
      const name = group === undefined ? column : several ? `${group}/${column}` : group;
      const channel = this.#channelOf(name, line);
      const timeMs = this.#resolve(moments, channel);
      if (timeMs < fromMs || timeMs >= toMs) return;
      const value = this.#valueOf(cells[before + index] ?? '', line, column);
      if (value === 'missing') this.#channels.missing[channel] = (this.#channels.missing[channel] ?? 0) + 1;
      else if (value !== 'unreadable') {
        this.#channels.filled.add(channel);
        onSample({ timeMs, channel, value });
      }
    });
  }

  /**
   * Files that were joined hold the header again. A row is one if it has names of columns only, or its time is the name of the column of times.
   *
   * @throws IMPORT_INVALID when it has other columns, or in another order
   */
  #assertNoOtherHeader(cells: SourceRow['cells'], line: number): void {
    const names = this.columns.map((column, index) => {
      const cell = cells[index]?.trim() ?? '';
      return cell === '' && isUnnamed(column) ? column : cell;
    });
    const times = this.#times.length;
    const areTimes = sameNames(names.slice(0, times), this.#times) && !this.#times.some(isUnnamed);
    const isHeader = areTimes || names.every(name => this.source.columns?.includes(name) === true);
    if (!isHeader || sameNames(names, this.columns)) return;
    throw cannotImport(this.path, { line })(
      'it is a header with other columns, or in another order',
      'files of the same columns',
    );
  }

  #channelOf(written: string, line: number): number {
    let name = this.channelNames.get(written);
    if (name === undefined) {
      const { by } = this.#options;
      assertUtf8(written, cannotImport(this.path, by === undefined ? { line } : { line, column: by }));
      name = channelName(written);
      this.channelNames.set(written, name);
    }
    const channel = this.#channels.indexOf(name);
    if (channel < mostChannels) return channel;
    const { by } = this.#options;
    if (by === undefined)
      throw cannotImport(this.path)(`it is more than ${mostChannels} channels`, 'fewer columns or files');
    throw cannotImport(this.path, { line, column: by })(
      `it has more than ${mostChannels} values`,
      'a column with few values for --by',
    );
  }

  /** None where it cannot be read. */
  #momentsOf(cell: string | undefined, line: number): readonly number[] {
    const { dateOrder, timezone } = this.#options;
    const text = cell ?? '';
    const time = dateOrder === undefined ? text.trim() : yearFirst(text.trim(), dateOrder);
    const moments = this.#moments.read(time);
    if (moments.length > 0) {
      this.#lastTime = time;
      this.#isCompact &&= isCompact(time);
      return moments;
    }
    const column = this.#times.join();
    const fails = cannotImport(this.path, { line, column });
    if (text !== '' && timezone === undefined && momentOf(time, 'UTC') !== undefined) {
      throw fails(`${JSON.stringify(text)} has no zone`, '--timezone ZONE, such as Europe/Berlin or UTC');
    }
    if (cell === undefined && this.source.columns === undefined) this.#leaveOut(line, noKey(this.source, column, line));
    else if (text === '') this.#leaveOut(line, fails('it is empty', 'a time such as 2026-03-02T14:30:00Z'));
    else this.#leaveOut(line, fails(...whyNoMoment(text.trim(), dateOrder)));
    return [];
  }

  /** Of two moments the first that does not go back in time; where the newest row comes first, the last that does not go forward. */
  #resolve([first = 0, second]: readonly number[], channel: number): number {
    const progress = this.#progress.get(channel) ?? {
      ...{ lastMs: Number.NEGATIVE_INFINITY, firstMs: Number.POSITIVE_INFINITY, previousMs: first },
      ...{ falls: 0, isRepeating: false },
    };
    let timeMs = first;
    if (second !== undefined) {
      this.#twice += 1;
      this.#lastTwice = [first, second];
      if (progress.falls > 0) timeMs = this.#isPassed(progress.firstMs - second, progress) ? first : second;
      else if (this.#isPassed(first - progress.lastMs, progress)) timeMs = second;
    }
    if (timeMs === progress.lastMs || timeMs === progress.firstMs) progress.isRepeating = true;
    progress.falls += Math.sign(progress.previousMs - timeMs);
    progress.previousMs = timeMs;
    progress.lastMs = Math.max(progress.lastMs, timeMs);
    progress.firstMs = Math.min(progress.firstMs, timeMs);
    this.#progress.set(channel, progress);
    return timeMs;
  }

  /** Whether a moment, so far ahead of the rows, is one that they have passed. */
  #isPassed(aheadMs: number, { isRepeating }: Progress): boolean {
    if (this.mode === 'events') return aheadMs < -logDisorderMs;
    return aheadMs < 0 || (aheadMs === 0 && !isRepeating);
  }

  #valueOf(cell: string, line: number, column: string): string | 'missing' | 'unreadable' {
    const { decimalComma = false, thousands = false } = this.#options;
    const trimmed = cell.trim();
    const written = thousands ? ungrouped(trimmed, decimalComma) : trimmed;
    const text = decimalComma ? written.replace(',', '.') : written;
    const isNumber = (decimalComma ? numberWithComma : number).test(written) && Number.isFinite(Number(text));
    if (isNumber && (this.mode === 'values' || Number(text) >= 0)) return text;
    if (missingWords.has(text.toLowerCase())) return 'missing';
    const example = decimalComma ? 'comma, such as 1234,5' : 'point, such as 1234.5';
    const flags = [
      ...(ungrouped(written, decimalComma) === written ? [] : ['--thousands']),
      ...(decimalComma || !numberWithComma.test(written) ? [] : ['--decimal-comma']),
    ];
    const hint = flags.length === 0 ? '' : `, or ${flags.join(' or ')}`;
    const expected = isNumber ? 'a number from 0' : `a number with a decimal ${example}${hint}`;
    const fails = cannotImport(this.path, { line, column });
    this.#leaveOut(line, fails(`${JSON.stringify(cell)} is ${isNumber ? 'below 0' : 'no number'}`, expected));
    return 'unreadable';
  }
}

/** A number without separators of thousands: "1,234.5" is "1234.5". Other text stays. */
function ungrouped(text: string, decimalComma: boolean): string {
  const separator = withThousands.exec(text)?.[1];
  return separator === undefined || separator === (decimalComma ? ',' : '.') ? text : text.replaceAll(separator, '');
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.join().toLowerCase() === others.join().toLowerCase();
}

/** @throws USAGE when a column is named twice */
function assertDistinct(columns: readonly string[]): void {
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice === undefined) return;
  throw cannot('USAGE', 'import')(`column ${twice} is named twice`, 'each column once');
}

/** @throws IMPORT_INVALID when the first line of a file is a row */
function assertHeader({ path, columns = [] }: SourceFile): void {
  if (!columns.some(column => momentOf(column, 'UTC') !== undefined)) return;
  throw cannotImport(path, { line: 1 })('it holds a time and no names of columns', 'a header, such as time,value');
}

function noTime(source: SourceFile): never {
  assertHeader(source);
  const { path, columns } = source;
  const choices = columns === undefined ? '' : ` (columns: ${columns.join(', ')})`;
  throw cannot('USAGE', `import ${path}`)('no column of times is named', `--time COL${choices}`);
}

/** @throws IMPORT_INVALID when the file has no such column, or several */
function assertColumn(source: SourceFile, name: string): void {
  const { path, columns } = source;
  const found = columns?.filter(column => column === name).length ?? 1;
  if (found === 1 || columns === undefined) return;
  if (found > 1) throw cannotImport(path, { line: 1 })(`it has ${found} columns ${name}`, 'each name once');
  assertHeader(source);
  const fails = cannotImport(path, { line: 1 });
  for (const column of columns) assertUtf8(column, fails);
  const [only = ''] = columns;
  if (columns.length === 1 && (only.includes(' ') || nearestWord(name, columns) === undefined))
    throw fails(`its only column is ${JSON.stringify(only)}`, `a header with column ${name}, such as time,value`);
  throw fails(`there is no column ${name}`, expectedWords(name, columns) || 'columns that hold one value a row');
}

/** @throws IMPORT_INVALID when no row of any file has a column, which only the rows can say */
function assertKeysThere(files: readonly FileReader[]): void {
  for (const { source, columns } of files) {
    if (source.columns !== undefined) continue;
    const missing = columns.find(column => !files.some(({ columnsSeen }) => columnsSeen.has(column)));
    if (missing !== undefined) throw noKey(source, missing);
  }
}

function noKey(
  { path, columns, columnsOfFirst = columns ?? [] }: SourceFile,
  name: string,
  line?: number,
): CqshopError {
  const fails = cannotImport(path, line === undefined ? {} : { line });
  return fails(
    `${line === undefined ? 'no row has' : 'it has no'} column ${name}`,
    expectedWords(name, columnsOfFirst) || 'a row that has it',
  );
}

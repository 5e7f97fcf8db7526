import type { CqshopError } from '../../base/errors.ts';
import { momentOf } from '../../base/moment.ts';
import { formatMinute, minuteMs } from '../../base/time.ts';
import { isCompact } from '../../base/time-forms.ts';
import { expectedWords, pluralize } from '../../base/words.ts';
import type { EventCounter } from './event-counter.ts';
import { type ColumnOptions, type FileColumns, fileColumns } from './file-columns.ts';
import { MomentReader, whyNoMoment } from './moment-reader.ts';
import type { InputFile } from './nab-files.ts';
import { sampleValue } from './sample-value.ts';
import type { Sample } from './sorted-samples.ts';
import {
  assertUtf8,
  cannotImport,
  channelName,
  isUnnamed,
  listAlone,
  type SourceFile,
  type SourceRow,
} from './source-row.ts';
import { TimesInOrder } from './times-in-order.ts';
import { isRounded, isTime, joinedTime, yearFirst } from './written-times.ts';

export type ReadOptions = ColumnOptions & {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly events: EventCounter;
  readonly onSample: (sample: Sample) => void;
};

/** More values of `--by` than this are ids, not channels. */
const mostChannels = 1000;
/** Lines of a log are this much out of order at most [ms]. */
const logDisorderMs = 5 * minuteMs;

/** The channels of all files. */
export class Channels {
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

/** Reads the rows of one file. */
export class FileReader {
  readonly source: SourceFile;
  readonly columns: FileColumns;
  /** Of its channels, by what the file has as a name. */
  readonly channelNames = new Map<string, string>();
  /** Rows that cannot be read. */
  unreadable = 0;
  firstFailure: CqshopError | undefined;
  /** Columns that a row has had. */
  readonly columnsSeen = new Set<string>();
  readonly #options: ReadOptions;
  readonly #channels: Channels;
  readonly #moments: MomentReader;
  readonly #order: TimesInOrder;
  /** Rows so far, with those that cannot be read. */
  #rows = 0;
  #lastTime: string | undefined;
  /** Whether these hold for all times so far. */
  #isCompact = true;
  #isRounded = true;
  /** Whether the present row has been counted as one that cannot be read. */
  #isBroken = false;

  constructor(source: SourceFile, input: InputFile, channels: Channels, options: ReadOptions) {
    this.source = source;
    this.columns = fileColumns(source, input, options);
    this.#options = options;
    this.#channels = channels;
    this.#moments = new MomentReader(options.timezone);
    this.#order = new TimesInOrder(this.columns.mode === 'events' ? logDisorderMs : undefined);
  }

  async read(onBytes: (bytes: number) => void): Promise<void> {
    const { signal } = this.#options;
    const onBroken = (failure: CqshopError) => {
      this.#rows += 1;
      this.#isBroken = false;
      this.#leaveOut(failure);
    };
    for await (const rows of this.source.rows(this.columns.all, { onBytes, onBroken })) {
      signal?.throwIfAborted();
      this.#rows += rows.length;
      for (const row of rows) this.#row(row);
      // Then it is no damage: the file or a column is not what it is taken for.
      if (this.firstFailure !== undefined && 2 * this.unreadable > this.#rows) throw this.firstFailure;
    }
    if (this.#lastTime === undefined) return;
    const fails = cannotImport(this.source.path, { column: this.columns.times.join() });
    if (this.#isCompact)
      throw fails(
        `all its times are digits such as ${this.#lastTime}, a date and a clock or a count since 1970`,
        'times such as 2026-03-02T14:30:00Z',
      );
    if (this.#isRounded)
      throw fails(
        `all its times are rounded, such as ${this.#lastTime}`,
        'times with all digits, such as 1772445600000',
      );
  }

  #leaveOut(failure: CqshopError): void {
    if (this.#options.strict === true) throw failure;
    this.firstFailure ??= failure;
    if (!this.#isBroken) this.unreadable += 1;
    this.#isBroken = true;
  }

  notes(): readonly string[] {
    const { skipped } = this.#moments;
    const { twice, lastTwice } = this.#order;
    const { timezone } = this.#options;
    const notes: string[] = [];
    const { linesAbove = 0 } = this.source;
    if (linesAbove > 0)
      notes.push(`${pluralize(linesAbove, 'line')} above the header ${linesAbove === 1 ? 'is' : 'are'} left out`);
    if (this.firstFailure !== undefined) {
      const leftOut =
        this.columns.values.length > 1
          ? 'cannot be read completely; what cannot be read is left out'
          : `cannot be read and ${this.unreadable === 1 ? 'is' : 'are'} left out`;
      notes.push(
        `${pluralize(this.unreadable, 'row')} ${leftOut} (--strict ends at the first). ${this.firstFailure.message}`,
      );
    }
    if (twice > 0)
      notes.push(
        `${pluralize(twice, 'time')} ${twice === 1 ? 'occurs' : 'occur'} twice in ${timezone}, since clocks were set back (the last is ${lastTwice.map(formatMinute).join(' or ')} UTC); each was imported as the moment that keeps the rows in order`,
      );
    if (skipped > 0)
      notes.push(
        `${pluralize(skipped, 'time')} ${skipped === 1 ? 'does' : 'do'} not exist in ${timezone}, since clocks were set forward; imported as an hour later: is the zone right?`,
      );
    return notes.map(note => `${this.source.path}: ${note}`);
  }

  #row({ line, cells }: SourceRow): void {
    this.#isBroken = false;
    const { mode, times, values, channel: ofFile, all } = this.columns;
    if (this.columnsSeen.size < all.length)
      all.forEach((column, index) => {
        if (cells[index] !== undefined) this.columnsSeen.add(column);
      });
    const { by, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = this.#options;
    const { events, onSample } = this.#options;
    const before = times.length;
    const group = by === undefined ? ofFile : cells[before + values.length]?.trim() || '-';
    const moments = this.#momentsOf(before === 1 ? cells[0] : joinedTime(cells.slice(0, before)), line);
    if (moments.length === 0) {
      this.#assertNoOtherHeader(cells, line);
      return;
    }
    if (mode === 'events') {
      const channel = this.#channelOf(group ?? 'events', line);
      const timeMs = this.#order.resolve(moments, channel);
      if (timeMs >= fromMs && timeMs < toMs) events.event(timeMs, channel);
      return;
    }
    values.forEach((column, index) => {
      const several = values.length > 1;
      const name = group === undefined ? column : several ? `${group}/${column}` : group;
      const channel = this.#channelOf(name, line);
      const timeMs = this.#order.resolve(moments, channel);
      if (timeMs < fromMs || timeMs >= toMs) return;
      const value = sampleValue(cells[before + index] ?? '', this.#options, mode === 'counts');
      if (value === undefined) this.#channels.missing[channel] = (this.#channels.missing[channel] ?? 0) + 1;
      else if (typeof value !== 'string') {
        this.#leaveOut(cannotImport(this.source.path, { line, column })(...value));
      } else {
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
    const { times, all } = this.columns;
    const names = all.map((column, index) => {
      const cell = cells[index]?.trim() ?? '';
      return cell === '' && isUnnamed(column) ? column : cell;
    });
    const areTimes = sameNames(names.slice(0, times.length), times) && !times.some(isUnnamed);
    const isHeader = areTimes || names.every(name => this.source.columns?.includes(name) === true);
    if (!isHeader || sameNames(names, all)) return;
    throw cannotImport(this.source.path, { line })(
      'it is a header with other columns, or in another order',
      'files of the same columns',
    );
  }

  #channelOf(written: string, line: number): number {
    let name = this.channelNames.get(written);
    if (name === undefined) {
      const { by } = this.#options;
      assertUtf8(written, cannotImport(this.source.path, by === undefined ? { line } : { line, column: by }));
      name = channelName(written);
      this.channelNames.set(written, name);
    }
    const channel = this.#channels.indexOf(name);
    if (channel < mostChannels) return channel;
    const { by } = this.#options;
    if (by === undefined)
      throw cannotImport(this.source.path)(`it is more than ${mostChannels} channels`, 'fewer columns or files');
    throw cannotImport(this.source.path, { line, column: by })(
      `it has more than ${mostChannels} values`,
      'a column with few values for --by',
    );
  }

  /** None where it cannot be read. */
  #momentsOf(cell: string | undefined, line: number): readonly number[] {
    const { dateOrder } = this.#options;
    const text = cell ?? '';
    const time = yearFirst(text.trim(), dateOrder);
    const moments = this.#moments.read(time);
    if (moments.length > 0) {
      this.#lastTime = time;
      this.#isCompact &&= isCompact(time);
      this.#isRounded &&= isRounded(time);
      return moments;
    }
    const column = this.columns.times.join();
    const fails = cannotImport(this.source.path, { line, column });
    const why = fails(...whyNoMoment(text.trim(), this.#options));
    // Then no time can be read without a zone, or the days up to the 12th of a month were read as months.
    if (momentOf(time, 'UTC') !== undefined || (dateOrder !== undefined && isTime(text.trim()))) throw why;
    if (cell === undefined && this.source.columns === undefined) this.#leaveOut(noKey(this.source, column, line));
    else if (text === '') this.#leaveOut(fails('it is empty', 'a time such as 2026-03-02T14:30:00Z'));
    else this.#leaveOut(why);
    return [];
  }
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.join().toLowerCase() === others.join().toLowerCase();
}

/** The error about a column that a row does not have. @param line default: no row has it */
export function noKey(
  { path, columns, columnsOfFirst = columns ?? [], list }: SourceFile,
  name: string,
  line?: number,
): CqshopError {
  const fails = cannotImport(path, line === undefined ? {} : { line });
  return fails(
    `${line === undefined ? 'no row has' : 'it has no'} column ${name}`,
    list === undefined ? expectedWords(name, columnsOfFirst) || 'a row that has it' : listAlone(list),
  );
}

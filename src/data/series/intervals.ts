import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readAll } from '../../base/all-rows.ts';
import { csvDamages, parseWithQuotes } from '../../base/csv-quotes.ts';
import { cannot, readFailure, reasonOf } from '../../base/errors.ts';
import { jsonIn, readJsonFile } from '../../base/json-file.ts';
import { momentOf } from '../../base/moment.ts';
import { MomentReader } from '../import/moment-reader.ts';
import { wholeText } from '../import/text-blocks.ts';
import { TimesInOrder } from '../import/times-in-order.ts';
import { isTime } from '../import/written-times.ts';

/** A stretch of time in a file of labels; both ends belong to it. */
export type Interval = {
  readonly startMs: number;
  readonly endMs: number;
  /** The channel that it is about; undefined for all. */
  readonly channel: string | undefined;
  /** The NAB's name of the data file that it is about. */
  readonly file: string | undefined;
};

/** A time as text, or a count since 1970. */
const timeSchema = z.union([z.string(), z.number().transform(String)]);

const recordSchema = z.object({
  start: timeSchema,
  end: timeSchema,
  channel: z.string().optional(),
  entities: z.array(z.object({ type: z.string(), id: z.string() })).optional(),
});
const pairSchema = z.tuple([timeSchema, timeSchema]);
const windowsSchema = z.record(z.string(), z.array(z.union([z.string(), z.array(z.string()).length(2)])));

/** The columns that mark the rows of a labelled series, and those of its times. */
const flagColumns = ['is_anomaly', 'anomaly', 'label'];
const timeColumns = ['timestamp', 'time'];

/** How the columns of a labelled series are called: that of its times, besides `timestamp` and `time`, and that of its channels, besides `channel`. */
export type LabelColumns = { readonly time?: string | undefined; readonly by?: string | undefined };

/**
 * Reads intervals as people and benchmarks write them: CSV with the columns `start`, `end` and perhaps `channel`, or without a header; CSV with a time and
 * a mark in each row (`timestamp,is_anomaly`), where rows that follow each other are one interval; JSON lines or a JSON list with `start` and `end`, such
 * as `labels.jsonl`; a JSON list of pairs; and the NAB's windows (`combined_windows.json`) or points (`combined_labels.json`).
 *
 * @param zone for times without an offset from UTC
 * @throws LABELS_INVALID about the first bad row, with how many more there are
 */
export function readIntervals(path: string, zone: string | undefined, named: LabelColumns = {}): readonly Interval[] {
  const text = readText(path);
  const first = text.trimStart().charAt(0);
  if (first !== '{' && first !== '[') return ofCsv(text, path, { zone, named });
  const windows = jsonIn(text);
  if (windows === undefined) return ofLines(text, path, zone);
  if (Array.isArray(windows))
    return readAll(windows.entries(), ([index, item]) => ofJson(item, `${path}, item ${index + 1}`, zone)).flat();
  const checked = windowsSchema.safeParse(windows);
  return checked.success ? ofWindows(checked.data, path, zone) : ofJson(windows, path, zone);
}

/** The NAB's windows by data file, those of files without any included; its times count as UTC. @throws LABELS_INVALID */
export function readNabWindows(path: string): ReadonlyMap<string, readonly Interval[]> {
  const expected = 'a list of windows for each file, as in the combined_windows.json of the NAB';
  const windows = readJsonFile(path, windowsSchema, { code: 'LABELS_INVALID', what: 'windows', expected });
  return new Map(Object.entries(windows).map(([file, own]) => [file, ofWindows({ [file]: own }, path, 'UTC')]));
}

function ofCsv(
  text: string,
  path: string,
  { zone, named: { time: ownTime, by } }: { readonly zone: string | undefined; readonly named: LabelColumns },
): readonly Interval[] {
  let rows: string[][];
  try {
    const [line = ''] = text.trimStart().split('\n', 1);
    // A comma may stand in a time: 00:00:00,000.
    const delimiter = [';', '\t', '|'].find(separator => line.includes(separator)) ?? ',';
    rows = parseWithQuotes(text, delimiter, csv =>
      parse(csv, { delimiter, relax_column_count: true, skip_empty_lines: true, trim: true }),
    );
  } catch (cause) {
    throw invalid(path)(
      (cause instanceof CsvError && csvDamages[cause.code]) || reasonOf(cause),
      'CSV with the columns start,end',
      cause,
    );
  }
  const isRow = rows[0]?.some(isTime) ?? true;
  const header = isRow ? undefined : rows.shift();
  const columns = header ?? ['start', 'end', 'channel'];
  const placeOf = (...names: readonly (string | undefined)[]) =>
    names.map(name => (name === undefined ? -1 : columns.indexOf(name))).find(index => index >= 0) ?? -1;
  const [start, end, channel] = [placeOf('start'), placeOf('end'), placeOf('channel', by)];
  const [time, flag] = [placeOf(ownTime, ...timeColumns), placeOf(...flagColumns)];
  if ((start < 0 || end < 0) && time >= 0 && flag >= 0) {
    return ofFlags(rows, { time, flag, channel }, path, zone);
  }
  if (start < 0 || end < 0) {
    throw invalid(`${path}, line 1`)(
      `its columns are ${columns.join()}`,
      `start,end, or ${ownTime ?? 'timestamp'},is_anomaly`,
    );
  }
  return readAll(rows.entries(), ([index, row]) => {
    const place = `${path}, line ${index + (header === undefined ? 1 : 2)}`;
    return intervalOf([row[start] ?? '', row[end] ?? ''], { place, zone, channel: row[channel] || undefined });
  });
}

type FlagColumns = Readonly<Record<'time' | 'flag' | 'channel', number>>;

/** Marked rows of a channel that follow each other in time are an interval, from the first to the last one. The rows may be in any order. */
function ofFlags(
  rows: readonly string[][],
  columns: FlagColumns,
  path: string,
  zone: string | undefined,
): readonly Interval[] {
  const intervals: Interval[] = [];
  /** Of each channel the place of its interval that has not ended. */
  const open = new Map<string, number>();
  const marks = marksOf(rows, columns, path, zone).sort((a, b) => a.timeMs - b.timeMs);
  for (const { name, isMarked, timeMs } of marks) {
    if (!isMarked) {
      open.delete(name);
      continue;
    }
    const at = { startMs: timeMs, endMs: timeMs, channel: name || undefined, file: undefined };
    const begun = open.get(name);
    const first = begun === undefined ? undefined : intervals[begun];
    if (begun === undefined || first === undefined) open.set(name, intervals.push(at) - 1);
    else intervals[begun] = { ...first, endMs: timeMs };
  }
  return intervals;
}

type Mark = { readonly name: string; readonly isMarked: boolean; readonly timeMs: number };

/** Those whose time can be read. @throws LABELS_INVALID when one that is marked has no time */
function marksOf(
  rows: readonly string[][],
  { time, flag, channel }: FlagColumns,
  path: string,
  zone: string | undefined,
): Mark[] {
  const reader = new MomentReader(zone);
  const order = new TimesInOrder(undefined);
  const channels = new Map<string, number>();
  return readAll(rows.entries(), ([index, row]) => {
    const place = `${path}, line ${index + 2}`;
    const mark = row[flag] ?? '';
    const name = row[channel] ?? '';
    if (!/^([01](\.0*)?|true|false)$/i.test(mark))
      throw invalid(place)(`the mark ${JSON.stringify(mark)} is unknown`, '0 or 1');
    const isMarked = /^(1|true)/i.test(mark);
    const text = row[time] ?? '';
    const moments = reader.read(text);
    if (moments.length === 0) return isMarked ? [{ name, isMarked, timeMs: momentIn(text, { place, zone }) }] : [];
    const number = channels.get(name) ?? channels.size;
    channels.set(name, number);
    return [{ name, isMarked, timeMs: order.resolve(moments, number) }];
  }).flat();
}

function ofLines(text: string, path: string, zone: string | undefined): readonly Interval[] {
  return readAll(text.split('\n').entries(), ([index, line]) => {
    if (line.trim() === '') return [];
    const place = `${path}, line ${index + 1}`;
    const value = jsonIn(line);
    if (value === undefined) throw invalid(place)('it is not JSON', 'a JSON object with start and end in each line');
    return ofJson(value, place, zone);
  }).flat();
}

function ofJson(value: unknown, place: string, zone: string | undefined): readonly Interval[] {
  const pair = pairSchema.safeParse(value);
  const record = recordSchema.safeParse(pair.success ? { start: pair.data[0], end: pair.data[1] } : value);
  if (!record.success) throw invalid(place)('it is not a label', 'a JSON object with start and end');
  const { start, end, channel, entities = [] } = record.data;
  const channels = entities.filter(({ type }) => type === 'channel').map(({ id }) => id);
  const about = channel === undefined ? channels : [channel];
  const interval = intervalOf([start, end], { place, zone, channel: undefined });
  return about.length === 0 ? [interval] : about.map(id => ({ ...interval, channel: id }));
}

function ofWindows(
  windows: z.infer<typeof windowsSchema>,
  path: string,
  zone: string | undefined,
): readonly Interval[] {
  const all = Object.entries(windows).flatMap(([file, own]) => own.map((stretch, index) => ({ file, stretch, index })));
  return readAll(all, ({ file, stretch, index }) => {
    const [start = '', end = start] = typeof stretch === 'string' ? [stretch] : stretch;
    return intervalOf([start, end], { place: `${path}, ${file}[${index}]`, zone, file });
  });
}

type About = {
  readonly place: string;
  readonly zone: string | undefined;
  readonly channel?: string | undefined;
  readonly file?: string;
};

function intervalOf([start, end]: readonly [start: string, end: string], about: About): Interval {
  const [startMs, endMs] = [momentIn(start, about), momentIn(end, about)];
  if (endMs < startMs) throw invalid(about.place)(`it ends at ${end}, before it starts`, 'an end after the start');
  return { startMs, endMs, channel: about.channel, file: about.file };
}

function momentIn(text: string, { place, zone }: Pick<About, 'place' | 'zone'>): number {
  const moment = momentOf(text, zone);
  if (moment !== undefined) return moment;
  if (zone === undefined && momentOf(text, 'UTC') !== undefined) {
    throw invalid(place)(`${JSON.stringify(text)} has no zone`, '--timezone ZONE, such as Europe/Berlin or UTC');
  }
  throw invalid(place)(`${JSON.stringify(text)} is not a time`, 'one such as 2026-03-02T14:30:00Z');
}

function readText(path: string): string {
  let text: string;
  try {
    text = wholeText(path);
  } catch (cause) {
    throw invalid(path)(readFailure(cause), 'a file of labels', cause);
  }
  if (text.slice(0, 200).includes('\0')) {
    const found = text.startsWith('PAR1') ? 'it is Parquet' : 'it is not text';
    throw invalid(path)(found, 'labels as CSV or JSON');
  }
  return text;
}

function invalid(place: string) {
  return cannot('LABELS_INVALID', `read ${place}`);
}

import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readAll } from '../../base/all-rows.ts';
import { csvDamages, parseWithQuotes } from '../../base/csv-quotes.ts';
import { cannot, readFailure, reasonOf } from '../../base/errors.ts';
import { jsonIn, readJsonFile } from '../../base/json-file.ts';
import { whyNoMoment } from '../import/moment-reader.ts';
import { wholeText } from '../import/text-blocks.ts';
import { isTime, momentIn, type TimeStyle } from '../import/written-times.ts';
import type { Interval, IntervalOptions } from './interval.ts';
import { markedIntervals } from './marked-rows.ts';

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

/**
 * Reads intervals as people and benchmarks write them: CSV with the columns `start`, `end` and perhaps `channel`, or without a header; a labelled series
 * (`markedIntervals`); JSON lines or a JSON list with `start` and `end`, such as `labels.jsonl`; a JSON list of pairs; and the NAB's windows
 * (`combined_windows.json`) or points (`combined_labels.json`).
 *
 * @throws IMPORT_INVALID, LABELS_INVALID about the first bad row, with how many more there are
 */
export async function readIntervals(path: string, options: IntervalOptions): Promise<readonly Interval[]> {
  const marked = await markedIntervals(path, options);
  if (marked !== undefined) return marked;
  const text = readText(path);
  const first = text.trimStart().charAt(0);
  if (first !== '{' && first !== '[') return ofCsv(text, path, options);
  const windows = jsonIn(text);
  if (windows === undefined) return ofLines(text, path, options);
  if (Array.isArray(windows))
    return readAll(windows.entries(), ([index, item]) => ofJson(item, `${path}, item ${index + 1}`, options)).flat();
  const checked = windowsSchema.safeParse(windows);
  return checked.success ? ofWindows(checked.data, path, options) : ofJson(windows, path, options);
}

/** The NAB's windows by data file, those of files without any included; its times count as UTC. @throws LABELS_INVALID */
export function readNabWindows(path: string): ReadonlyMap<string, readonly Interval[]> {
  const expected = 'a list of windows for each file, as in the combined_windows.json of the NAB';
  const windows = readJsonFile(path, windowsSchema, { code: 'LABELS_INVALID', what: 'windows', expected });
  return new Map(
    Object.entries(windows).map(([file, own]) => [file, ofWindows({ [file]: own }, path, { timezone: 'UTC' })]),
  );
}

function ofCsv(text: string, path: string, options: IntervalOptions): readonly Interval[] {
  let all: string[][];
  try {
    const [line = ''] = text.trimStart().split('\n', 1);
    // A comma may stand in a time: 00:00:00,000.
    const delimiter = [';', '\t', '|'].find(separator => line.includes(separator)) ?? ',';
    all = parseWithQuotes(text, delimiter, csv => parse(csv, { delimiter, relax_column_count: true, trim: true }));
  } catch (cause) {
    throw invalid(path)(
      (cause instanceof CsvError && csvDamages[cause.code]) || reasonOf(cause),
      'CSV with the columns start,end',
      cause,
    );
  }
  const rows = all
    .map((cells, index) => ({ cells, place: `${path}, line ${index + 1}` }))
    .filter(({ cells }) => cells.length > 1 || cells[0] !== '');
  const isRow = rows[0]?.cells.some(isTime) ?? true;
  const header = isRow ? undefined : rows.shift();
  const columns = header?.cells ?? ['start', 'end', 'channel'];
  const [start = -1, end = -1, ...channels] = ['start', 'end', 'channel', options.by ?? ''].map(name =>
    columns.indexOf(name),
  );
  const channel = channels.find(place => place >= 0) ?? -1;
  if (start < 0 || end < 0) {
    throw invalid(header?.place ?? path)(
      `its columns are ${columns.join()}`,
      `start,end, or ${options.time ?? 'timestamp'},is_anomaly`,
    );
  }
  return readAll(rows, ({ cells, place }) =>
    intervalOf([cells[start] ?? '', cells[end] ?? ''], { place, style: options, channel: cells[channel] || undefined }),
  );
}

function ofLines(text: string, path: string, style: TimeStyle): readonly Interval[] {
  return readAll(text.split('\n').entries(), ([index, line]) => {
    if (line.trim() === '') return [];
    const place = `${path}, line ${index + 1}`;
    const value = jsonIn(line);
    if (value === undefined) throw invalid(place)('it is not JSON', 'a JSON object with start and end in each line');
    return ofJson(value, place, style);
  }).flat();
}

function ofJson(value: unknown, place: string, style: TimeStyle): readonly Interval[] {
  const pair = pairSchema.safeParse(value);
  const record = recordSchema.safeParse(pair.success ? { start: pair.data[0], end: pair.data[1] } : value);
  if (!record.success) throw invalid(place)('it is not a label', 'a JSON object with start and end');
  const { start, end, channel, entities = [] } = record.data;
  const channels = entities.filter(({ type }) => type === 'channel').map(({ id }) => id);
  const about = channel === undefined ? channels : [channel];
  const interval = intervalOf([start, end], { place, style, channel: undefined });
  return about.length === 0 ? [interval] : about.map(id => ({ ...interval, channel: id }));
}

function ofWindows(windows: z.infer<typeof windowsSchema>, path: string, style: TimeStyle): readonly Interval[] {
  const all = Object.entries(windows).flatMap(([file, own]) => own.map((stretch, index) => ({ file, stretch, index })));
  return readAll(all, ({ file, stretch, index }) => {
    const [start = '', end = start] = typeof stretch === 'string' ? [stretch] : stretch;
    return intervalOf([start, end], { place: `${path}, ${file}[${index}]`, style, file });
  });
}

type About = {
  readonly place: string;
  readonly style: TimeStyle;
  readonly channel?: string | undefined;
  readonly file?: string;
};

function intervalOf([start, end]: readonly [start: string, end: string], about: About): Interval {
  const [startMs, endMs] = [momentOf(start, about), momentOf(end, about)];
  if (endMs < startMs) throw invalid(about.place)(`it ends at ${end}, before it starts`, 'an end after the start');
  return { startMs, endMs, channel: about.channel, file: about.file };
}

function momentOf(text: string, { place, style }: Pick<About, 'place' | 'style'>): number {
  const moment = momentIn(text, style);
  if (moment === undefined) throw invalid(place)(...whyNoMoment(text, style));
  return moment;
}

function readText(path: string): string {
  let text: string;
  try {
    text = wholeText(path);
  } catch (cause) {
    throw invalid(path)(readFailure(cause), 'a file of labels', cause);
  }
  if (text.slice(0, 200).includes('\0')) {
    const found = text.startsWith('PAR1')
      ? 'it is Parquet without columns such as timestamp,is_anomaly'
      : 'it is not text';
    throw invalid(path)(found, 'labels as CSV or JSON');
  }
  return text;
}

function invalid(place: string) {
  return cannot('LABELS_INVALID', `read ${place}`);
}

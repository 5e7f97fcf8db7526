import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { cannot, readFailure } from '../../base/errors.ts';
import { momentOf } from '../../base/moment.ts';

/** A stretch of time in a file of labels; both ends belong to it. */
export type Interval = {
  readonly startMs: number;
  readonly endMs: number;
  /** The channel that it is about; undefined for all. */
  readonly channel: string | undefined;
  /** The NAB's name of the data file that it is about. */
  readonly file: string | undefined;
};

const recordSchema = z.object({
  start: z.string(),
  end: z.string(),
  channel: z.string().optional(),
  entities: z.array(z.object({ type: z.string(), id: z.string() })).optional(),
});
const windowsSchema = z.record(z.string(), z.array(z.union([z.string(), z.array(z.string()).length(2)])));

/**
 * Reads intervals as people and benchmarks write them: CSV with the columns `start`, `end` and perhaps `channel`, or without a header; JSON lines with
 * `start` and `end`, such as `labels.jsonl`; and the NAB's windows (`combined_windows.json`) or points (`combined_labels.json`).
 *
 * @param zone for times without an offset from UTC
 * @throws LABELS_INVALID
 */
export function readIntervals(path: string, zone: string | undefined): readonly Interval[] {
  const text = readText(path);
  const first = text.trimStart().charAt(0);
  if (first !== '{') return ofCsv(text, path, zone);
  const windows = parsedJson(text);
  if (windows === undefined) return ofLines(text, path, zone);
  const checked = windowsSchema.safeParse(windows);
  return checked.success ? ofWindows(checked.data, path, zone) : ofLines(text, path, zone);
}

function ofCsv(text: string, path: string, zone: string | undefined): readonly Interval[] {
  let rows: string[][];
  try {
    rows = parse(text, { relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (cause) {
    throw invalid(path)(
      cause instanceof Error ? cause.message : String(cause),
      'CSV with the columns start,end',
      cause,
    );
  }
  const header = rows[0]?.includes('start') === true ? rows.shift() : undefined;
  const columns = header ?? ['start', 'end', 'channel'];
  const [start, end, channel] = ['start', 'end', 'channel'].map(name => columns.indexOf(name));
  if (start === undefined || end === undefined || channel === undefined || end < 0) {
    throw invalid(`${path}, line 1`)(`its columns are ${columns.join()}`, 'the columns start,end');
  }
  return rows.map((row, index) => {
    const place = `${path}, line ${index + (header === undefined ? 1 : 2)}`;
    return intervalOf([row[start] ?? '', row[end] ?? ''], { place, zone, channel: row[channel] || undefined });
  });
}

function ofLines(text: string, path: string, zone: string | undefined): readonly Interval[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `${path}, line ${index + 1}`;
    const record = recordSchema.safeParse(parsedJson(line));
    if (!record.success) throw invalid(place)('it is no label', 'a JSON object with start and end');
    const { start, end, channel, entities = [] } = record.data;
    const channels = entities.filter(({ type }) => type === 'channel').map(({ id }) => id);
    const about = channel === undefined ? channels : [channel];
    const interval = intervalOf([start, end], { place, zone, channel: undefined });
    return about.length === 0 ? [interval] : about.map(id => ({ ...interval, channel: id }));
  });
}

function ofWindows(
  windows: z.infer<typeof windowsSchema>,
  path: string,
  zone: string | undefined,
): readonly Interval[] {
  return Object.entries(windows).flatMap(([file, stretches]) =>
    stretches.map((stretch, index) => {
      const [start = '', end = start] = typeof stretch === 'string' ? [stretch] : stretch;
      return intervalOf([start, end], { place: `${path}, ${file}[${index}]`, zone, file });
    }),
  );
}

type About = {
  readonly place: string;
  readonly zone: string | undefined;
  readonly channel?: string | undefined;
  readonly file?: string;
};

function intervalOf(ends: readonly [start: string, end: string], { place, zone, channel, file }: About): Interval {
  const [startMs, endMs] = ends.map(text => {
    const moment = momentOf(text, zone);
    if (moment !== undefined) return moment;
    if (zone === undefined && momentOf(text, 'UTC') !== undefined) {
      throw invalid(place)(`${JSON.stringify(text)} has no zone`, '--timezone ZONE, such as Europe/Berlin or UTC');
    }
    throw invalid(place)(`${JSON.stringify(text)} is no time`, 'one such as 2026-03-02T14:30:00Z');
  });
  if (startMs === undefined || endMs === undefined || endMs < startMs) {
    throw invalid(place)(`it ends at ${ends[1]}, before it starts`, 'an end after the start');
  }
  return { startMs, endMs, channel, file };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw invalid(path)(readFailure(cause), 'a file of labels', cause);
  }
}

/** Undefined where the text is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(place: string) {
  return cannot('LABELS_INVALID', `read ${place}`);
}

import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readAll } from '../../base/all-rows.ts';
import { csvDamages, parseWithQuotes } from '../../base/csv-quotes.ts';
import { separatorOf } from '../../base/csv-separator.ts';
import { type CqshopError, cannot, readFailure } from '../../base/errors.ts';
import { offsetMinutes } from '../../base/moment.ts';
import { expectation } from '../../base/schema-issues.ts';
import { hourMs, minuteMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import { entitySchema } from '../../data/dataset/truth.ts';
import { whyNoMoment } from '../../data/import/moment-reader.ts';
import { encodingOf } from '../../data/import/text-blocks.ts';
import { momentIn, type TimeStyle } from '../../data/import/written-times.ts';
import type { Alarm } from './detector.ts';
import type { ScoreRow } from './write-detections.ts';

/** A time in a file. @param expectation what messages expect of it; default: what its style lacks */
export function timeIn(style: TimeStyle = {}, expectation?: string) {
  return z.string().transform((text, context) => {
    const moment = momentIn(text, style);
    if (moment !== undefined) return moment;
    const [problem, expected] = whyNoMoment(text, style);
    context.addIssue({ code: 'custom', message: expectation ?? expected, params: { problem } });
    return z.NEVER;
  });
}
const figure = z
  .string()
  .regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, 'a number such as 0.93')
  .transform(Number);
const word = z.string().min(1, 'text');

/** The `detector` of detections that name none. */
export const unnamedDetector = 'external';

function unitFieldsIn(style?: TimeStyle) {
  return {
    start: timeIn(style),
    end: timeIn(style),
    anomaly: word,
    entity_type: entitySchema.shape.type,
    entity_id: z.string(),
  };
}

/** A row of anybody's `detections.csv`. What is optional here may be an empty cell, or a column that is not there. */
export function detectionSchemaIn(style?: TimeStyle) {
  return z.object({
    ...unitFieldsIn(style),
    detected_at: timeIn(style).optional(),
    score: figure.optional(),
    threshold: figure.optional(),
    detector: z.string().optional(),
    incident: z.string().optional(),
    evidence: z.string().optional(),
  });
}

function scoreSchemaIn(style?: TimeStyle) {
  const { start, end, anomaly, entity_type, entity_id } = unitFieldsIn(style);
  return z.object({ start, end, score: figure, anomaly, entity_type, entity_id, detector: word });
}

/** A row of anybody's `scores.csv`. */
export const scoreSchema = scoreSchemaIn();

/**
 * Reads anybody's `detections.csv`, columns in any order; columns that are not of the contract are left aside. Defaults: `detected_at` is `end`,
 * score and threshold are NaN, the detector is `unnamedDetector`, the evidence is empty.
 *
 * @throws DETECTIONS_INVALID naming the line and column
 */
export function readDetections(path: string, style: TimeStyle = {}): readonly Alarm[] {
  return readRows(path, detectionSchemaIn(style), ({ line, row }) => {
    checkOrder(path, line, row, style.timezone);
    const detectedAtMs = row.detected_at ?? row.end;
    if (detectedAtMs < row.start) {
      throw invalid(`${path}, line ${line}`, 'detected_at is before start', 'a time at or after it');
    }
    return {
      startMs: row.start,
      endMs: row.end,
      detectedAtMs,
      score: row.score ?? Number.NaN,
      threshold: row.threshold ?? Number.NaN,
      anomaly: row.anomaly,
      entity: { type: row.entity_type, id: row.entity_id },
      detector: row.detector ?? unnamedDetector,
      evidence: { text: row.evidence ?? '', features: {} },
    };
  });
}

/**
 * Reads anybody's `scores.csv`: at most one score a unit, anomaly and detector.
 *
 * @throws DETECTIONS_INVALID naming the line and column
 */
export function readScores(path: string, style: TimeStyle = {}): readonly ScoreRow[] {
  const lines = new Map<string, number>();
  const read = ({ line, row }: RowOf<ReturnType<typeof scoreSchemaIn>>): ScoreRow => {
    checkOrder(path, line, row, style.timezone);
    const unit = JSON.stringify([row.start, row.end, row.anomaly, row.entity_type, row.entity_id, row.detector]);
    const before = lines.get(unit);
    if (before !== undefined)
      throw invalid(
        `${path}, line ${line}`,
        `it scores the unit of line ${before} again`,
        unlessTwice('one score a unit', row.start, style.timezone),
      );
    lines.set(unit, line);
    return {
      startMs: row.start,
      endMs: row.end,
      score: row.score,
      anomaly: row.anomaly,
      entity: { type: row.entity_type, id: row.entity_id },
      detector: row.detector,
    };
  };
  return readRows(path, scoreSchemaIn(style), read, { foreign: ['detected_at', 'threshold'] });
}

/** What csv-parse gives with `info`. */
const parsedSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));

/** A row that a schema has checked, and its line. */
export type RowOf<Schema extends z.ZodType> = { readonly line: number; readonly row: z.infer<Schema> };

/**
 * What `read` makes of the rows of a CSV file, which a schema has checked.
 *
 * @param options.foreign columns that show that it is another file
 * @param options.place how messages call the file; default: its path
 * @throws DETECTIONS_INVALID about the first bad row, with how many more there are
 */
export function readRows<Schema extends z.ZodObject, Read>(
  path: string,
  schema: Schema,
  read: (row: RowOf<Schema>) => Read,
  { foreign = [], place: file = path }: { readonly foreign?: readonly string[]; readonly place?: string } = {},
): readonly Read[] {
  const mandatory = mandatoryColumns(schema);
  const records = recordsOf(textOf(path, file), file, mandatory);
  const header = records[0]?.record ?? [];
  const missing = mandatory.find(column => !header.includes(column));
  if (missing !== undefined) {
    const alike = header.find(column => column.toLowerCase() === missing);
    const hint = alike === undefined ? '' : ` (${alike} is there; case matters)`;
    throw invalid(file, `column ${missing} is missing${hint}`, mandatory.join());
  }
  const twice = header.find((column, index) => column in schema.shape && header.indexOf(column) !== index);
  if (twice !== undefined) throw invalid(file, `column ${twice} is there twice`, 'it once');
  const other = foreign.find(column => header.includes(column));
  if (other !== undefined) {
    throw invalid(file, `column ${other} belongs to detections`, `a scores.csv with ${mandatory.join()}`);
  }
  return readAll(records.slice(1), ({ record, info }) => {
    const place = `${file}, line ${info.lines}`;
    if (record.length !== header.length)
      throw invalid(place, `it has ${pluralize(record.length, 'field')}`, `${header.length} as in line 1`);
    const cells = header.map((name, index): readonly [string, string] => [name, record[index] ?? '']);
    const parsed = schema.safeParse(
      Object.fromEntries(cells.filter(([name, cell]) => cell !== '' || mandatory.includes(name))),
      { error: expectation },
    );
    if (parsed.success) return read({ line: info.lines, row: parsed.data });
    const issue = parsed.error.issues[0];
    const column = String(issue?.path[0] ?? '');
    const ofTime = issue?.code === 'custom' ? issue.params?.problem : undefined;
    const found = ofTime ?? `is ${JSON.stringify(record[header.indexOf(column)] ?? '')}`;
    throw invalid(place, `${column} ${found}`, issue?.message ?? 'a value as in docs/formats.md', parsed.error);
  });
}

function recordsOf(text: string, file: string, mandatory: readonly string[]): z.infer<typeof parsedSchema> {
  if (text.trim() === '') throw invalid(file, 'it is empty', `a header with ${mandatory.join()}`);
  const [header = ''] = text.split(/[\r\n]/, 1);
  const delimiter = separatorOf(header);
  try {
    const records = parseWithQuotes(text, delimiter, csv =>
      parse(csv, { info: true, relax_column_count: true, skip_empty_lines: true, delimiter }),
    );
    return parsedSchema.parse(records).filter(({ record }) => record.length > 1 || record[0]?.trim() !== '');
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const place = typeof cause.lines === 'number' ? `${file}, line ${cause.lines}` : file;
    const found = cause.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is not closed' : csvDamages[cause.code];
    throw invalid(place, found ?? cause.message, 'CSV, with " as "" in cells with quotes', cause);
  }
}

/** UTF-8 or, with its mark at the beginning, UTF-16. */
function textOf(path: string, file: string): string {
  try {
    const bytes = readFileSync(path);
    const encoding = encodingOf(bytes);
    return new TextDecoder(encoding, { fatal: encoding === 'utf-8' }).decode(bytes);
  } catch (cause) {
    const isText = !(cause instanceof TypeError);
    throw invalid(file, isText ? readFailure(cause) : 'it is not UTF-8', 'a CSV file', cause);
  }
}

/** The columns that a file must have; their cells may not be left out either. */
function mandatoryColumns({ shape }: z.ZodObject): readonly string[] {
  return Object.keys(shape).filter(column => !z.safeParse(shape[column] ?? z.unknown(), undefined).success);
}

export function checkOrder(
  file: string,
  line: number,
  { start, end }: { readonly start: number; readonly end: number },
  zone?: string,
): void {
  if (end <= start)
    throw invalid(`${file}, line ${line}`, 'end is not after start', unlessTwice('an interval', end, zone));
}

/** What is expected of a time, or, where clocks in a zone show it twice, that it is not left open which of two moments it is. */
function unlessTwice(expected: string, timeMs: number, zone: string | undefined): string {
  if (zone === undefined) return expected;
  const offset = offsetMinutes(timeMs, zone);
  const setBackMs = (offset - offsetMinutes(timeMs + 3 * hourMs, zone)) * minuteMs;
  const isTwice = setBackMs > 0 && offsetMinutes(timeMs + setBackMs, zone) < offset;
  return isTwice ? 'times with their offset from UTC, since this hour comes twice when clocks are set back' : expected;
}

export function invalid(place: string, what: string, expected: string, cause?: unknown): CqshopError {
  return cannot('DETECTIONS_INVALID', `read ${place}`)(what, expected, cause);
}

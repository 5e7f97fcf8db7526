import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { CqshopError, readFailure, writing } from '../../base/errors.ts';
import { momentOf } from '../../base/moment.ts';
import { expectation } from '../../base/schema-issues.ts';
import { rfc3339 } from '../../base/time.ts';
import { writeWhole } from '../../base/whole-file.ts';
import { type Entity, entitySchema } from '../../data/dataset/truth.ts';
import type { Span } from '../features/fold-units.ts';
import type { Alarm } from './detector.ts';
import { incidentsOf } from './incidents.ts';

/** The columns of `detections.csv` as cqshop writes it, one row an alarm. A contract, described in docs/formats.md. */
export const detectionColumns = [
  'start',
  'end',
  'detected_at',
  'score',
  'threshold',
  'anomaly',
  'entity_type',
  'entity_id',
  'detector',
  'incident',
  'evidence',
] as const;

/** The columns of `scores.csv`, one row a scored unit. All are mandatory. A contract, described in docs/formats.md. */
export const scoreColumns = ['start', 'end', 'score', 'anomaly', 'entity_type', 'entity_id', 'detector'] as const;

/** A row of `scores.csv`. */
export type ScoreRow = {
  readonly startMs: number;
  readonly endMs: number;
  readonly score: number;
  readonly anomaly: string;
  readonly entity: Entity;
  readonly detector: string;
};

/** Writes `detections.csv`, ordered by start, then entity, then detector. @throws WRITE_FAILED */
export function writeDetections(path: string, alarms: readonly Alarm[]): void {
  const incidents = new Map(
    incidentsOf(alarms).flatMap(({ id, alarms: all }) => all.map(alarm => [alarm, id] as const)),
  );
  const rows = [...alarms]
    .sort(byStart)
    .map(alarm => [
      rfc3339(alarm.startMs),
      rfc3339(alarm.endMs),
      rfc3339(alarm.detectedAtMs),
      alarm.score,
      alarm.threshold,
      alarm.anomaly,
      alarm.entity.type,
      alarm.entity.id,
      alarm.detector,
      incidents.get(alarm) ?? '',
      alarm.evidence.text,
    ]);
  writing(path, () => writeWhole(path, stringify([[...detectionColumns], ...rows])));
}

/** Writes `scores.csv` row by row in constant memory; the file gets its name when it is finished. */
export type ScoreWriter = {
  readonly push: (row: ScoreRow) => void;
  readonly finish: () => void;
  /** Removes what was written so far, unless it is finished. */
  readonly abort: () => void;
};

/** @throws WRITE_FAILED */
export function scoreWriter(path: string): ScoreWriter {
  const partial = `${path}.partial`;
  const file = writing(path, () => openSync(partial, 'w'));
  let rows: (string | number)[][] = [[...scoreColumns]];
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  const flush = () => {
    writing(path, () => writeSync(file, stringify(rows)));
    rows = [];
  };
  return {
    push(row) {
      rows.push([
        rfc3339(row.startMs),
        rfc3339(row.endMs),
        row.score,
        row.anomaly,
        row.entity.type,
        row.entity.id,
        row.detector,
      ]);
      if (rows.length >= 2000) flush();
    },
    finish() {
      flush();
      close();
      writing(path, () => renameSync(partial, path));
    },
    abort() {
      close();
      rmSync(partial, { force: true });
    },
  };
}

/** A time in a file. @param zone of times without an offset from UTC; without it these are refused */
function timeIn(zone?: string, hint = '') {
  return z.string().transform((text, context) => {
    const moment = momentOf(text, zone);
    if (moment === undefined) {
      const example = 'a time with its offset from UTC, such as 2026-03-02T10:00:00Z';
      context.addIssue({ code: 'custom', message: `${example}${zone === undefined ? hint : ''}` });
    }
    return moment ?? Number.NaN;
  });
}
const figure = z
  .string()
  .regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, 'a number such as 0.93')
  .transform(Number);
const word = z.string().min(1, 'text');

/** The `detector` of detections that name none. */
export const unnamedDetector = 'external';

const zoneHint = '; or name the zone of times without one by --timezone';

function unitFieldsIn(zone?: string) {
  return {
    start: timeIn(zone, zoneHint),
    end: timeIn(zone, zoneHint),
    anomaly: word,
    entity_type: entitySchema.shape.type,
    entity_id: z.string(),
  };
}

function detectionSchemaIn(zone?: string) {
  return z.object({
    ...unitFieldsIn(zone),
    detected_at: timeIn(zone, zoneHint).optional(),
    score: figure.optional(),
    threshold: figure.optional(),
    detector: z.string().optional(),
    incident: z.string().optional(),
    evidence: z.string().optional(),
  });
}

function scoreSchemaIn(zone?: string) {
  const { start, end, anomaly, entity_type, entity_id } = unitFieldsIn(zone);
  return z.object({ start, end, score: figure, anomaly, entity_type, entity_id, detector: word });
}

/** A row of anybody's `detections.csv`. What is optional here may be an empty cell, or a column that is not there. */
export const detectionSchema = detectionSchemaIn();

/** A row of anybody's `scores.csv`. */
export const scoreSchema = scoreSchemaIn();

/**
 * Reads anybody's `detections.csv`, columns in any order; columns that are not of the contract are left aside. Defaults: `detected_at` is `end`,
 * score and threshold are NaN, the detector is `unnamedDetector`, the evidence is empty.
 *
 * @param zone an IANA zone for times without an offset from UTC; without it these are refused
 * @throws DETECTIONS_INVALID naming the line and column
 */
export function readDetections(path: string, zone?: string): readonly Alarm[] {
  return readRows(path, detectionSchemaIn(zone)).map(({ line, row }) => {
    checkOrder(path, line, row.start, row.end);
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
export function readScores(path: string, zone?: string): readonly ScoreRow[] {
  const lines = new Map<string, number>();
  return readRows(path, scoreSchemaIn(zone), ['detected_at', 'threshold']).map(({ line, row }) => {
    checkOrder(path, line, row.start, row.end);
    const unit = JSON.stringify([row.start, row.end, row.anomaly, row.entity_type, row.entity_id, row.detector]);
    const before = lines.get(unit);
    if (before !== undefined)
      throw invalid(`${path}, line ${line}`, `it scores the unit of line ${before} again`, 'one score a unit');
    lines.set(unit, line);
    return {
      startMs: row.start,
      endMs: row.end,
      score: row.score,
      anomaly: row.anomaly,
      entity: { type: row.entity_type, id: row.entity_id },
      detector: row.detector,
    };
  });
}

/** A row of the `scores.csv` of a program that `evaluate --external` calls. */
const externalScoreSchema = scoreSchema
  .omit({ anomaly: true, detector: true })
  .extend({ start: timeIn(), end: timeIn() });

/** Scores of windows that are all equally long and begin at multiples of their length after the first. */
export type GridScores = { readonly windowMs: number; readonly scores: readonly ScoreRow[] };

/** The largest `scores.csv` of a program [MB]: about a million rows, which take 2 GB of memory. */
const mostMegabytes = 50;

/**
 * Reads the `scores.csv` of somebody's program: one score for each window and entity. A score of NaN is refused, as is a window of another length,
 * and one that lies outside the run.
 *
 * @throws DETECTIONS_INVALID naming the line and column
 */
export function readGridScores(
  path: string,
  { span, ...of }: { readonly anomaly: string; readonly detector: string; readonly span: Span },
): GridScores {
  const megabytes = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / 1e6;
  if (megabytes > mostMegabytes) {
    const expected = `at most ${mostMegabytes} MB: leave out the rows that are not suspicious`;
    throw invalid(path, `it has ${Math.ceil(megabytes)} MB`, expected);
  }
  const rows = readRows(path, externalScoreSchema);
  const [first] = rows;
  const windowMs = first === undefined ? 0 : first.row.end - first.row.start;
  const lines = new Map<string, number>();
  const scores = rows.map(({ line, row }): ScoreRow => {
    checkOrder(path, line, row.start, row.end);
    if (row.end <= span.startMs || row.start >= span.endMs) {
      const expected = `a window of the run, ${rfc3339(span.startMs)} to ${rfc3339(span.endMs)}`;
      throw invalid(`${path}, line ${line}`, `it is about ${rfc3339(row.start)} to ${rfc3339(row.end)}`, expected);
    }
    if (row.end - row.start !== windowMs || (row.start - (first?.row.start ?? 0)) % windowMs !== 0) {
      const expected = `windows of ${windowMs / 60_000} min, as in line ${first?.line}, that do not overlap`;
      throw invalid(`${path}, line ${line}`, `it is about ${rfc3339(row.start)} to ${rfc3339(row.end)}`, expected);
    }
    const unit = `${row.start} ${row.entity_type} ${row.entity_id}`;
    const before = lines.get(unit);
    if (before !== undefined) {
      throw invalid(
        `${path}, line ${line}`,
        `it scores the window and entity of line ${before} again`,
        'one score each',
      );
    }
    lines.set(unit, line);
    const entity = { type: row.entity_type, id: row.entity_id };
    return { startMs: row.start, endMs: row.end, score: row.score, entity, ...of };
  });
  return { windowMs, scores };
}

/** What csv-parse gives with `info`. */
const parsedSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));

function readRows<Schema extends z.ZodObject>(
  path: string,
  schema: Schema,
  foreign: readonly string[] = [],
): readonly { readonly line: number; readonly row: z.infer<Schema> }[] {
  const mandatory = mandatoryColumns(schema);
  const records = recordsOf(path, mandatory);
  const header = records[0]?.record ?? [];
  const missing = mandatory.find(column => !header.includes(column));
  if (missing !== undefined) throw invalid(path, `column ${missing} is missing`, mandatory.join());
  const twice = header.find((column, index) => column in schema.shape && header.indexOf(column) !== index);
  if (twice !== undefined) throw invalid(path, `column ${twice} is there twice`, 'it once');
  const other = foreign.find(column => header.includes(column));
  if (other !== undefined) {
    throw invalid(path, `column ${other} belongs to detections`, `a scores.csv with ${mandatory.join()}`);
  }
  return records.slice(1).map(({ record, info }) => {
    const place = `${path}, line ${info.lines}`;
    if (record.length !== header.length)
      throw invalid(place, `it has ${record.length} fields`, `${header.length} as in line 1`);
    const cells = header.map((name, index): readonly [string, string] => [name, record[index] ?? '']);
    const parsed = schema.safeParse(
      Object.fromEntries(cells.filter(([name, cell]) => cell !== '' || mandatory.includes(name))),
      { error: expectation },
    );
    if (parsed.success) return { line: info.lines, row: parsed.data };
    const issue = parsed.error.issues[0];
    const column = String(issue?.path[0] ?? '');
    const found = JSON.stringify(record[header.indexOf(column)] ?? '');
    throw invalid(place, `${column} is ${found}`, issue?.message ?? 'a value as in docs/formats.md', parsed.error);
  });
}

function recordsOf(path: string, mandatory: readonly string[]): z.infer<typeof parsedSchema> {
  const text = textOf(path);
  if (text.trim() === '') throw invalid(path, 'it is empty', `a header with ${mandatory.join()}`);
  try {
    return parsedSchema.parse(
      parse(text, { info: true, relax_column_count: true, skip_empty_lines: true, delimiter: separatorOf(text) }),
    );
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const place = typeof cause.lines === 'number' ? `${path}, line ${cause.lines}` : path;
    const found = cause.code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote is not closed' : cause.message;
    throw invalid(place, found, 'a CSV file', cause);
  }
}

/** UTF-8 or, with its mark at the beginning, UTF-16. */
function textOf(path: string): string {
  try {
    const bytes = readFileSync(path);
    const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
    if (mark === 0xfeff) return new TextDecoder('utf-16be').decode(bytes);
    if (mark === 0xfffe) return new TextDecoder('utf-16le').decode(bytes);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const isText = !(cause instanceof TypeError);
    throw invalid(path, isText ? readFailure(cause) : 'it is not UTF-8', 'a CSV file', cause);
  }
}

/** The one of the usual separators that the header has most of. */
function separatorOf(text: string): string {
  const [header = ''] = text.split(/[\r\n]/, 1);
  const countOf = (separator: string) => header.split(separator).length;
  return [',', ';', '\t', '|'].reduce((most, other) => (countOf(other) > countOf(most) ? other : most));
}

/** The columns that a file must have; their cells may not be left out either. */
function mandatoryColumns({ shape }: z.ZodObject): readonly string[] {
  return Object.keys(shape).filter(column => !z.safeParse(shape[column] ?? z.unknown(), undefined).success);
}

function checkOrder(path: string, line: number, start: number, end: number): void {
  if (end <= start) throw invalid(`${path}, line ${line}`, 'end is not after start', 'an interval');
}

function byStart(a: Alarm, b: Alarm): number {
  if (a.startMs !== b.startMs) return a.startMs - b.startMs;
  const one = `${a.entity.id} ${a.detector}`;
  const other = `${b.entity.id} ${b.detector}`;
  return one < other ? -1 : one > other ? 1 : 0;
}

function invalid(place: string, what: string, expected: string, cause?: unknown): CqshopError {
  return new CqshopError('DETECTIONS_INVALID', `Cannot read ${place}: ${what}, expected ${expected}`, { cause });
}

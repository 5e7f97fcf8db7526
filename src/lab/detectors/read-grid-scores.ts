import { statIfThere } from '../../base/stat-if-there.ts';
import { minuteMs, rfc3339, type Span } from '../../base/time.ts';
import { checkOrder, invalid, type RowOf, readRows, scoreSchema, timeIn } from './read-detections.ts';
import type { ScoreRow } from './write-detections.ts';

const time = timeIn({}, 'a time with its offset from UTC, such as 2026-03-02T10:00:00Z');

/** A row of the `scores.csv` of a program that `evaluate --external` calls. */
const externalScoreSchema = scoreSchema.omit({ anomaly: true, detector: true }).extend({ start: time, end: time });

/** The largest `scores.csv` of a program [MB]: about a million rows, which take 2 GB of memory. */
const mostMegabytes = 50;

/**
 * Reads the `scores.csv` of somebody's program: one score for each window and entity. Windows are equally long and begin at multiples of their length after the first. A score of NaN is refused, as is a window of another length,
 * and one that lies outside the run.
 *
 * @param of.run for messages
 * @throws DETECTIONS_INVALID naming the program, the run, the line and column
 */
export function readGridScores(
  path: string,
  {
    span,
    run,
    ...of
  }: { readonly anomaly: string; readonly detector: string; readonly run: string; readonly span: Span },
) {
  // The file is deleted afterwards.
  const place = `the scores of ${of.detector} for ${run}`;
  const megabytes = (statIfThere(path)?.size ?? 0) / 1e6;
  if (megabytes > mostMegabytes) {
    const expected = `at most ${mostMegabytes} MB: leave out the rows that are not suspicious`;
    throw invalid(place, `it has ${Math.ceil(megabytes)} MB`, expected);
  }
  let first: RowOf<typeof externalScoreSchema> | undefined;
  let windowMs = 0;
  const lines = new Map<string, number>();
  const read = ({ line, row }: RowOf<typeof externalScoreSchema>): ScoreRow => {
    checkOrder(place, line, row);
    if (first === undefined) {
      first = { line, row };
      windowMs = row.end - row.start;
    }
    if (row.end <= span.startMs || row.start >= span.endMs) {
      const expected = `a window of the run, ${rfc3339(span.startMs)} to ${rfc3339(span.endMs)}`;
      throw invalid(`${place}, line ${line}`, `it is about ${rfc3339(row.start)} to ${rfc3339(row.end)}`, expected);
    }
    if (row.end - row.start !== windowMs || (row.start - first.row.start) % windowMs !== 0) {
      const expected = `a window of ${Number((windowMs / minuteMs).toFixed(5))} min, as in line ${first.line}, that begins a whole number of windows before or after it: one ends where the next begins`;
      throw invalid(`${place}, line ${line}`, `it is about ${rfc3339(row.start)} to ${rfc3339(row.end)}`, expected);
    }
    const unit = `${row.start} ${row.entity_type} ${row.entity_id}`;
    const before = lines.get(unit);
    if (before !== undefined) {
      throw invalid(
        `${place}, line ${line}`,
        `it scores the window and entity of line ${before} again`,
        'one score each',
      );
    }
    lines.set(unit, line);
    const entity = { type: row.entity_type, id: row.entity_id };
    return { startMs: row.start, endMs: row.end, score: row.score, entity, ...of };
  };
  const scores = readRows(path, externalScoreSchema, read, { place });
  return { windowMs, scores };
}

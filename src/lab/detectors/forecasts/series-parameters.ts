import { z } from 'zod';
import type { Span } from '../../../base/time.ts';
import type { SeriesWindow } from '../../features/series-memory.ts';
import { modelInvalid } from '../parameters.ts';

/** Numbers as one line of text, to four decimals: a model file with a table in it stays readable. */
export function toRow(values: readonly number[]): string {
  return values.map(value => Math.round(value * 1e4) / 1e4).join(' ');
}

/** Undoes `toRow`; refuses a row that holds another number of values or something else than numbers. */
export function rowSchema(length: number) {
  return z
    .string()
    .transform(text => text.split(' ').map(Number))
    .refine(values => values.length === length && values.every(Number.isFinite), `expected ${length} numbers`);
}

/** The file beside the model that holds the days on which a forecaster was trained. */
export const pastFile = 'past.csv';

/** Start of each window [ms since the epoch], then what was announced in it as `start-end` in ms, then a count per column. */
export function pastToFile(past: readonly SeriesWindow[], names: readonly string[]): string {
  const rows = past.map(({ startMs, counts, announced = [] }) =>
    [startMs, announced.map(each => `${each.startMs}-${each.endMs}`).join(' '), ...counts].join(','),
  );
  return [['start_ms', 'announced', ...names].join(','), ...rows, ''].join('\n');
}

/**
 * Undoes `pastToFile`.
 *
 * @throws MODEL_INVALID when the file is missing or damaged
 */
export function pastFromFile(
  detector: string,
  file: string | Uint8Array | undefined,
  names: readonly string[],
): readonly SeriesWindow[] {
  const text = fileText(detector, pastFile, file);
  const windows = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line): SeriesWindow => {
      const [startMs, text = '', ...counts] = line.split(',');
      const announced = text === '' ? undefined : text.split(' ').map(announcedFrom);
      return { startMs: Number(startMs), counts: counts.map(Number), announced };
    });
  const whole = ({ startMs, counts, announced = [] }: SeriesWindow) =>
    counts.length === names.length &&
    [startMs, ...counts, ...announced.flatMap(each => [each.startMs, each.endMs])].every(Number.isFinite);
  if (windows.length > 0 && windows.every(whole)) return windows;
  throw modelInvalid(detector, `${pastFile} is damaged`, `a start and ${names.length} counts a line`);
}

function announcedFrom(text: string): Span {
  const [startMs = Number.NaN, endMs = Number.NaN] = text.split('-').map(Number);
  return { startMs, endMs };
}

/** The text of a model's file. @throws MODEL_INVALID when the model lacks it */
export function fileText(detector: string, name: string, file: string | Uint8Array | undefined): string {
  if (typeof file === 'string') return file;
  throw modelInvalid(detector, `${name} is missing`, 'it beside model.json');
}

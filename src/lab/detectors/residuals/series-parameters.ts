import { z } from 'zod';
import { CqshopError } from '../../../base/errors.ts';
import type { SeriesChannels } from '../../features/series-channels.ts';
import type { SeriesWindow } from '../../features/series-memory.ts';
import type { ResidualScales } from './residual-scales.ts';

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

/** `ResidualScales` as a model file holds them. */
export function scalesSchema({ names }: SeriesChannels) {
  const perResidual = rowSchema(names.length + 1);
  const byHour = z.array(z.object({ centre: perResidual, scale: perResidual })).length(24);
  return z.object({ now: byHour, lately: byHour, share: byHour });
}

/** Undone by `scalesSchema`. */
export function scalesToParameters(scales: ResidualScales): z.input<ReturnType<typeof scalesSchema>> {
  const rowsOf = (hours: ResidualScales[keyof ResidualScales]) =>
    hours.map(({ centre, scale }) => ({ centre: toRow(centre), scale: toRow(scale) }));
  return { now: rowsOf(scales.now), lately: rowsOf(scales.lately), share: rowsOf(scales.share) };
}

/** The file beside the model that holds the days on which a forecaster was trained. */
export const pastFile = 'past.csv';

/** Start of each window [ms since the epoch], then a count per channel. */
export function pastToFile(past: readonly SeriesWindow[], { names }: SeriesChannels): string {
  const rows = past.map(({ startMs, counts }) => [startMs, ...counts].join(','));
  return [['start_ms', ...names].join(','), ...rows, ''].join('\n');
}

/**
 * Undoes `pastToFile`.
 *
 * @throws MODEL_INVALID when the file is missing or damaged
 */
export function pastFromFile(
  detector: string,
  file: string | Uint8Array | undefined,
  { names }: SeriesChannels,
): readonly SeriesWindow[] {
  const text = fileText(detector, pastFile, file);
  const windows = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line): SeriesWindow => {
      const [startMs = Number.NaN, ...counts] = line.split(',').map(Number);
      return { startMs, counts };
    });
  const whole = ({ startMs, counts }: SeriesWindow) =>
    counts.length === names.length && [startMs, ...counts].every(Number.isFinite);
  if (windows.length > 0 && windows.every(whole)) return windows;
  throw new CqshopError(
    'MODEL_INVALID',
    `Cannot load model of detector ${detector}: ${pastFile} is damaged, expected a start and ${names.length} counts a line`,
  );
}

/** The text of a model's file. @throws MODEL_INVALID when the model lacks it */
export function fileText(detector: string, name: string, file: string | Uint8Array | undefined): string {
  if (typeof file === 'string') return file;
  if (file !== undefined) return new TextDecoder().decode(file);
  throw new CqshopError(
    'MODEL_INVALID',
    `Cannot load model of detector ${detector}: ${name} is missing, expected it beside model.json`,
  );
}

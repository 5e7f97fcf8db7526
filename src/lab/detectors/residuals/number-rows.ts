import { z } from 'zod';

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

import { sum } from '../../../base/sum.ts';

/** The mean; null of nothing. */
export function meanOrNull(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values, value => value) / values.length;
}

import type { ScoredUnit } from '../../src/lab/detectors/detector.ts';
import type { Unit } from '../../src/lab/features/feature-set.ts';

export const windowMs = 30 * 60_000;

/** A unit of user `id` in the window with this index. */
export function unit(id: string, window: number, features: readonly number[] = []): Unit {
  return { startMs: window * windowMs, endMs: (window + 1) * windowMs, entity: { type: 'user', id }, features };
}

/** The same with a score. */
export function scored(id: string, window: number, score: number): ScoredUnit {
  return { unit: unit(id, window), score, explain: () => ({ text: `scored ${score}`, features: {} }) };
}

import { quantileSorted } from 'simple-statistics';
import { z } from 'zod';

/** Where the upper tenth of clean scores begins, and the mean of what it exceeds that by. */
const tailSchema = z.object({ start: z.number(), excess: z.number().positive() });
type Tail = z.infer<typeof tailSchema>;

/** The tails of clean scores: of whole windows, and of their deficits alone. */
export const tailsSchema = z.object({ whole: tailSchema, deficits: tailSchema });
export type Tails = z.infer<typeof tailsSchema>;

/**
 * A window's score as it is, and its score with all excesses set to 0. Clean days contain sell-outs and campaigns but hardly any
 * silence: compared with those, a silence has a small score; compared with other deficits, it is rare.
 */
export type WindowScores = Readonly<Record<keyof Tails, number>>;

/** Share of the clean scores that lie in a tail. */
const tailShare = 0.1;

/** Fits exponential tails to the scores of clean windows. */
export function tailsOf(scores: readonly WindowScores[]): Tails {
  return { whole: tailOf(scores.map(({ whole }) => whole)), deficits: tailOf(scores.map(({ deficits }) => deficits)) };
}

/**
 * How rare a window is, by the rarer of its scores: -ln of the share of clean windows that score higher, if tails are exponential.
 * Below a tail's start it continues linearly: no longer a probability, but in the same order. Worked value: ln 10 = 2.3 at the start.
 */
export function rarityOf(scores: WindowScores, tails: Tails): number {
  return Math.max(rarityIn(scores.whole, tails.whole), rarityIn(scores.deficits, tails.deficits));
}

function tailOf(scores: readonly number[]): Tail {
  const sorted = [...scores].sort((a, b) => a - b);
  const start = quantileSorted(sorted, 1 - tailShare);
  const above = sorted.filter(score => score > start);
  const excess = above.reduce((sum, score) => sum + score - start, 0) / Math.max(1, above.length);
  return { start, excess: Math.max(excess, 1e-3) };
}

function rarityIn(score: number, { start, excess }: Tail): number {
  return -Math.log(tailShare) + (score - start) / excess;
}

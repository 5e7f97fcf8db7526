import type { RunOutcome, ScoreCount } from './run-outcome.ts';

/** An outcome with its units packed: an evaluation holds those of hundreds of runs, with millions of units. Plain data. */
export type PackedOutcome = Omit<RunOutcome, 'scores'> & {
  /** Scores that only negative units have, and how many. */
  readonly negativeScores: Float64Array;
  readonly negatives: Uint32Array;
  /** Scores that positive units have. */
  readonly positives: readonly ScoreCount[];
};

/** The opposite of `unpackedOutcome`. */
export function packed({ scores, ...outcome }: RunOutcome): PackedOutcome {
  const negative = scores.filter(({ anyPositive }) => anyPositive === 0);
  return {
    ...outcome,
    negativeScores: Float64Array.from(negative, ({ score }) => score),
    negatives: Uint32Array.from(negative, ({ negatives }) => negatives),
    positives: scores.filter(({ anyPositive }) => anyPositive > 0),
  };
}

/** The outcome again; `scores` is made at each access. */
export function unpackedOutcome({ negativeScores, negatives, positives, ...outcome }: PackedOutcome): RunOutcome {
  return {
    ...outcome,
    get scores() {
      return [
        ...positives,
        ...Array.from(
          negativeScores,
          (score, index): ScoreCount => ({ score, negatives: negatives[index] ?? 0, anyPositive: 0, positives: {} }),
        ),
      ];
    },
  };
}

import type { TrainedParameters } from '../detector.ts';

/** Joins the scores of the families of a window, each 1 for what it reaches once in 22 clean days, into one score on the same scale. */
export type Judge = {
  /** Library and version that computes. */
  readonly library: string;
  /** @param ratios of clean windows, `[windows × families]`, stream after stream in the order of time */
  readonly train: (ratios: readonly (readonly number[])[], perDay: number) => Promise<TrainedParameters>;
  readonly load: (trained: TrainedParameters) => (ratios: readonly number[]) => number;
};

/** The strongest family decides. */
export const strongestFamily: Judge = {
  library: 'cqshop',
  train: async () => ({ parameters: null }),
  load: () => ratios => Math.max(0, ...ratios),
};

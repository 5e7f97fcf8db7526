/**
 * The highest scores of several ways to score, inside each label and outside all of them. They decide whether one threshold would be enough. A way
 * is a one-liner on a channel, or a feature, high or low.
 */
export type Extremes = {
  readonly ways: readonly string[];
  /** By way, the highest score outside of all labels; -Infinity if there was none. */
  readonly outside: readonly number[];
  /** By label id, the same inside the label; labels without a scored unit are absent. */
  readonly inside: ReadonlyMap<string, readonly number[]>;
  /** By label id, how many ways may catch it by luck; default: none. */
  readonly byLuck?: ReadonlyMap<string, number>;
};

/** Gathers extremes from a stream, whose scores are given in the order of `ways`; memory grows with ways times labels only. */
export function extremesAccumulator(ways: readonly string[]) {
  const lowest = () => ways.map(() => Number.NEGATIVE_INFINITY);
  const outside = lowest();
  const inside = new Map<string, number[]>();
  const raise = (to: number[], scores: readonly number[]) => {
    for (const [way, score] of scores.entries()) if (score > (to[way] ?? score)) to[way] = score;
  };
  return {
    outside: (scores: readonly number[]): void => raise(outside, scores),
    inside(labelId: string, scores: readonly number[]): void {
      const known = inside.get(labelId) ?? lowest();
      inside.set(labelId, known);
      raise(known, scores);
    },
    result: (): Extremes => ({ ways, outside, inside }),
  };
}

/** Each feature taken high and low: the names of the ways, and a unit's scores in their order. */
export const bothDirections = {
  ways: (names: readonly string[]): readonly string[] => names.flatMap(name => [`high ${name}`, `low ${name}`]),
  scores: (features: readonly number[]): readonly number[] => features.flatMap(value => [value, -value]),
};

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

/** Gathers the extremes of features, each high and low, from a stream of units; memory grows with features times labels only. */
export function featureExtremes(names: readonly string[]) {
  const ways = names.flatMap(name => [`high ${name}`, `low ${name}`]);
  const lowest = () => ways.map(() => Number.NEGATIVE_INFINITY);
  const outside = lowest();
  const inside = new Map<string, number[]>();
  const raise = (to: number[], features: readonly number[]) => {
    const scores = features.flatMap(value => [value, -value]);
    for (const [way, score] of scores.entries()) if (score > (to[way] ?? score)) to[way] = score;
  };
  return {
    outside: (features: readonly number[]): void => raise(outside, features),
    inside(labelId: string, features: readonly number[]): void {
      const known = inside.get(labelId) ?? lowest();
      inside.set(labelId, known);
      raise(known, features);
    },
    result: (): Extremes => ({ ways, outside, inside }),
  };
}

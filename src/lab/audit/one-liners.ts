import { median } from 'simple-statistics';

/** One line of code that turns a series into scores, a high one meaning anomalous. */
export type OneLiner = {
  readonly name: string;
  readonly scores: (values: readonly number[]) => readonly number[];
  /** How many values before and after its own a score depends on. */
  readonly before: number;
  readonly after: number;
};

/**
 * The thirteen one-liners that solve much of the field's public data (Wu & Keogh, TKDE 35(3), arXiv 2009.13807): the value, its negative, its
 * distance from the median, the step, and the moving deviation, its negative and the distance from the moving mean over 5, 20 and 60 values.
 * Moving windows are centred and shrink at the ends, as MATLAB's `movmean` and `movstd`, which the paper uses.
 */
export const oneLiners: readonly OneLiner[] = [
  { name: 'x', scores: values => values, before: 0, after: 0 },
  { name: '-x', scores: values => values.map(value => -value), before: 0, after: 0 },
  { name: '|x - median|', scores: distancesFromMedian, before: 0, after: 0 },
  {
    name: '|diff(x)|',
    scores: values => values.map((value, index) => Math.abs(value - (values[index - 1] ?? value))),
    before: 1,
    after: 0,
  },
  ...[5, 20, 60].flatMap((length): readonly OneLiner[] => {
    const reach = { before: Math.floor(length / 2), after: Math.ceil(length / 2) - 1 };
    const moving = (values: readonly number[]) => movingMoments(values, reach);
    return [
      { name: `movstd(x, ${length})`, scores: values => moving(values).map(({ deviation }) => deviation), ...reach },
      { name: `-movstd(x, ${length})`, scores: values => moving(values).map(({ deviation }) => -deviation), ...reach },
      {
        name: `|x - movmean(x, ${length})|`,
        scores: values => moving(values).map(({ mean }, index) => Math.abs((values[index] ?? 0) - mean)),
        ...reach,
      },
    ];
  }),
];

function distancesFromMedian(values: readonly number[]): readonly number[] {
  const middle = values.length === 0 ? 0 : median([...values]);
  return values.map(value => Math.abs(value - middle));
}

/** Mean and sample deviation around each value. The values are counts, so that sums of squares are exact. */
function movingMoments(
  values: readonly number[],
  { before, after }: Pick<OneLiner, 'before' | 'after'>,
): readonly { readonly mean: number; readonly deviation: number }[] {
  const sums = [0];
  const squares = [0];
  for (const [index, value] of values.entries()) {
    sums.push((sums[index] ?? 0) + value);
    squares.push((squares[index] ?? 0) + value * value);
  }
  return values.map((_, index) => {
    const from = Math.max(0, index - before);
    const to = Math.min(values.length, index + after + 1);
    const count = to - from;
    const sum = (sums[to] ?? 0) - (sums[from] ?? 0);
    const square = (squares[to] ?? 0) - (squares[from] ?? 0);
    const variance = count < 2 ? 0 : Math.max(0, square - (sum * sum) / count) / (count - 1);
    return { mean: sum / count, deviation: Math.sqrt(variance) };
  });
}

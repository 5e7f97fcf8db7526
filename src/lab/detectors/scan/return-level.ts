import { sum } from '../../../base/sum.ts';

/** A statistic is measured by what it reaches once in so many days. */
const returnDays = 22;
/** The same of a statistic without a heavy tail [standard deviations]; it counts like one more run of 22 days. */
const usualReturn = 3.3;
/** No statistic is taken for steadier than this: a series without any spread has one message too few now and then. */
const leastReturn = 2.5;

/**
 * What values reach once in 22 days: the mean of the largest daily maxima, one for each 22 days, and of the usual 3.3; at least 2.5.
 * Worked value: 44 days with the maxima 5, 4, 3, … give (3.3 + 5 + 4) / 3 = 4.1.
 *
 * @param values in the order of time
 * @param perDay how many values make a day
 */
export function returnLevel(values: readonly number[], perDay: number): number {
  const largest = largestMaxima(values, perDay);
  const mean = (usualReturn + sum(largest, value => value)) / (1 + largest.length);
  return Math.max(leastReturn, mean);
}

/** The largest daily maxima, one for each 22 days, at least one. */
export function largestMaxima(values: readonly number[], perDay: number): readonly number[] {
  const maxima: number[] = [];
  for (let from = 0; from < values.length; from += perDay) maxima.push(Math.max(...values.slice(from, from + perDay)));
  return maxima.sort((a, b) => b - a).slice(0, Math.max(1, Math.round(maxima.length / returnDays)));
}

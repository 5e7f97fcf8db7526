import type { Verdict } from './finding.ts';

/** A p-value above this is what chance gives: the limit of Wu & Keogh's audit of position bias, kept for every test here. */
export const passesAbove = 0.05;

/**
 * A p-value up to this is no chance any more. Far below `passesAbove`, because an audit makes several tests: at 0.05 each, one sound dataset
 * in five would fail by luck; so it is one in a few hundred.
 */
export const failsUpTo = 0.001;

/**
 * The verdict of a test whose null hypothesis is that the dataset is sound. Between the two levels more data must tell. With too few labels to
 * notice a flaw of a size that matters nothing passes, but what chance gives once in a thousand datasets still fails.
 */
export function verdictOfChance(pValue: number, isEnough: boolean): Verdict {
  if (pValue <= failsUpTo) return 'fail';
  return isEnough && pValue > passesAbove ? 'pass' : 'not told';
}

/** The p-value at the end of a sentence: "p = 0.43". */
export function formatChance(pValue: number): string {
  return pValue < 0.0005 ? 'p < 0.0005' : `p = ${Number(pValue.toPrecision(2))}`;
}

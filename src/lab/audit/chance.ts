import type { Verdict } from './finding.ts';

/** A p-value above this counts as chance: the limit of Wu & Keogh's audit of position bias, used for every test here. */
export const passesAbove = 0.05;

/**
 * A p-value up to this is a failure. It is far below `passesAbove`, because an audit makes several tests: at 0.05 each, one sound dataset
 * in five would fail by luck; at this level it is one in a few hundred.
 */
export const failsUpTo = 0.001;

/**
 * The verdict of a test whose null hypothesis is that the dataset is sound. Between the two levels only more data can decide. With too few
 * labels to notice a relevant flaw nothing passes, but a p-value that chance gives once in a thousand datasets still fails.
 */
export function verdictOfChance(pValue: number, isEnough: boolean): Verdict {
  if (pValue <= failsUpTo) return 'fail';
  return isEnough && pValue > passesAbove ? 'pass' : 'undecided';
}

/** The p-value at the end of a sentence: "p = 0.43". */
export function formatChance(pValue: number): string {
  return pValue < 0.0005 ? 'p < 0.0005' : `p = ${Number(pValue.toPrecision(2))}`;
}

/** The end of a sentence about a leak: what a failure means, or that chance is not excluded. */
export function leakTail(verdict: Verdict, failure: string): string {
  const undecided = `: undecided between chance and a leak (p up to ${failsUpTo}); audit more datasets together`;
  return { pass: '', fail: `: ${failure}`, undecided }[verdict];
}

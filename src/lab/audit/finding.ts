import { pluralize } from '../../base/words.ts';

/** The answer of a check: within its limit, beyond its limit, or `undecided` where there are too few data for an answer. */
export type Verdict = 'pass' | 'fail' | 'undecided';

/** The checks, in the order of the report. */
export const checkNames = [
  'integrity',
  'one-liners',
  'density',
  'position bias',
  'receipts',
  'detectability',
  'leaks',
] as const;

/** What one check found, about one anomaly or about the data as a whole. */
export type Finding = {
  readonly check: (typeof checkNames)[number];
  /** Null for the data as a whole. */
  readonly anomaly: string | null;
  readonly verdict: Verdict;
  /** One sentence for a person: what was found, against which limit. */
  readonly sentence: string;
  /** The figures behind the sentence, by name with unit; plain JSON. */
  readonly figures: Readonly<Record<string, unknown>>;
};

/** The reason for `undecided`: tooFewToTell(2, 5) is "too few to tell: 2 labels, expected at least 5". */
export function tooFewToTell(found: number, least: number, noun = 'label'): string {
  return `too few to tell: ${pluralize(found, noun)}, expected at least ${least}`;
}

/** A share in words: percent(0.1234) is "12.3 %". */
export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** A figure with three significant digits: rounded(0.123456) is 0.123. */
export function rounded(figure: number, digits = 3): number {
  return Number(figure.toPrecision(digits));
}

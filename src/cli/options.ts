import { CqshopError } from '../base/errors.ts';
import { expectedWords } from '../base/nearest-word.ts';
import { parseDuration } from '../shop/scenarios/moments.ts';
import type { Requirement } from './requires.ts';

/** Turns an option's text into its value; `flag`, such as '--days', is for the message. @throws USAGE */
export type ParseOption<Value> = (text: string, flag: string) => Value;

/** One option of a verb. Its name is its key in the verb's `options`: `topicPrefix` is `--topic-prefix`. */
export type Option<Value> = {
  /** '<n>'; undefined for an option that is there or not. */
  readonly placeholder: string | undefined;
  readonly description: string;
  readonly parse: ParseOption<Value>;
  /** What an absent option stands for, shown in the help; undefined if that is nothing. */
  readonly default: Value | undefined;
  /** What must be there besides, lest the option be ignored (`needing`). */
  readonly need?: Requirement;
};

/** The values that a verb is given for its options. */
export type ValuesOf<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends Option<infer Value> ? Value : never;
};

/** An option without a value: true if it is given. */
export function flag(description: string): Option<boolean> {
  return { placeholder: undefined, description, parse: () => true, default: undefined };
}

/** An option with a value; without a default it may be undefined. */
export function option<Value>(
  placeholder: string,
  description: string,
  parse: ParseOption<Value>,
): Option<Value | undefined>;
export function option<Value>(
  placeholder: string,
  description: string,
  parse: ParseOption<Value>,
  fallback: Value,
): Option<Value>;
export function option<Value>(
  placeholder: string,
  description: string,
  parse: ParseOption<Value>,
  fallback?: Value,
): Option<Value | undefined> {
  return { placeholder, description, parse, default: fallback };
}

/** Any text but the empty one. */
export const text: ParseOption<string> = (value, flag) => {
  if (value === '') throw invalid(flag, value, 'it is empty', 'some text');
  return value;
};

/** What may stand before every topic: Kafka's own characters for topics, so that a prefix stays in its broker's directory. */
export const topicPrefix: ParseOption<string> = (value, flag) => {
  if (!/^[A-Za-z0-9._-]{0,100}$/.test(value) || value.startsWith('.')) {
    throw invalid(
      flag,
      value,
      'it is no part of a topic',
      'letters, digits, ".", "_" and "-", at most 100, no "." first',
    );
  }
  return value;
};

/** Words separated by commas, none of them empty or twice. */
export const words: ParseOption<readonly string[]> = (value, flag) => {
  const list = value.split(',').map(word => word.trim());
  if (list.includes('')) throw invalid(flag, value, 'a word is empty', 'words separated by commas');
  if (new Set(list).size < list.length) throw invalid(flag, value, 'a word is there twice', 'each word once');
  return list;
};

/** One of a few words, with the nearest one in the message. */
export function oneOf<const Word extends string>(valid: readonly Word[]): ParseOption<Word> {
  return (value, flag) => {
    const word = valid.find(candidate => candidate === value);
    if (word === undefined) throw invalid(flag, value, 'it is unknown', expectedWords(value, valid));
    return word;
  };
}

/** A whole number in [least, most]. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): ParseOption<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
  return (value, flag) => {
    const number = Number(value);
    if (!/^[+-]?\d+$/.test(value)) throw invalid(flag, value, 'it is no whole number', `one ${range}`);
    if (number < least || number > most) throw invalid(flag, value, 'it is out of range', `a whole number ${range}`);
    return number;
  };
}

/** 1, 2, 3, … */
export const positiveInteger: ParseOption<number> = integer(1);

/** Any whole number that a double holds exactly. */
export const seed: ParseOption<number> = integer(Number.MIN_SAFE_INTEGER);

/** A number in [least, most], such as 0.5. */
export function number(least: number, most: number): ParseOption<number> {
  return numberWithin(parsed => parsed >= least && parsed <= most, `from ${least} to ${most}`);
}

/** A number above 0. */
export const positiveNumber: ParseOption<number> = numberWithin(parsed => parsed > 0, 'above 0');

function numberWithin(isInRange: (parsed: number) => boolean, range: string): ParseOption<number> {
  return (value, flag) => {
    const parsed = Number(value);
    if (value.trim() === '' || !Number.isFinite(parsed)) throw invalid(flag, value, 'it is no number', `one ${range}`);
    if (!isInRange(parsed)) throw invalid(flag, value, 'it is out of range', `a number ${range}`);
    return parsed;
  };
}

/** A date or date-time in UTC as ms since the epoch: '2025-03-01', '2025-03-01T18:00:00Z'. */
export const date: ParseOption<number> = (value, flag) => {
  const match = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/.exec(value);
  const parsed = match === null ? Number.NaN : Date.parse(value);
  // Date.parse takes 30 February for 2 March.
  const day = match?.[1] ?? '';
  const isReal = !Number.isNaN(parsed) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  if (!isReal)
    throw invalid(flag, value, 'there is no such date', 'one such as 2025-03-01 or 2025-03-01T18:00:00Z (UTC)');
  return parsed;
};

/** A length of time in ms, above 0: '90m', '2h30m', '1d'. */
export const duration: ParseOption<number> = (value, flag) => {
  const parsed = parseDuration(value);
  if (parsed === undefined || parsed === 0)
    throw invalid(flag, value, 'it is no length of time', 'one such as 90m, 2h30m or 1d');
  return parsed;
};

function invalid(flag: string, value: string, what: string, expected: string): CqshopError {
  return new CqshopError('USAGE', `Cannot take ${flag} "${value}": ${what}, expected ${expected}`);
}

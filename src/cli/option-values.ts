import { existsSync } from 'node:fs';
import type { ExternalDetector } from '../app/experiment/external/evaluate-external.ts';
import type { Shard } from '../app/experiment/shard-files.ts';
import { CqshopError } from '../base/errors.ts';
import { expectedWords } from '../base/words.ts';
import { parseDuration } from '../shop/scenarios/moments.ts';

/** Turns an option's text into its value; `flag`, such as '--days', is for the message. @throws USAGE */
export type ParseOption<Value> = (text: string, flag: string) => Value;

/** Any text but the empty one. */
export const text: ParseOption<string> = (value, flag) => {
  if (value === '') throw invalid(flag, value, 'it is empty', 'some text');
  return value;
};

/** The prefix of all topics: the characters that Kafka allows in topics, so that a prefix stays in its broker's directory. */
export const topicPrefix: ParseOption<string> = (value, flag) => {
  if (!/^[A-Za-z0-9._-]{0,100}$/.test(value) || value.startsWith('.')) {
    throw invalid(
      flag,
      value,
      'it cannot be part of a topic name',
      'at most 100 letters, digits, ".", "_" and "-", without "." at the start',
    );
  }
  return value;
};

/** Words separated by commas. None is empty, none is repeated. */
export const words: ParseOption<readonly string[]> = (value, flag) => {
  const list = value.split(',').map(word => word.trim());
  if (list.includes('')) throw invalid(flag, value, 'a word is empty', 'words separated by commas');
  if (new Set(list).size < list.length) throw invalid(flag, value, 'a word is repeated', 'each word once');
  return list;
};

/** Directories separated by commas; the name of a directory that is there may hold commas. */
export const directories: ParseOption<readonly string[]> = (value, flag) =>
  existsSync(value) ? [value] : words(value, flag);

/** One of a few words, with the nearest one in the message. */
export function oneOf<const Word extends string>(valid: readonly Word[]): ParseOption<Word> {
  return (value, flag) => {
    const word = valid.find(candidate => candidate === value);
    if (word === undefined) throw invalid(flag, value, 'it is unknown', expectedWords(value, valid));
    return word;
  };
}

/** A whole number of at least this. */
export function integer(least: number): ParseOption<number> {
  const range = `of at least ${least}`;
  return (value, flag) => {
    const number = Number(value);
    if (!/^[+-]?\d+$/.test(value)) throw invalid(flag, value, 'it is not a whole number', `one ${range}`);
    if (number > Number.MAX_SAFE_INTEGER)
      throw invalid(flag, value, 'it is too large', `a whole number of at most ${Number.MAX_SAFE_INTEGER}`);
    if (number < least) throw invalid(flag, value, 'it is out of range', `a whole number ${range}`);
    return number;
  };
}

/** 1, 2, 3, … */
export const positiveInteger: ParseOption<number> = integer(1);

/** Any whole number that a double holds exactly. */
export const seed: ParseOption<number> = integer(Number.MIN_SAFE_INTEGER);

/** A number above 0. */
export const positiveNumber: ParseOption<number> = (value, flag) => {
  const parsed = Number(value);
  const isDecimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);
  if (!isDecimal || !Number.isFinite(parsed)) throw invalid(flag, value, 'it is not a number', 'one above 0');
  if (parsed <= 0) throw invalid(flag, value, 'it is out of range', 'a number above 0');
  return parsed;
};

/** A duration in ms, above 0: '90m', '2h30m', '1d'. */
export const duration: ParseOption<number> = (value, flag) => {
  const parsed = parseDuration(value);
  if (parsed === undefined || parsed === 0)
    throw invalid(flag, value, 'it is not a duration', 'one such as 90m, 2h30m or 1d');
  return parsed;
};

/** Pairs of words: 'NAME=VALUE,OTHER=VALUE' as a map of VALUE by NAME. A value may hold "=", as the names of certificates do. */
export const pairs: ParseOption<ReadonlyMap<string, string>> = (value, flag) => {
  const found = words(value, flag).map(word => /^([^=]+)=(.+)$/.exec(word));
  if (found.includes(null))
    throw invalid(flag, value, 'it is not a list of pairs', 'NAME=VALUE, several separated by commas');
  const map = new Map(found.map(match => [match?.[1] ?? '', match?.[2] ?? '']));
  if (map.size < found.length) throw invalid(flag, value, 'a name is repeated', 'each name once');
  return map;
};

/** A program of the user's: 'NAME=COMMAND' as a list of one, since the option may be repeated. */
export const externals: ParseOption<readonly ExternalDetector[]> = (value, flag) => {
  const [found, name = '', command = ''] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
  if (found === undefined) throw invalid(flag, value, 'there is no "=" in it', 'NAME=COMMAND');
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) {
    throw invalid(
      flag,
      value,
      `its name is "${name}"`,
      'NAME=COMMAND, the name of at most 40 letters a-z, digits and "-"',
    );
  }
  if (command.trim() === '') throw invalid(flag, value, 'it names no command', 'NAME=COMMAND');
  return [{ name, command }];
};

/** A part of some work: '2/8' is the second of eight. */
export const shard: ParseOption<Shard> = (value, flag) => {
  const [, index = 0, of = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(value) ?? []).map(Number);
  if (index < 1 || index > of)
    throw invalid(flag, value, 'it is not a part of a whole', 'one such as 2/8, from 1/8 to 8/8');
  return { index, of };
};

/** The error of an option's value. */
export function invalid(flag: string, value: string, what: string, expected: string): CqshopError {
  return new CqshopError('USAGE', `Cannot take ${flag} "${value}": ${what}, expected ${expected}`);
}

import { closest, distance } from 'fastest-levenshtein';

/** A count as people read it: 19291 is "19,291". */
export function inThousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A number with so many significant digits at most: withDigits(0.99155, 4) is "0.9916". */
export function withDigits(number: number, digits: number): string {
  return String(Number(number.toPrecision(digits)));
}

/** An estimated amount of things, for people: whole from 10 on, else two significant digits; 3746.9 is "3,747", 5.43 is "5.4". */
export function formatAmount(amount: number): string {
  return Math.abs(amount) < 10 ? withDigits(amount, 2) : inThousands(Math.round(amount));
}

/** A number with its noun: pluralize(1, 'alarm') is "1 alarm", pluralize(2000, 'anomaly', 'anomalies') "2,000 anomalies". */
export function pluralize(amount: number, noun: string, plural = `${noun}s`): string {
  return `${inThousands(amount)} ${amount === 1 ? noun : plural}`;
}

/**
 * After the first of several things: andMore(2, 'mistake') is " (and 2 more mistakes)"; '' after the only one.
 *
 * @param isAtLeast true where the count ended early: " (and at least 2 more mistakes)"
 */
export function andMore(others: number, noun: string, isAtLeast = false): string {
  return others === 0 ? '' : ` (and ${isAtLeast ? 'at least ' : ''}${pluralize(others, `more ${noun}`)})`;
}

/** Each UTF-16 unit of a text as JSON escapes it: a line break is "\\u000a". */
export function unicodeEscapes(text: string): string {
  return text.replace(/[\s\S]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** With a capital and a full stop: asSentence('what was counted') is "What was counted.". */
export function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

/**
 * The valid word that a mistyped one most likely meant: the only one that differs in capitals, ends a path or begins with it, else the nearest: MS and
 * ms mean payload.ms. Undefined where more than a third of the letters (or two) differ.
 */
export function nearestWord(word: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0) return undefined;
  const plain = word.toLowerCase();
  const alike = [
    valid.filter(one => one.toLowerCase() === plain),
    valid.filter(one => /[./]/.test(one) && one.toLowerCase().split(/[./]/).at(-1) === plain),
    word.length < 3 ? [] : valid.filter(one => one.startsWith(word)),
  ].find(found => found.length === 1);
  if (alike !== undefined) return alike[0];
  const nearest = closest(word, valid);
  const differing = distance(word, nearest);
  return differing < nearest.length && differing <= Math.max(2, nearest.length / 3) ? nearest : undefined;
}

/** More words than this are not named in full in a message: a CSV file may have hundreds of columns. */
const mostExpected = 40;

/** The end of an error message about an unknown word: "a, b or c; did you mean b?". */
export function expectedWords(word: string, valid: readonly string[]): string {
  const nearest = nearestWord(word, valid);
  const inFull = valid.length < 2 ? valid.join() : `${valid.slice(0, -1).join(', ')} or ${valid.at(-1)}`;
  const choices = valid.length > mostExpected ? firstOf(valid, mostExpected / 4) : inFull;
  return nearest === undefined ? choices : `${choices}; did you mean ${nearest}?`;
}

/** The first of some words: firstOf(['a', 'b', 'c'], 2) is "a, b and 1 more". */
export function firstOf(words: readonly string[], atMost: number): string {
  const more = words.length > atMost ? ` and ${words.length - atMost} more` : '';
  return `${words.slice(0, atMost).join(', ')}${more}`;
}

import { isUtf8 } from 'node:buffer';
import { unicodeEscapes } from '../../../base/words.ts';
import { endOfString, parseJson } from './json-in-parts.ts';

/**
 * A value of JSON in which each number but whole ones of at most 15 digits is text: `numberMark`, then the digits that were sent. Text that begins
 * with U+0000 has one more; keys do not.
 */
export type PayloadValue = unknown;

const numberMark = '\u0000#';

/** What a record carries: the text that was sent, and its value. */
export type Payload = {
  /** Without a byte order mark. */
  readonly text: string;
  readonly value: PayloadValue;
};

/** A record that cannot be read as a message. The next one may be readable. */
export class UnreadableRecord extends Error {
  /** In words that are the same for all such records. */
  readonly what: string;
  /** What is so of this one; '' for nothing. */
  readonly detail: string;

  constructor(what: string, detail = '') {
    super(what);
    this.what = what;
    this.detail = excerpt(detail, 200);
  }
}

/** What `read` returns; undefined where it throws UnreadableRecord. */
export function ifReadable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}

/** A text from outside for one line of output, cut after `most` characters. Control characters are escaped: a terminal would obey them. */
export function excerpt(text: string, most: number): string {
  const start = text.length > most ? `${text.slice(0, most)}…` : text;
  return start.replace(/[\p{Control}\p{Format}\p{Surrogate}\p{Zl}\p{Zp}]/gu, unicodeEscapes);
}

/** Objects and lists in one another; Jackson, which many producers use, refuses more than 1000. */
export const deepestNesting = 2000;

/** The largest record, and the largest JSON of an Avro value [MiB]: parsed, a list of short items takes twenty times as much memory. */
const mostMebibytes = 32;

/** @throws UnreadableRecord */
export function assertSize(size: number): void {
  if (size > mostMebibytes * 1024 * 1024) throw new UnreadableRecord(`it is larger than ${mostMebibytes} MiB`);
}

const noNames: ReadonlySet<string> = new Set();

/**
 * The JSON of a record's value.
 *
 * @param names that paths have; of large values, the rest may be left out
 * @throws UnreadableRecord
 */
export function readPayload(bytes: Buffer, names: ReadonlySet<string> = noNames): Payload {
  return payloadOfText(textOfPayload(bytes), names);
}

/** The same for a text. @throws UnreadableRecord when it is no JSON */
export function payloadOfText(text: string, names: ReadonlySet<string> = noNames): Payload {
  assertSize(text.length);
  assertDepth(text);
  try {
    return { text, value: parseJson(text, names, part => JSON.parse(withMarkedNumbers(part))) };
  } catch (error) {
    assertJson(text);
    throw error;
  }
}

/** A value's text, if it has one: text, a number by its digits, or a truth value; otherwise ''. */
export function textOf(value: PayloadValue): string {
  if (typeof value === 'string') {
    if (value.startsWith(numberMark)) return value.slice(numberMark.length);
    return wellFormed(value.startsWith('\u0000') ? value.slice(1) : value);
  }
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A number of JSON by its digits. */
export function numberOf(digits: string): PayloadValue {
  return numberMark + digits;
}

/** True for a number of JSON. */
export function isNumber(value: PayloadValue): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value.startsWith(numberMark));
}

/** The digits of a number of JSON, or of one as text; undefined for `12,50`, true, and what no double can hold. */
export function digitsOf(value: PayloadValue): string | undefined {
  const text = typeof value === 'boolean' ? '' : textOf(value);
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) ? text : undefined;
}

/**
 * The text of a key or a header; bytes that are not UTF-8, or hold control characters, as hexadecimal digits, since several would become the same
 * text otherwise.
 */
export function keyText(bytes: Buffer): { readonly text: string; readonly isBinary: boolean } {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  // A number of eight bytes is UTF-8 by accident.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return text === undefined || /[\u0000-\u0008\u000e-\u001f\u007f]/.test(text)
    ? { text: bytes.toString('hex'), isBinary: true }
    : { text, isBinary: false };
}

/** Half a surrogate pair cannot be written as UTF-8, so it is written as its escape. */
function wellFormed(text: string): string {
  return /\p{Surrogate}/u.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

/** The text of a value, without the id of a schema. @throws UnreadableRecord when bytes are no text */
export function textOfPayload(bytes: Buffer): string {
  if (bytes[0] !== 0 || bytes.length <= idBytes || isUtf16(bytes)) return textOfJson(bytes);
  const body = bytes.subarray(idBytes);
  if (isBracketed(body)) return textOfJson(body);
  throw new UnreadableRecord(
    'its value looks like Avro with a schema id, or like Protobuf',
    `schema id ${bytes.readUInt32BE(1)}`,
  );
}

/** Clients of a schema registry write a zero and the schema's id before a value. */
const idBytes = 5;

/** JSON with brackets around it: a number would be Avro, too. */
function isBracketed(bytes: Buffer): boolean {
  return (
    /^\s*[{[]/.test(bytes.toString('latin1', 0, 9)) && /[}\]]\s*$/.test(bytes.toString('latin1', bytes.length - 9))
  );
}

/** With a byte order mark, or a bracket of JSON at its beginning. */
function isUtf16(bytes: Buffer): boolean {
  return /^(\xff\xfe|\xfe\xff|\0[{[]|[{[]\0)/.test(bytes.toString('latin1', 0, 2));
}

/** @throws UnreadableRecord when bytes are no text */
export function textOfJson(bytes: Buffer): string {
  if (bytes.length === 0) throw new UnreadableRecord('its value is empty');
  if (isUtf16(bytes)) throw new UnreadableRecord('its value is UTF-16, not UTF-8');
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new UnreadableRecord('its value is compressed by gzip');
  if (!isUtf8(bytes)) throw new UnreadableRecord('its value is not UTF-8');
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** @throws UnreadableRecord */
export function assertJson(text: string): void {
  assertDepth(text);
  try {
    parseJson(text, noNames, JSON.parse);
  } catch {
    if (text.trim() === '') throw new UnreadableRecord('its value is empty');
    throw new UnreadableRecord(
      isJsonBesides(text) ? 'its value holds NaN or Infinity, which JSON does not have' : 'its value is no JSON',
    );
  }
}

function assertDepth(text: string): void {
  if (isDeeperThan(text, deepestNesting)) {
    throw new UnreadableRecord(`its value is nested more than ${deepestNesting} levels deep`);
  }
}

/** A value as people see it: its JSON. */
export function shown(value: PayloadValue): string {
  return textOf(value) || (JSON.stringify(value) ?? '').replace(/"\\u0000#([^"]*)"/g, '$1');
}

/** A whole number whose digits are the same again after `JSON.parse`, which then takes much less memory. */
const exactNumber = /(?:0|-?[1-9]\d{0,14})(?![\d.eE+-])/y;

/** A number of JSON. Before a colon it would be a key, which must be text. */
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\d.eE+-]|\s*:)/y;

const colon = /\s*:/y;

/**
 * JSON with numbers as text. `JSON.parse` with access to the source would do, but Node 20 does not have it; libraries that keep digits need a
 * hundred times the memory of a long text.
 *
 * @throws SyntaxError where a number or a string is not as in JSON; other faults stay in the text
 */
function withMarkedNumbers(text: string): string {
  const parts: string[] = [];
  let marked = '';
  let from = 0;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 34) {
      const end = endOfString(text, at);
      colon.lastIndex = end;
      // Keys are not marked.
      if (text.startsWith('\\u0000', at + 1) && !colon.test(text)) {
        parts.push(text.slice(from, at + 1), '\\u0000');
        from = at + 1;
      }
      at = end;
    } else if (code === 45 || (code >= 48 && code <= 57)) {
      exactNumber.lastIndex = at;
      if (exactNumber.test(text)) {
        at = exactNumber.lastIndex;
        continue;
      }
      number.lastIndex = at;
      if (!number.test(text)) throw new SyntaxError('no number of JSON');
      parts.push(text.slice(from, at), '"\\u0000#', text.slice(at, number.lastIndex), '"');
      at = number.lastIndex;
      from = at;
      // Joined a few at a time: a million parts would take more memory than the text.
      if (parts.length > 4000) marked += parts.splice(0).join('');
    } else at += 1;
  }
  parts.push(text.slice(from));
  return marked + parts.join('');
}

/** Parsers that call themselves have no stack for more. */
function isDeeperThan(text: string, levels: number): boolean {
  if (text.length < levels) return false;
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isQuoted) {
      if (code === 92) at += 1;
      else if (code === 34) isQuoted = false;
    } else if (code === 34) isQuoted = true;
    else if (code === 91 || code === 123) {
      depth += 1;
      if (depth > levels) return true;
    } else if (code === 93 || code === 125) depth -= 1;
  }
  return false;
}

/** True if NaN and Infinity are all that is wrong. */
function isJsonBesides(text: string): boolean {
  const words = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/g;
  const withoutThem = (part: string) => part.replace(words, word => (word.startsWith('"') ? word : '0'));
  try {
    parseJson(text, noNames, part => JSON.parse(withoutThem(part)));
    return true;
  } catch {
    return false;
  }
}

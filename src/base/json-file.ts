import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type CqshopError, cannot, type ErrorCode, readFailure } from './errors.ts';
import { checked } from './schema-issues.ts';
import { andMore } from './words.ts';

/** How the errors about a JSON file read: "Cannot read <what> <file>: …, expected …; <remedy>". */
export type JsonFileErrors = {
  readonly code: ErrorCode;
  /** What the file is: "gate", "model". */
  readonly what: string;
  /** Where such a file comes from: "what `cqshop train` writes". */
  readonly expected: string;
  /** What the user can do about a damaged file. */
  readonly remedy?: string;
  /** The error for a file that cannot be read; default as for a damaged one. */
  readonly unreadable?: (found: string, cause: unknown) => CqshopError;
};

/** Editors of Windows put it before the text. */
const byteOrderMark = /^\uFEFF/;

/** Reads a JSON file and checks it. @throws the error that `errors` names when it cannot be read, is no JSON or is not as `schema` says: then with the first mistake, and how many more there are */
export function readJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  errors: JsonFileErrors,
): z.infer<Schema> {
  const { unreadable = (found, cause) => invalid(path)(found, ours, cause) } = errors;
  const invalid = (place: string) => cannot(errors.code, `read ${errors.what} ${place}`);
  const withRemedy = (expected: string) => (errors.remedy === undefined ? expected : `${expected}; ${errors.remedy}`);
  const ours = withRemedy(errors.expected);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(byteOrderMark, '');
  } catch (cause) {
    throw unreadable(readFailure(cause), cause);
  }
  if (text.trim() === '') throw invalid(path)('it is empty', ours);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    const line = badJsonLine(text);
    throw invalid(line === undefined ? path : `${path}, line ${line}`)('it is not JSON', ours, cause);
  }
  const file = checked(schema, json);
  if (file.status === 'valid') return file.value;
  const isOtherFormat = file.path[0] === 'format' && typeof json === 'object' && json !== null && 'format' in json;
  const hint = isOtherFormat ? '; another version of cqshop wrote it' : '';
  const more = isOtherFormat ? '' : andMore(file.others.length, 'mistake');
  throw invalid(path)(file.found, withRemedy(`${file.expected}${hint}${more}`));
}

/** The value of a text of JSON; undefined where it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The line at which a text stops being JSON, from 1. JSON.parse does not always name it; the reader of YAML, which includes JSON,
 * does. Undefined where the text is YAML, but no JSON.
 */
function badJsonLine(text: string): number | undefined {
  const lines = new LineCounter();
  const { errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const start = text.search(/\S/);
  const isJsonLike = start >= 0 && '{['.includes(text.charAt(start));
  const offset = isJsonLike ? errors[0]?.pos[0] : start;
  return offset === undefined || offset < 0 ? undefined : lines.linePos(offset).line;
}

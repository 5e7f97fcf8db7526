import { isObject } from '../../base/is-object.ts';
import { isNumber, payloadOfText, textOf } from '../../broker/kafka/values/payload.ts';
import { elementsIn, listInside, rowsOfList } from './json-list.ts';
import { rowsOfLines } from './rows-of-lines.ts';
import { cannotImport, listAlone, type SourceFile } from './source-row.ts';

/**
 * A file with one JSON object a line. A column is a key, or a path of keys with dots.
 *
 * @param first line of the file, which is not blank
 * @param beginning of the file
 * @throws IMPORT_INVALID when it is one object over several lines, around a list
 */
export function ndjsonSource(path: string, first: string, beginning: string): SourceFile {
  const goesOn = /[{[]\s*$/.test(first);
  const list = goesOn || !beginning.trim().includes('\n') ? listInside(beginning) : undefined;
  if (goesOn && list !== undefined) throw cannotImport(path)('it is one JSON object', listAlone(list));
  return { ...jsonSource(path, rowsOfLines, first), list };
}

/** A file with a JSON list of objects, however it is spread over lines. @param beginning of the file */
export function jsonListSource(path: string, beginning: string): SourceFile {
  const text = beginning.replace('[', ' ');
  const [first] = elementsIn(text);
  return jsonSource(path, rowsOfList, text.slice(first?.from, first?.to));
}

function jsonSource(path: string, rowsOf: typeof rowsOfLines, first: string): SourceFile {
  return {
    path,
    format: 'ndjson',
    columns: undefined,
    columnsOfFirst: columnsOf(first),
    rows: (wanted, watch) =>
      rowsOf(path, watch, (text, line) => {
        const row = parsedObject(text, path, line);
        return wanted.map(name => cellOf(row, name, { path, line }));
      }),
  };
}

/** What may be a whole number of which a double does not hold all digits, such as an id. */
const longNumber = /(?<![\d.])\d{16}/;

/** Text of JSON, or one of the numbers that Python writes and JSON does not have. */
const textOrBareWord = /"[^"\\]*(?:\\.[^"\\]*)*"?|-?\b(?:NaN|Infinity)\b/g;

/** JSON in which long numbers keep their digits (`PayloadValue`), and NaN is text. @throws SyntaxError, UnreadableRecord */
function parsedJson(text: string): unknown {
  const parse = (json: string): unknown => (longNumber.test(json) ? payloadOfText(json).value : JSON.parse(json));
  try {
    return parse(text);
  } catch (cause) {
    if (!/\b(?:NaN|Infinity)\b/.test(text)) throw cause;
    return parse(text.replace(textOrBareWord, word => (word.startsWith('"') ? word : `"${word}"`)));
  }
}

function parsedObject(text: string, path: string, line: number): object {
  let row: unknown;
  try {
    row = parsedJson(text);
  } catch (cause) {
    throw cannotImport(path, { line })(
      'it is not JSON by itself',
      'one JSON object a line, as jq -c writes it, or a list of them',
      cause,
    );
  }
  if (isObject(row)) return row;
  throw cannotImport(path, { line })('it is not a JSON object', 'one JSON object a line, or a list of them');
}

/** None where the object cannot be read. */
function columnsOf(object: string): readonly string[] {
  try {
    return leavesOf(parsedJson(object));
  } catch {
    return [];
  }
}

function leavesOf(value: unknown, path: readonly string[] = []): readonly string[] {
  if (Array.isArray(value)) return [];
  if (typeof value !== 'object' || value === null) return [path.join('.')];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

type Place = { readonly path: string; readonly line: number };

function cellOf(row: object, name: string, { path, line }: Place): string | undefined {
  const value = valueAt(row, name);
  if (value === undefined) return undefined;
  if (value === null) return '';
  if (typeof value !== 'object') return textOfCell(value);
  throw cannotImport(path, { line, column: name })('it holds an object or a list', 'text or a number');
}

/** Whole numbers by their digits, others as a double has them, whatever else the line holds: 12.50 is "12.5". */
function textOfCell(value: unknown): string {
  const text = textOf(value);
  return isNumber(value) && !/^-?[1-9]\d*$/.test(text) ? String(Number(text)) : text;
}

/** Dots part the keys of a path, and may be in keys: `attributes.http.status` is found in `{ attributes: { 'http.status': 200 } }`. */
function valueAt(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, path)) return Reflect.get(value, path);
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot);
    const found = Object.hasOwn(value, key) ? valueAt(Reflect.get(value, key), path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

import { type CellsOf, rowOf } from './rows-of-lines.ts';
import { cannotImport, type RowsWatch, type SourceRow } from './source-row.ts';
import { longestLine, textBlocks } from './text-blocks.ts';

/**
 * A row for each object of a JSON list, or of several that follow each other.
 *
 * @throws IMPORT_INVALID where an object does not end, unless the file is cut off there: what follows it would be lost
 */
export async function* rowsOfList(
  path: string,
  watch: RowsWatch,
  cellsOf: CellsOf,
): AsyncGenerator<readonly SourceRow[]> {
  let rest: string | undefined;
  let line = 1;
  for await (const block of textBlocks(path, watch.onBytes)) {
    // The first bracket is that of the list.
    const text = rest === undefined ? block.replace('[', ' ') : rest + block;
    const rows: SourceRow[] = [];
    let read = 0;
    for (const { from, to } of elementsIn(text)) {
      line += newlinesIn(text.slice(read, from));
      if (text[from] !== '[' && text[to - 1] === ']') throw unfinished(path, line);
      rows.push(...rowOf(text.slice(from, to), line, cellsOf, watch));
      line += newlinesIn(text.slice(from, to));
      read = to;
    }
    yield rows;
    rest = text.slice(read);
    if (rest.length > longestLine) throw unfinished(path, line);
  }
  if (rest?.includes('{') !== true) return;
  line += newlinesIn(rest.slice(0, rest.indexOf('{')));
  if (rest.trimEnd().endsWith(']')) throw unfinished(path, line);
  watch.onBroken(unfinished(path, line));
}

/** Objects and lists that are complete, and where they stand in the text of a list without its first bracket. */
export function* elementsIn(text: string): Generator<{ readonly from: number; readonly to: number }> {
  let depth = 0;
  let from = 0;
  let read = 0;
  let isEnded = false;
  // A string that does not end hides what follows.
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[{}[\]]/gs)) {
    if (token === '[' && isEnded) {
      isEnded = false;
    } else if (token === '{' || token === '[') {
      if (depth === 0) from = index;
      depth += 1;
    } else if (token === '}' || token === ']') {
      const to = index + 1;
      isEnded = depth === 0 && token === ']';
      // An object without its beginning is read up to its end.
      if (depth <= 1 && !isEnded) yield { from: depth === 0 ? read : from, to };
      if (depth <= 1) read = to;
      depth = Math.max(0, depth - 1);
    }
  }
}

/**
 * Where an object has a list of objects or of lists, as jq writes the path: `.data.result`. Undefined where it has none, or not at its beginning.
 *
 * @param text the beginning of the object
 */
export function listInside(text: string): string | undefined {
  const keys: string[] = [];
  let key = '';
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/gs)) {
    if (token === '{') keys.push(key);
    else if (token === '}') keys.pop();
    else if (token === '[' && /^\[\s*[[{]/.test(text.slice(index, index + 1000)))
      return pathOf([...keys.slice(1), key]);
    else if (token !== '[' && token !== ']') key = token.slice(1, -1);
  }
  return undefined;
}

function pathOf(keys: readonly string[]): string {
  return keys.map(key => (/^[a-z_]\w*$/i.test(key) ? `.${key}` : `."${key}"`)).join('');
}

function newlinesIn(text: string): number {
  return text.split('\n').length - 1;
}

function unfinished(path: string, line: number) {
  return cannotImport(path, { line })('an object of the list does not end', 'a JSON list of objects');
}

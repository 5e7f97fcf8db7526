import { type CellsOf, rowOf } from './rows-of-lines.ts';
import { cannotImport, type RowsWatch, type SourceRow } from './source-row.ts';
import { longestLine, textBlocks } from './text-blocks.ts';

/** A row for each object of a JSON list. */
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
  watch.onBroken(line, unfinished(path, line));
}

/** Objects and lists that are complete, and where they stand in a text. */
export function* elementsIn(text: string): Generator<{ readonly from: number; readonly to: number }> {
  let depth = 0;
  let from = 0;
  // A string that does not end hides what follows.
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[{}[\]]/gs)) {
    if (token === '{' || token === '[') {
      if (depth === 0) from = index;
      depth += 1;
    } else if (token === '}' || token === ']') {
      if (depth === 1) yield { from, to: index + 1 };
      depth = Math.max(0, depth - 1);
    }
  }
}

function newlinesIn(text: string): number {
  return text.split('\n').length - 1;
}

function unfinished(path: string, line: number) {
  return cannotImport(path, { line })('an object of the list does not end', 'a JSON list of objects');
}

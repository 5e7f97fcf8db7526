import { CqshopError } from '../../base/errors.ts';
import { cannotImport, type RowsWatch, type SourceFile, type SourceRow } from './source-row.ts';
import { lineBlocks } from './text-blocks.ts';

/** A file with one JSON object a line. A column is a key, or a path of keys with dots. */
export function ndjsonSource(path: string): SourceFile {
  return { path, format: 'ndjson', columns: undefined, rows: (wanted, watch) => ndjsonRows(path, wanted, watch) };
}

async function* ndjsonRows(
  path: string,
  wanted: readonly string[],
  { onBytes, onBroken }: RowsWatch,
): AsyncGenerator<readonly SourceRow[]> {
  for await (const { lines, firstLine } of lineBlocks(path, onBytes)) {
    yield lines.flatMap((text, index) => {
      if (text.trim() === '') return [];
      const line = firstLine + index;
      try {
        const row = parsedLine(text, path, line);
        return [{ line, cells: wanted.map(name => cellOf(row, name, { path, line })) }];
      } catch (failure) {
        if (!(failure instanceof CqshopError)) throw failure;
        onBroken(line, failure);
        return [];
      }
    });
  }
}

function parsedLine(text: string, path: string, line: number): object {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (cause) {
    throw cannotImport(path, { line })('it is no JSON', 'one JSON object a line', cause);
  }
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row;
  throw cannotImport(path, { line })('it is no JSON object', 'one JSON object a line');
}

type Place = { readonly path: string; readonly line: number };

function cellOf(row: object, name: string, { path, line }: Place): string | undefined {
  const value = Object.hasOwn(row, name) ? Reflect.get(row, name) : name.split('.').reduce(memberOf, row);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return String(value);
  throw cannotImport(path, { line, column: name })('it holds an object or a list', 'text or a number');
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

import type { Cannot, CqshopError } from '../../base/errors.ts';
import { cannot } from '../../base/errors.ts';

/** A row of a file, with the cells that were asked for, in their order; undefined is a cell that the row does not have. */
export type SourceRow = {
  /** From 1; of a Parquet file the row. */
  readonly line: number;
  readonly cells: readonly (string | undefined)[];
};

/** A file to import. */
export type SourceFile = {
  readonly path: string;
  readonly format: 'csv' | 'ndjson' | 'access log' | 'parquet';
  /** Undefined where only the rows can say it, as with NDJSON. */
  readonly columns: readonly string[] | undefined;
  /** Of NDJSON the columns of the first row, for messages. */
  readonly columnsOfFirst?: readonly string[];
  /** Of JSON that is one object around a list, the path of the list, for messages. */
  readonly list?: string | undefined;
  /** Of CSV the number of lines above the header that are left out, and the line of the header. */
  readonly linesAbove?: number;
  readonly headerLine?: number;
  /** Reads the file once, in batches. @throws IMPORT_INVALID when what follows a damaged place cannot be read either */
  readonly rows: (columns: readonly string[], watch: RowsWatch) => AsyncIterable<readonly SourceRow[]>;
};

/** Who watches the rows of a file. */
export type RowsWatch = {
  /** Called with the number of bytes that were read since the last call. */
  readonly onBytes: (bytes: number) => void;
  /** Called for a row that cannot be read, in place of the row. */
  readonly onBroken: (failure: CqshopError) => void;
};

/** The name of a channel as a file has it, in one line: "green\nteam" is "green team". */
export function channelName(written: string): string {
  return written.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() || '-';
}

/** @param fails made by `cannotImport` @throws IMPORT_INVALID when a name was not UTF-8 */
export function assertUtf8(name: string, fails: Cannot): void {
  if (!name.includes('\ufffd')) return;
  throw fails(
    `${JSON.stringify(name)} holds bytes that are not UTF-8`,
    'a file in UTF-8, or in UTF-16 with a byte order mark',
  );
}

/** The error about a place of a file: "Cannot import a.csv, line 3, column count: "x" is not a number, expected …". */
export function cannotImport(path: string, place: { readonly line?: number; readonly column?: string } = {}): Cannot {
  const line = place.line === undefined ? '' : `, line ${place.line}`;
  const column = place.column === undefined ? '' : `, column ${place.column}`;
  return cannot('IMPORT_INVALID', `import ${path}${line}${column}`);
}

/** What to do about JSON that is one object around a list. @param list its path */
export function listAlone(list: string): string {
  return `the list in it alone, such as the output of jq -c '${list}[]' (docs/import.md has examples)`;
}

/** The name of a column of CSV that has none, as pandas names it. @param index from 0 */
export function unnamed(index: number): string {
  return `Unnamed: ${index}`;
}

export function isUnnamed(column: string): boolean {
  return /^Unnamed: \d+$/.test(column);
}

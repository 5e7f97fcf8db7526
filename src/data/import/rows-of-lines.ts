import { CqshopError } from '../../base/errors.ts';
import type { RowsWatch, SourceRow } from './source-row.ts';
import { lineBlocks } from './text-blocks.ts';

/** Reads the text of a row. What it throws is reported in place of the row. */
export type CellsOf = (text: string, line: number) => SourceRow['cells'];

/** A row for each line that is not blank. */
export async function* rowsOfLines(
  path: string,
  watch: RowsWatch,
  cellsOf: CellsOf,
): AsyncGenerator<readonly SourceRow[]> {
  for await (const { lines, firstLine } of lineBlocks(path, watch.onBytes)) {
    yield lines.flatMap((text, index) => (text.trim() === '' ? [] : rowOf(text, firstLine + index, cellsOf, watch)));
  }
}

/** A row, or none where it cannot be read. */
export function rowOf(
  text: string,
  line: number,
  cellsOf: CellsOf,
  { onBroken }: Pick<RowsWatch, 'onBroken'>,
): readonly SourceRow[] {
  try {
    return [{ line, cells: cellsOf(text, line) }];
  } catch (failure) {
    if (!(failure instanceof CqshopError)) throw failure;
    onBroken(failure);
    return [];
  }
}

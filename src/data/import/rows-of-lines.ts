import { CqshopError } from '../../base/errors.ts';
import type { RowsWatch, SourceRow } from './source-row.ts';
import { lineBlocks } from './text-blocks.ts';

/**
 * A row for each line that is not blank.
 *
 * @param cellsOf reads a line; what it throws is reported in place of the row
 */
export async function* rowsOfLines(
  path: string,
  { onBytes, onBroken }: RowsWatch,
  cellsOf: (text: string, line: number) => SourceRow['cells'],
): AsyncGenerator<readonly SourceRow[]> {
  for await (const { lines, firstLine } of lineBlocks(path, onBytes)) {
    yield lines.flatMap((text, index): SourceRow[] => {
      if (text.trim() === '') return [];
      const line = firstLine + index;
      try {
        return [{ line, cells: cellsOf(text, line) }];
      } catch (failure) {
        if (!(failure instanceof CqshopError)) throw failure;
        onBroken(line, failure);
        return [];
      }
    });
  }
}

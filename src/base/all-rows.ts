import { CqshopError } from './errors.ts';
import { andMore } from './words.ts';

/**
 * What `read` makes of each row. Reads all rows before it fails.
 *
 * @throws the error of the first bad row, with how many more rows are bad
 */
export function readAll<Row, Read>(rows: Iterable<Row>, read: (row: Row) => Read): Read[] {
  const all: Read[] = [];
  let first: CqshopError | undefined;
  let others = 0;
  for (const row of rows) {
    try {
      all.push(read(row));
    } catch (error) {
      if (!(error instanceof CqshopError)) throw error;
      if (first === undefined) first = error;
      else others += 1;
    }
  }
  if (first === undefined) return all;
  throw others === 0 ? first : first.withHint(andMore(others, 'bad row'));
}

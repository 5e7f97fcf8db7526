import { CqshopError } from './errors.ts';
import { andMore } from './words.ts';

/** After so many more bad rows it stops: errors for a million rows take 15 s and more. */
const mostOthers = 1000;

/**
 * What `read` makes of each row. After a bad row it reads on, to count those that follow, up to 1,000 of them.
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
      if (others === mostOthers) break;
    }
  }
  if (first === undefined) return all;
  throw others === 0 ? first : first.withHint(andMore(others, 'bad row', others === mostOthers));
}

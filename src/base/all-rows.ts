import { CqshopError } from './errors.ts';
import { andMore } from './words.ts';

/** After so many more bad rows it stops: errors for a million rows take 15 s and more. */
const mostOthers = 1000;

/** The rows of a file that cannot be read: the error of the first one, and how many more there are, up to 1,000. */
export class BadRows {
  #first: CqshopError | undefined;
  #others = 0;

  /** Counts a row if `read` throws. @returns whether to read on */
  count(read: () => void): boolean {
    try {
      read();
    } catch (error) {
      if (!(error instanceof CqshopError)) throw error;
      if (this.#first === undefined) this.#first = error;
      else if (this.#others < mostOthers) this.#others += 1;
    }
    return this.#others < mostOthers;
  }

  /** @throws the error of the first bad row, with how many more rows are bad */
  assertNone(): void {
    if (this.#first === undefined) return;
    const others = this.#others;
    throw others === 0 ? this.#first : this.#first.withHint(andMore(others, 'bad row', others === mostOthers));
  }
}

/** What `read` makes of each row. After a bad row it reads on, to count those that follow. @throws as `BadRows` */
export function readAll<Row, Read>(rows: Iterable<Row>, read: (row: Row) => Read): Read[] {
  const all: Read[] = [];
  const bad = new BadRows();
  for (const row of rows) if (!bad.count(() => all.push(read(row)))) break;
  bad.assertNone();
  return all;
}

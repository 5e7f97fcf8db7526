import { inThousands } from '../base/words.ts';
import { formatTable } from '../lab/report/terminal/table.ts';

/** How many rows are shown. */
const mostRows = 5;

/** A table of the first of some things; below it how many more there are, and the file that has them all. */
export function firstRows<Item>(
  head: readonly string[],
  all: readonly Item[],
  { row, file, width }: { row: (item: Item) => readonly string[]; file: string; width: number },
): readonly string[] {
  const more = all.length - mostRows;
  return [
    formatTable(head, all.slice(0, mostRows).map(row), { width }),
    ...(more > 0 ? [`and ${inThousands(more)} more in ${file}`] : []),
  ];
}

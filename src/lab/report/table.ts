import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';

/** No lines, and two spaces between columns. */
const borderless = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', right: '', 'right-mid': '' },
  middle: '  ',
};

const gap = 2;
/** An elastic column that is narrower cannot be read; such a table is better wider than its terminal. */
const leastWidths = { first: 8, last: 24 };

type Rows = readonly (readonly (string | number)[])[];

/** How a table is laid out where the defaults do not suit it. */
type TableLayout = {
  /** Of the terminal [characters]; undefined: as wide as the cells need. */
  readonly width?: number | undefined;
  /** The column that gives way to `width`: the last one is wrapped, to no less than 24; the first one is cut, to no less than 8. Default: last. */
  readonly elastic?: 'first' | 'last';
  /** The first column that is aligned to the right, as all after it are. Default: those whose cells are all numbers are. */
  readonly rightFrom?: number;
};

/** A plain table without borders. The first line is the head. */
export function formatTable(
  head: readonly string[],
  rows: Rows,
  { width, elastic = 'last', rightFrom }: TableLayout = {},
): string {
  const isNumeric = (column: number) => rows.length > 0 && rows.every(row => typeof row[column] === 'number');
  const isRight = (column: number) => (rightFrom === undefined ? isNumeric(column) : column >= rightFrom);
  const table = new Table({
    head: [...head],
    chars: borderless,
    ...(width === undefined
      ? {}
      : { wordWrap: elastic === 'last', colWidths: columnWidths([head, ...rows], width, elastic) }),
    colAligns: head.map((_, column) => (isRight(column) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map(row => row.map(String)));
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}

/** Every column gets what it needs, but for the elastic one, which gets what is left. */
function columnWidths(rows: Rows, width: number, elastic: 'first' | 'last'): number[] {
  const needed = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map(row => stripVTControlCharacters(String(row[column] ?? '')).length)),
  );
  const at = elastic === 'first' ? 0 : needed.length - 1;
  const excess = needed.reduce((sum, one) => sum + one + gap, -gap) - width;
  return needed.map((one, column) =>
    column === at ? Math.min(one, Math.max(leastWidths[elastic], one - excess)) : one,
  );
}

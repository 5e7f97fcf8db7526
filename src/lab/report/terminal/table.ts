import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import { sum } from '../../../base/sum.ts';
import { wrapText } from './wrap-text.ts';

/** No lines, and two spaces between columns. */
const borderless = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', right: '', 'right-mid': '' },
  middle: '  ',
};

const gap = 2;
/** An elastic column that is narrower cannot be read. */
const leastWidths = { first: 8, last: 20 };

type Rows = readonly (readonly (string | number)[])[];

/** How a table is laid out where the defaults do not suit it. */
type TableLayout = {
  /** Of the terminal [characters]; undefined: as wide as the cells need. */
  readonly width?: number | undefined;
  /** The column that gives way to `width`: the last one is wrapped, or stands below each row if fewer than 20 would be left; the first one is cut, to no less than 8. Default: last. */
  readonly elastic?: 'first' | 'last';
  /** The first column that is aligned to the right, as all after it are. Default: those whose cells are all numbers are. */
  readonly rightFrom?: number;
};

/** A plain table without borders. The first line is the head. */
export function formatTable(head: readonly string[], rows: Rows, layout: TableLayout = {}): string {
  const { width, elastic = 'last', rightFrom } = layout;
  if (width !== undefined && elastic === 'last' && leastWidth([head, ...rows]) > width)
    return stacked(head, rows, width, layout);
  const isCount = (cell: string | number | undefined) => typeof cell === 'number' || /^[\d,]+$/.test(cell ?? '');
  const isNumeric = (column: number) => rows.length > 0 && rows.every(row => isCount(row[column]));
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

/** As a table whose last column stands below each row instead, for a terminal in which it would be too narrow. */
function stacked(head: readonly string[], rows: Rows, width: number, { rightFrom }: TableLayout): string {
  const others = neededWidths([head, ...rows]).slice(0, -1);
  if (widthOf(others) > width) return blocks(head, rows, width);
  const lines = formatTable(
    head.slice(0, -1),
    rows.map(row => row.slice(0, -1)),
    rightFrom === undefined ? {} : { rightFrom },
  ).split('\n');
  return [head, ...rows]
    .flatMap(row => {
      const height = Math.max(...row.slice(0, -1).map(cell => String(cell).split('\n').length));
      return [...lines.splice(0, height), wrapText(`    ${row.at(-1)}`, width, '    ')];
    })
    .join('\n');
}

/** For a terminal in which not even the other columns fit: the first cell of each row, and below it the rest, with their headings. */
function blocks([, ...headings]: readonly string[], rows: Rows, width: number): string {
  return rows
    .map(([first = '', ...cells]) => {
      const named = cells.map((cell, index) => [headings[index], String(cell).replaceAll('\n', ', ')].join(' '));
      return `${wrapText(String(first), width, '  ')}\n${wrapText(`    ${named.join('; ')}`, width, '    ')}`;
    })
    .join('\n');
}

function neededWidths(rows: Rows): readonly number[] {
  return (rows[0] ?? []).map((_, column) =>
    Math.max(
      ...rows
        .flatMap(row => stripVTControlCharacters(String(row[column] ?? '')).split('\n'))
        .map(({ length }) => length),
    ),
  );
}

/** Of columns with the gaps between them. */
function widthOf(columns: readonly number[]): number {
  return sum(columns, one => one + gap) - gap;
}

/** Of a table whose last column is as narrow as can be. */
function leastWidth(rows: Rows): number {
  const needed = neededWidths(rows);
  return widthOf([...needed.slice(0, -1), Math.min(needed.at(-1) ?? 0, leastWidths.last)]);
}

/** Every column gets what it needs, but for the elastic one, which gets what is left. */
function columnWidths(rows: Rows, width: number, elastic: 'first' | 'last'): number[] {
  const needed = neededWidths(rows);
  const at = elastic === 'first' ? 0 : needed.length - 1;
  const excess = widthOf(needed) - width;
  return needed.map((one, column) =>
    column === at ? Math.min(one, Math.max(leastWidths[elastic], one - excess)) : one,
  );
}

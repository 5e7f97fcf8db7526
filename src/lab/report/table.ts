import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

const gap = 2;
/** A column narrower than this is not read but spelt out; such a table is better wider than its terminal. */
const leastWidth = 24;

type Rows = readonly (readonly (string | number)[])[];

/**
 * A plain table without borders; columns whose cells are all numbers are aligned to the right.
 *
 * @param options.width of the terminal [characters]: the last column is wrapped to fit, but to no less than 24; default: no cell is wrapped
 */
export function formatTable(
  head: readonly string[],
  rows: Rows,
  { width }: { readonly width?: number | undefined } = {},
): string {
  const isNumeric = (column: number) => rows.length > 0 && rows.every(row => typeof row[column] === 'number');
  const table = new Table({
    head: [...head],
    chars: borderless,
    ...(width === undefined ? {} : { wordWrap: true, colWidths: columnWidths([head, ...rows], width) }),
    colAligns: head.map((_, column) => (isNumeric(column) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map(row => row.map(String)));
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}

/** Of all columns what they need, of the last what is left. */
function columnWidths(rows: Rows, width: number): number[] {
  const needed = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map(row => stripVTControlCharacters(String(row[column] ?? '')).length)),
  );
  const last = needed.at(-1) ?? 0;
  const others = needed.slice(0, -1);
  const left = width - others.reduce((sum, one) => sum + one + gap, 0);
  return [...others, Math.min(last, Math.max(leastWidth, left))];
}

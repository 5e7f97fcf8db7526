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

/**
 * A plain table without borders; columns whose cells are all numbers are aligned to the right.
 *
 * @param options.lastWidth wraps the words of the last column at so many characters; default: not at all
 */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  options: { readonly lastWidth?: number } = {},
): string {
  const isNumeric = (column: number) => rows.length > 0 && rows.every(row => typeof row[column] === 'number');
  const table = new Table({
    head: [...head],
    chars: borderless,
    colAligns: head.map((_, column) => (isNumeric(column) ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    ...(options.lastWidth === undefined
      ? {}
      : {
          wordWrap: true,
          colWidths: head.map((_, column) => (column === head.length - 1 ? (options.lastWidth ?? null) : null)),
        }),
  });
  table.push(...rows.map(row => row.map(String)));
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}

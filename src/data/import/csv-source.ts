import { pluralize } from '../../base/words.ts';
import { type CsvHeader, csvHeader, isOtherHeader } from './csv-header.ts';
import { endOfLastRow, parsedCsv } from './csv-text.ts';
import { cannotImport, type RowsWatch, type SourceFile, type SourceRow } from './source-row.ts';
import { longestLine, textBlocks } from './text-blocks.ts';

/**
 * @param beginning of the file
 * @param named columns that it should have: by them an unusual separator is known
 * @throws IMPORT_INVALID when it has no header
 */
export function csvSource(path: string, beginning: string, named: readonly string[]): SourceFile {
  const header = csvHeader(path, beginning, named);
  return {
    path,
    format: 'csv',
    columns: header.columns,
    linesAbove: header.linesAbove,
    headerLine: header.headerLine,
    rows: (wanted, watch) => csvRows(path, { ...header, wanted, watch }),
  };
}

type CsvOptions = CsvHeader & {
  readonly wanted: readonly string[];
  readonly watch: RowsWatch;
};

async function* csvRows(
  path: string,
  { columns, separator, headerLine, isLog, wanted, watch: { onBytes, onBroken } }: CsvOptions,
): AsyncGenerator<readonly SourceRow[]> {
  const indices = wanted.map(name => columns.indexOf(name));
  let line = 1;
  let rest = '';
  const rowsOf = (text: string): readonly SourceRow[] => {
    const rows: SourceRow[] = [];
    const isQuoted = text.includes('"');
    const cells = isQuoted ? parsedCsv(path, text, separator, line) : splitLines(text, separator);
    for (const row of cells) {
      // Rows that span lines are counted as csv-parse read them.
      const rowLine = line;
      line += isQuoted ? linesIn(row) : 1;
      if (rowLine <= headerLine || (row.length === 1 && row[0]?.trim() === '')) continue;
      if (isLog && row[0]?.startsWith('#') === true) {
        if (isOtherHeader(row.join(separator), columns))
          throw cannotImport(path, { line: rowLine })(
            `it names other columns than line ${headerLine}, or in another order`,
            'a file for each list of columns',
          );
        continue;
      }
      if (row.length !== columns.length) {
        const fails = cannotImport(path, { line: rowLine });
        onBroken(fails(`it has ${pluralize(row.length, 'cell')}`, `${columns.length}, as the header has`));
        continue;
      }
      rows.push({ line: rowLine, cells: indices.map(index => row[index]) });
    }
    return rows;
  };
  for await (const block of textBlocks(path, onBytes)) {
    let text = rest + block;
    // What is above the header need not be CSV.
    while (line < headerLine && text.includes('\n')) {
      text = text.slice(text.indexOf('\n') + 1);
      line += 1;
    }
    const end = endOfLastRow(text, separator);
    rest = text.slice(end);
    if (rest.length > longestLine) throw cannotImport(path, { line })('a quoted cell or a line does not end', 'CSV');
    if (end > 0) yield rowsOf(text.slice(0, end));
  }
  if (rest !== '') yield rowsOf(`${rest}\n`);
}

function splitLines(text: string, separator: string): string[][] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map(line => (line.endsWith('\r') ? line.slice(0, -1) : line).split(separator));
}

function linesIn(row: readonly string[]): number {
  return row.reduce((lines, cell) => (cell.includes('\n') ? lines + cell.split('\n').length - 1 : lines), 1);
}

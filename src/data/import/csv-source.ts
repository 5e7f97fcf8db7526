import { CsvError, parse } from 'csv-parse/sync';
import { separatorOf, usualSeparators } from '../../base/csv-separator.ts';
import { pluralize, unicodeEscapes } from '../../base/words.ts';
import { cannotImport, type RowsWatch, type SourceFile, type SourceRow, unnamed } from './source-row.ts';
import { longestLine, textBlocks } from './text-blocks.ts';
import { isTime } from './written-times.ts';

/**
 * @param beginning of the file
 * @param named columns that it should have: by them an unusual separator is known
 * @throws IMPORT_INVALID when it has no header
 */
export function csvSource(path: string, beginning: string, named: readonly string[]): SourceFile {
  const header = headerOf(path, beginning, named);
  return {
    path,
    format: 'csv',
    columns: header.columns,
    linesAbove: header.linesAbove,
    rows: (wanted, watch) => csvRows(path, { ...header, wanted, watch }),
  };
}

type Header = {
  readonly columns: readonly string[];
  readonly separator: string;
  /** Where the names are, from 1. */
  readonly headerLine: number;
  /** Lines above the names that are no part of the table. */
  readonly linesAbove: number;
};

/** Above the header, in which a spreadsheet names the separator. */
const separatorLine = /^sep=(.)$/i;

/** A header is searched for so far below what a file says about itself, such as the name of a station. */
export const mostLinesAbove = 100;

/** A name in quotes may have so many lines. */
const mostLinesOfHeader = 10;

/** Before the names of columns in logs of the W3C's format, as IIS writes them. */
const fieldsMark = /^#Fields: */i;

/** The first line, or the first one that has the named columns. @throws IMPORT_INVALID */
function headerOf(path: string, beginning: string, named: readonly string[]): Header {
  if (!beginning.includes('\n') && /\r./.test(beginning))
    throw cannotImport(path, { line: 1 })('its lines end with CR alone', 'ends of lines that are LF or CRLF');
  const lines = beginning.split(/\r?\n/, mostLinesAbove + 1);
  const told = separatorLine.exec(lines[0] ?? '')?.[1];
  const top = told === undefined ? 0 : 1;
  const headerAt = (index: number, separatorIn = anySeparator): Header => {
    const line = headerLineAt(lines, index);
    const separator = told ?? separatorIn(line, named);
    if (line.trim() === '') throw cannotImport(path, { line: index + 1 })('it is empty', 'the names of the columns');
    const [columns = []] = parsed(path, line, separator, index + 1);
    const names = columns.map((name, column) => name.trim() || unnamed(column));
    return { columns: names, separator, headerLine: index + 1, linesAbove: index - top };
  };
  const isHeaderBy = (separatorIn: typeof anySeparator) => (_: string, index: number) => {
    const line = headerLineAt(lines, index);
    if (named.length === 0 || index < top || !named.every(name => line.includes(name))) return false;
    const { columns, separator } = headerAt(index, separatorIn);
    if (!named.every(name => columns.includes(name))) return false;
    const above = lines[index - 1] ?? '';
    const cells = above.replaceAll('"', '').split(separator);
    const isRowAbove = !above.startsWith('#') && cells.length >= columns.length;
    return !(isRowAbove && isTime(cells[columns.indexOf(named[0] ?? '')]?.trim() ?? ''));
  };
  // A sentence may hold the names too, between blanks.
  const usual = lines.findIndex(isHeaderBy(usualSeparator));
  const any = usual < 0 ? lines.findIndex(isHeaderBy(anySeparator)) : usual;
  return headerAt(any < 0 ? top : any);
}

function anySeparator(line: string, named: readonly string[]): string {
  return unusualSeparator(line, named) ?? usualSeparator(line, named);
}

/** The names of columns that begin in a line, in one line. */
function headerLineAt(lines: readonly string[], index: number): string {
  const line = (lines[index] ?? '').replace(fieldsMark, '');
  if (!line.includes('"')) return line;
  for (let count = 1; count <= mostLinesOfHeader; count++) {
    const text = [line, ...lines.slice(index + 1, index + count)].join('\n');
    if (endOfLastRow(`${text}\n`, separatorOf(line)) > text.length) return text.replaceAll('\n', ' ');
  }
  return line;
}

/** The usual separator with which a line has the named columns; else the one that it has most of, since names may hold others. */
function usualSeparator(line: string, named: readonly string[]): string {
  const namesBy = (separator: string) =>
    line
      .replaceAll('"', '')
      .split(separator)
      .map(name => name.trim());
  const fitting = usualSeparators.find(separator => named.every(name => namesBy(separator).includes(name)));
  return named.length === 0 ? separatorOf(line) : (fitting ?? separatorOf(line));
}

/**
 * What stands between the names of columns, if it is none of the usual separators: of `time^value` a caret. At least two cells of the header, or all of
 * one, must be named columns; signs that are parts of names, times and numbers are none.
 */
function unusualSeparator(line: string, named: readonly string[]): string | undefined {
  if (named.length === 0 || named.includes(line.trim()) || /[,;\t|"]/.test(line)) return undefined;
  return [...new Set(line.match(/[^\p{L}\p{N}_.:()/+'-]/gu))].find(mark => {
    const names = line.split(mark).map(name => name.trim());
    const found = names.filter(name => named.includes(name)).length;
    return !names.includes('') && named.every(name => names.includes(name)) && (found > 1 || found === names.length);
  });
}

type CsvOptions = Header & {
  readonly wanted: readonly string[];
  readonly watch: RowsWatch;
};

async function* csvRows(
  path: string,
  { columns, separator, headerLine, wanted, watch: { onBytes, onBroken } }: CsvOptions,
): AsyncGenerator<readonly SourceRow[]> {
  const indices = wanted.map(name => columns.indexOf(name));
  let line = 1;
  let rest = '';
  const rowsOf = (text: string): readonly SourceRow[] => {
    const rows: SourceRow[] = [];
    const isQuoted = text.includes('"');
    const cells = isQuoted ? parsed(path, text, separator, line) : splitLines(text, separator);
    for (const row of cells) {
      // Rows that span lines are counted as csv-parse read them.
      const rowLine = line;
      line += isQuoted ? linesIn(row) : 1;
      if (rowLine <= headerLine || (row.length === 1 && row[0]?.trim() === '')) continue;
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

function parsed(path: string, text: string, delimiter: string, line: number): string[][] {
  try {
    return parse(text, { delimiter, record_delimiter: ['\r\n', '\n'], relax_column_count: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    if (cause.code === 'INVALID_OPENING_QUOTE') {
      const quoted = withQuotes(text, delimiter);
      if (quoted !== text) return parsed(path, quoted, delimiter, line);
    }
    // A cell that does not end is the last of the text, which begins with its row.
    const lines = cause.code === 'CSV_QUOTE_NOT_CLOSED' ? 1 : Number(cause.lines ?? 1);
    throw cannotImport(path, { line: line + lines - 1 })(
      damages[cause.code] ?? cause.message,
      `CSV, with " around cells that hold " or ${show(delimiter)}`,
      cause,
    );
  }
}

/**
 * The same CSV with quotes around cells that hold one and do not begin with it: `5" disk` is `"5"" disk"`. By RFC 4180 they are wrong, but most readers
 * take them for text. The library can do so only if it also takes what follows a quoted cell for text, as in `"a"b`, which may be damage.
 */
function withQuotes(text: string, separator: string): string {
  const rest = `[^${unicodeEscapes(separator)}\\r\\n]*`;
  const cells = new RegExp(`"[^"]*(?:""[^"]*)*"?${rest}|(?!")${rest}`, 'g');
  const isWrong = (cell: string) => cell.includes('"') && !cell.startsWith('"');
  return text.replace(cells, cell => (isWrong(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
}

/** By the code of csv-parse. */
const damages: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted cell begins here and does not end',
  CSV_INVALID_CLOSING_QUOTE: 'a quote stands inside a quoted cell',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell without quotes',
};

function show(separator: string): string {
  return separator === '\t' ? 'a tab' : separator;
}

/** After the last end of line outside quotes. A cell is quoted if it begins with a quote; within it two quotes mean one. */
function endOfLastRow(text: string, separator: string): number {
  if (!text.includes('"')) return text.lastIndexOf('\n') + 1;
  const separatorCode = separator.charCodeAt(0);
  let isQuoted = false;
  let mayOpen = true;
  let end = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 34 && (isQuoted || mayOpen)) {
      isQuoted = !isQuoted;
      mayOpen = true;
    } else if (!isQuoted) {
      mayOpen = code === separatorCode || code === 10;
      if (code === 10) end = index + 1;
    }
  }
  return end;
}

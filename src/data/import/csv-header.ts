import { separatorOf, usualSeparators } from '../../base/csv-separator.ts';
import { CqshopError } from '../../base/errors.ts';
import { endOfLastRow, parsedCsv } from './csv-text.ts';
import { cannotImport, isUnnamed, unnamed } from './source-row.ts';
import { isTime } from './written-times.ts';

/** Where the table of a CSV file begins. */
export type CsvHeader = {
  readonly columns: readonly string[];
  readonly separator: string;
  /** Where the names are, from 1. */
  readonly headerLine: number;
  /** Lines above the names that are no part of the table. */
  readonly linesAbove: number;
  /** Whether lines that begin with # are no rows, as in logs of the W3C's format. */
  readonly isLog: boolean;
};

/** Above the header, in which a spreadsheet names the separator. */
const separatorLine = /^sep=(.)$/i;

/** A header is searched for so far below what a file says about itself, such as the name of a station. */
export const mostLinesAbove = 100;

/** A name in quotes may have so many lines. */
const mostLinesOfHeader = 10;

/** Before the names of columns in logs of the W3C's format, as IIS and CloudFront write them, and of Zeek. */
const fieldsMark = /^#Fields(?:: *|\t)/i;

/**
 * The first line, or the first one that has the named columns.
 *
 * @param beginning of the file
 * @throws IMPORT_INVALID
 */
export function csvHeader(path: string, beginning: string, named: readonly string[]): CsvHeader {
  if (!beginning.includes('\n') && /\r./.test(beginning))
    throw cannotImport(path, { line: 1 })('its lines end with CR alone', 'ends of lines that are LF or CRLF');
  const lines = beginning.split(/\r?\n/, mostLinesAbove + 1);
  const told = separatorLine.exec(lines[0] ?? '')?.[1];
  const top = told === undefined ? 0 : 1;
  const headerAt = (index: number, separatorIn = anySeparator): CsvHeader => {
    const line = headerLineAt(lines, index);
    const isLog = fieldsMark.test(lines[index] ?? '');
    const separator = told ?? (isLog && !/[,;\t|]/.test(line) ? ' ' : separatorIn(line, named));
    if (line.trim() === '') throw cannotImport(path, { line: index + 1 })('it is empty', 'the names of the columns');
    const [columns = []] = parsedCsv(path, line, separator, index + 1);
    const names = columns.map((name, column) => name.trim() || unnamed(column));
    return { columns: names, separator, headerLine: index + 1, linesAbove: index - top, isLog };
  };
  const headerIfCsv = (index: number, separatorIn: typeof anySeparator) => {
    try {
      return headerAt(index, separatorIn);
    } catch (error) {
      if (error instanceof CqshopError) return undefined;
      throw error;
    }
  };
  const isHeaderBy = (separatorIn: typeof anySeparator) => (_: string, index: number) => {
    const line = headerLineAt(lines, index);
    if (named.length === 0 || index < top || !named.every(name => line.includes(name))) return false;
    const header = headerIfCsv(index, separatorIn);
    if (header === undefined || !named.every(name => header.columns.includes(name))) return false;
    return !isRowOf(header, lines[index - 1] ?? '', named[0] ?? '');
  };
  /** For the message about a column that is not there: the line with the most of the named ones. */
  const likeliest = () => {
    const found = lines.map((line, index) => {
      if (index < top || !named.some(name => line.includes(name))) return 0;
      const header = headerIfCsv(index, anySeparator);
      if (header === undefined || isRowOf(header, lines[index - 1] ?? '', named[0] ?? '')) return 0;
      return header.columns.some(isTime) ? 0 : named.filter(name => header.columns.includes(name)).length;
    });
    return Math.max(top, found.indexOf(Math.max(...found, 1)));
  };
  // A sentence may hold the names too, between blanks.
  const usual = lines.findIndex(isHeaderBy(usualSeparator));
  const any = usual < 0 ? lines.findIndex(isHeaderBy(anySeparator)) : usual;
  return headerAt(any < 0 ? likeliest() : any);
}

/** Whether a line is a row: then the header below it is that of another file, which was joined to this one. */
function isRowOf({ columns, separator }: CsvHeader, line: string, time: string): boolean {
  const cells = line.replaceAll('"', '').split(separator);
  if (line.startsWith('#') || cells.length < columns.length) return false;
  return isTime(cells[columns.indexOf(time)]?.trim() ?? '');
}

/** Whether a line that begins with # names other columns than the header of a log, or in another order. */
export function isOtherHeader(line: string, columns: readonly string[]): boolean {
  const names = line
    .replace(fieldsMark, '')
    .trim()
    .split(/[ \t]+/);
  return fieldsMark.test(line) && names.join() !== columns.filter(name => !isUnnamed(name)).join();
}

function anySeparator(line: string, named: readonly string[]): string {
  return unusualSeparator(line, named) ?? usualSeparator(line, named);
}

/** The names of columns that begin in a line, in one line. */
function headerLineAt(lines: readonly string[], index: number): string {
  const line = (lines[index] ?? '').replace(fieldsMark, '');
  if (line !== lines[index]) {
    // CloudFront has blanks between the names, and tabs between the cells of a row. IIS 6 has a blank at the end, at times also of rows.
    const row = lines.slice(index).find(text => !text.startsWith('#')) ?? '';
    if (row.includes('\t')) return line.replaceAll(' ', '\t');
    return row.endsWith(' ') ? line : line.trimEnd();
  }
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
 * one, must be named columns; signs that are parts of names, times and numbers are none. If all names are in quotes, as R writes them, it is what
 * stands between the quotes.
 */
function unusualSeparator(line: string, named: readonly string[]): string | undefined {
  const quoted = /^"[^"]*"([^\p{L}\p{N}])"[^"]*"(?:\1"[^"]*")*$/u.exec(line.trim())?.[1];
  if (quoted !== undefined) return quoted;
  if (named.length === 0 || named.includes(line.trim()) || /[,;\t|"]/.test(line)) return undefined;
  return [...new Set(line.match(/[^\p{L}\p{N}_.:()/+'-]/gu))].find(mark => {
    const names = line.split(mark).map(name => name.trim());
    const found = names.filter(name => named.includes(name)).length;
    return !names.includes('') && named.every(name => names.includes(name)) && (found > 1 || found === names.length);
  });
}

import { CsvError, parse } from 'csv-parse/sync';
import { csvDamages, parseWithQuotes } from '../../base/csv-quotes.ts';
import { cannotImport } from './source-row.ts';

/** The rows of complete lines of CSV. @param line of the first one, for messages @throws IMPORT_INVALID */
export function parsedCsv(path: string, text: string, delimiter: string, line: number): string[][] {
  try {
    return parseWithQuotes(text, delimiter, csv =>
      parse(csv, { delimiter, record_delimiter: ['\r\n', '\n'], relax_column_count: true }),
    );
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    // A cell that does not end is the last of the text, which begins with its row.
    const lines = cause.code === 'CSV_QUOTE_NOT_CLOSED' ? 1 : Number(cause.lines ?? 1);
    throw cannotImport(path, { line: line + lines - 1 })(
      csvDamages[cause.code] ?? cause.message,
      `CSV, with " around cells that hold " or ${show(delimiter)}`,
      cause,
    );
  }
}

function show(separator: string): string {
  return separator === '\t' ? 'a tab' : separator;
}

/** After the last end of line outside quotes. A cell is quoted if it begins with a quote; within it two quotes mean one. */
export function endOfLastRow(text: string, separator: string): number {
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

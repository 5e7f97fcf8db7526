import { CsvError, parse } from 'csv-parse/sync';
import { unicodeEscapes } from '../../base/words.ts';
import { cannotImport } from './source-row.ts';

/** The rows of complete lines of CSV. @param line of the first one, for messages @throws IMPORT_INVALID */
export function parsedCsv(path: string, text: string, delimiter: string, line: number): string[][] {
  try {
    return parse(text, { delimiter, record_delimiter: ['\r\n', '\n'], relax_column_count: true });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    if (cause.code === 'INVALID_OPENING_QUOTE') {
      const quoted = withQuotes(text, delimiter);
      if (quoted !== text) return parsedCsv(path, quoted, delimiter, line);
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

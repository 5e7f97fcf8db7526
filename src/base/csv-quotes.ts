import { unicodeEscapes } from './words.ts';

/**
 * Parses CSV. Where a quote stands inside a cell that does not begin with one, as in `5" disk`, it is text.
 *
 * @param parse by csv-parse, without `relax_quotes`
 * @throws what `parse` throws
 */
export function parseWithQuotes<Rows>(text: string, separator: string, parse: (csv: string) => Rows): Rows {
  try {
    return parse(text);
  } catch (cause) {
    const isStray = cause instanceof Error && 'code' in cause && cause.code === 'INVALID_OPENING_QUOTE';
    const quoted = isStray ? withQuotes(text, separator) : text;
    if (quoted === text) throw cause;
    return parse(quoted);
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

/** What is wrong with CSV, by the code of csv-parse. */
export const csvDamages: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quoted cell begins here and does not end',
  CSV_INVALID_CLOSING_QUOTE: 'a quote stands inside a quoted cell',
  INVALID_OPENING_QUOTE: 'a quote stands inside a cell without quotes',
};

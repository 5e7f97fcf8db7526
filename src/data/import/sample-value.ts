const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const numberWithComma = /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i;
/** Digits in groups of three, as in 1,234,567.8 or 1 234 567,8; the separator is always the same, and not that of decimals. In 0,123 it would be. */
const withThousands = /^[+-]?[1-9]\d{0,2}(?:([,.'’\s])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d*)?$/;
/** As pandas, R, Ruby, SQL, spreadsheets and statistical offices write them. */
const missingWords = new Set([
  '',
  'nan',
  '-nan',
  'null',
  'nil',
  'na',
  '<na>',
  'n/a',
  '#n/a',
  'none',
  '-',
  '--',
  '.',
  '?',
  '\\n',
]);

/** How numbers are written. */
export type NumberFormat = {
  /** As 1,5; default: as 1.5. */
  readonly decimalComma?: boolean | undefined;
  /** With separators of thousands, as in 1,234.5 or, with `decimalComma`, 1.234,5; default: without. */
  readonly thousands?: boolean | undefined;
};

/**
 * The number in a cell, with a decimal point; undefined where the cell says that there is none; of any other text what is so, and what is expected.
 *
 * @param isCount whether it must not be below 0
 */
export function sampleValue(
  cell: string,
  { decimalComma = false, thousands = false }: NumberFormat,
  isCount: boolean,
): string | undefined | readonly [problem: string, expectation: string] {
  const written = thousands ? ungrouped(cell.trim(), decimalComma) : cell.trim();
  const text = decimalComma ? written.replace(',', '.') : written;
  const isNumber = (decimalComma ? numberWithComma : number).test(written) && Number.isFinite(Number(text));
  if (isNumber && (!isCount || Number(text) >= 0)) return text;
  if (missingWords.has(text.toLowerCase())) return undefined;
  if (isNumber) return [`${JSON.stringify(cell)} is below 0`, 'a number from 0'];
  const example = decimalComma ? 'comma, such as 1234,5' : 'point, such as 1234.5';
  const flags = [
    ...(ungrouped(written, decimalComma) === written ? [] : ['--thousands']),
    ...(decimalComma || !numberWithComma.test(written) ? [] : ['--decimal-comma']),
  ];
  const hint = flags.length === 0 ? '' : `, or ${flags.join(' or ')}`;
  return [`${JSON.stringify(cell)} is not a number`, `a number with a decimal ${example}${hint}`];
}

/** A number without separators of thousands: "1,234.5" is "1234.5". Other text stays. */
function ungrouped(text: string, decimalComma: boolean): string {
  const separator = withThousands.exec(text)?.[1];
  return separator === undefined || separator === (decimalComma ? ',' : '.') ? text : text.replaceAll(separator, '');
}

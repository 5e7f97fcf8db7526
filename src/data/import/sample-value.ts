const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const withThousands = /^[+-]?\d{1,3}([,.' ]\d{3})+([.,]\d+)?$/;
const numberWithComma = /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i;
/** As pandas, R, SQL and spreadsheets write them. */
const missingWords = new Set(['', 'nan', '-nan', 'null', 'na', '<na>', 'n/a', '#n/a', 'none', '-', '?']);

/**
 * The number in a cell, with a decimal point; undefined where the cell says that there is none; of any other text what is so, and what is expected.
 *
 * @param options.decimalComma whether it is written as 1,5
 * @param options.isCount whether it must not be below 0
 */
export function sampleValue(
  cell: string,
  { decimalComma, isCount }: { readonly decimalComma: boolean; readonly isCount: boolean },
): string | undefined | readonly [problem: string, expectation: string] {
  const written = cell.trim();
  const text = decimalComma ? written.replace(',', '.') : written;
  const isNumber = (decimalComma ? numberWithComma : number).test(written) && Number.isFinite(Number(text));
  if (isNumber && (!isCount || Number(text) >= 0)) return text;
  if (missingWords.has(text.toLowerCase())) return undefined;
  if (isNumber) return [`${JSON.stringify(cell)} is below 0`, 'a number from 0'];
  const example = decimalComma ? 'comma, such as 1234,5' : 'point, such as 1234.5';
  const decimal = `a number ${withThousands.test(written) ? 'without separators of thousands, ' : ''}with a decimal ${example}`;
  const hint = decimalComma || !numberWithComma.test(written) ? '' : ', or --decimal-comma';
  return [`${JSON.stringify(cell)} is no number`, decimal + hint];
}

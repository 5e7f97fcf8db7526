import type { Colors } from 'picocolors/types.js';
import { pluralize } from '../base/words.ts';
import type { Finding, Verdict } from '../lab/audit/finding.ts';
import { formatTable } from '../lab/report/table.ts';
import type { Io } from './io.ts';

/** Width [characters] where stdout is not a terminal; a finding has one to three sentences. */
const widthOfText = 120;

/** A row for each finding: verdict, question, anomaly, what was found. */
export function auditTable(findings: readonly Finding[], { colours, width }: Pick<Io, 'colours' | 'width'>): string {
  const colourOf = { pass: colours.green, fail: colours.red, 'not told': colours.yellow };
  const rows = findings.map(({ verdict, check, anomaly, sentence }) => [
    colourOf[verdict](verdict),
    check,
    anomaly ?? 'all',
    sentence,
  ]);
  return formatTable(['', 'question', 'about', 'found'], rows, { width: width ?? widthOfText });
}

/** The last line: "failed: density of traffic-intensity; 9 passed, 2 not told". */
export function verdictLine(findings: readonly Finding[], colours: Colors): string {
  const of = (verdict: Verdict) => findings.filter(finding => finding.verdict === verdict);
  const failed = of('fail').map(({ check, anomaly }) => (anomaly === null ? check : `${check} of ${anomaly}`));
  const untold = of('not told').length;
  const rest = untold === 0 ? '' : `, ${untold} not told`;
  return failed.length === 0
    ? `${colours.green('passed')}: ${pluralize(of('pass').length, 'check')}${rest}`
    : `${colours.red('failed')}: ${[...new Set(failed)].join(', ')}; ${of('pass').length} passed${rest}`;
}

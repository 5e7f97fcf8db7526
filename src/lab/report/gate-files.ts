import { groupBy } from '../../base/group-by.ts';
import { pluralize } from '../../base/words.ts';
import type { GateCheck } from '../evaluation/gate.ts';
import { formatRuns, formatShortfall } from './format-gate.ts';
import { escaped } from './page/html.ts';
import { formatFigure } from './result-columns.ts';

type About = { readonly command: string; readonly tolerance: number };

/** The checks of a gate as JUnit XML, which CI systems show as tests: a suite an anomaly, a case a figure. */
export function gateJunit(checks: readonly GateCheck[], { command }: Pick<About, 'command'>): string {
  const suites = [...groupBy(checks, ({ anomaly }) => anomaly)].map(([name, mine]) =>
    element('testsuite', { name, ...countsOf(mine) }, mine.map(testCase)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: command, ...countsOf(checks) }, suites)}\n`;
}

/** The checks of a gate as a Markdown table, for the summary of a CI job. */
export function gateMarkdown(checks: readonly GateCheck[], { command, tolerance }: About): string {
  const { tests, failures } = countsOf(checks);
  const cells = checks.map(({ anomaly, detector, figure, accepted, found, hasPassed, ...runs }) => [
    ...[anomaly, detector, formatRuns(runs), figure, formatFigure(accepted, 3), formatFigure(found, 3)],
    hasPassed ? 'passed' : '**failed**',
  ]);
  const head = ['anomaly', 'detector', 'runs', 'figure', 'accepted', 'found', 'result'];
  return [
    `### Detection accuracy: ${failures === 0 ? `${pluralize(tests, 'figure')} passed` : `${failures} of ${tests} figures failed`}`,
    '',
    `\`${command}\`. The tolerance is ${tolerance}.`,
    '',
    ...[head, head.map((_, column) => (column === 4 || column === 5 ? '---:' : '---')), ...cells].map(
      row => `| ${row.join(' | ')} |`,
    ),
    '',
  ].join('\n');
}

function testCase(check: GateCheck): string {
  const { anomaly, detector, figure, hasPassed } = check;
  const failure = hasPassed ? [] : [element('failure', { message: formatShortfall(check) }, [])];
  return element('testcase', { classname: `${anomaly}.${detector}`, name: `${formatRuns(check)}: ${figure}` }, failure);
}

function countsOf(checks: readonly GateCheck[]) {
  return { tests: checks.length, failures: checks.filter(({ hasPassed }) => !hasPassed).length };
}

function element(name: string, attributes: Record<string, string | number>, children: readonly string[]): string {
  const start = `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('')}`;
  if (children.length === 0) return `${start}/>`;
  return `${start}>\n${children.join('\n').replaceAll(/^/gm, '  ')}\n</${name}>`;
}

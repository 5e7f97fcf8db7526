import type { Colors } from 'picocolors/types.js';
import { assertDistinctData } from '../../app/train-on-dataset.ts';
import { pluralize } from '../../base/words.ts';
import { type Dataset, datasetIn, readDataset } from '../../data/dataset/read-dataset.ts';
import { audit } from '../../lab/audit/audit.ts';
import type { DatasetFacts } from '../../lab/audit/dataset-facts.ts';
import type { Finding, Verdict } from '../../lab/audit/finding.ts';
import { readFacts } from '../../lab/audit/read-facts.ts';
import { formatTable } from '../../lab/report/terminal/table.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { rangeOptions } from '../open-dataset.ts';
import { defineVerb } from '../verb.ts';
import { watched } from '../watched-records.ts';

/** `cqshop audit`. */
export const verb = defineVerb({
  description:
    'Checks a dataset for the usual faults of public datasets: wrong hashes, anomalies that one line of code finds, labels that are too many, too close together or always at the same time, labels that caused nothing or that no detector can see, and ids, times or words that give an anomaly away. Several datasets are judged together, since some checks need many labels. Exits 1 if a check failed. A check that has too few labels does not fail (docs/audit.md).',
  arguments: [{ name: '<dataset...>', description: 'finished datasets, as cqshop collect writes them' }],
  options: rangeOptions,
  examples: ['cqshop audit datasets/sample', 'cqshop audit datasets/sample --json'],
  async run({ arguments: dirs, options: { from, to } }, io) {
    const datasets: Dataset[] = [];
    for (const dir of dirs) datasets.push(datasetIn(await readDataset(dir), { fromMs: from, toMs: to }));
    assertDistinctData(datasets, 'audit');
    const facts: DatasetFacts[] = [];
    for (const [index, dataset] of datasets.entries()) {
      const label = datasets.length === 1 ? 'reading' : `reading ${index + 1} of ${datasets.length}`;
      facts.push(await readFacts(watched(dataset, io, label)));
    }
    const findings = await audit(facts, io.signal);
    const isFailed = findings.some(({ verdict }) => verdict === 'fail');
    const document = {
      ok: !isFailed,
      datasets: datasets.map(({ dir, manifest: { scenario, seed, days, messages, labels } }) => ({
        dir,
        scenario,
        seed,
        days,
        messages,
        labels,
      })),
      findings,
    };
    io.result(document, () => [auditTable(findings, io), '', verdictLine(findings, io.colours)]);
    return isFailed ? exitCodes.failed : exitCodes.done;
  },
});

/** Width [characters] where stdout is not a terminal; a finding has one to three sentences. */
const widthOfText = 120;

/** A row for each finding: verdict, question, anomaly, what was found. */
function auditTable(findings: readonly Finding[], { colours, width }: Pick<Io, 'colours' | 'width'>): string {
  const colourOf = { pass: colours.green, fail: colours.red, undecided: colours.yellow };
  const rows = findings.map(({ verdict, check, anomaly, sentence }) => [
    colourOf[verdict](verdict),
    check,
    anomaly ?? 'all',
    sentence,
  ]);
  return formatTable(['', 'question', 'about', 'found'], rows, { width: width ?? widthOfText });
}

/** The last line: "failed: density of traffic-intensity; 9 passed, 2 undecided". */
function verdictLine(findings: readonly Finding[], colours: Colors): string {
  const of = (verdict: Verdict) => findings.filter(finding => finding.verdict === verdict);
  const failed = of('fail').map(({ check, anomaly }) => (anomaly === null ? check : `${check} of ${anomaly}`));
  const open = of('undecided').length;
  const rest = open === 0 ? '' : `, ${open} undecided`;
  return failed.length === 0
    ? `${colours.green('passed')}: ${pluralize(of('pass').length, 'check')}${rest}`
    : `${colours.red('failed')}: ${[...new Set(failed)].join(', ')}; ${of('pass').length} passed${rest}`;
}

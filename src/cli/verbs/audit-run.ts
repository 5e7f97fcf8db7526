import { CqshopError } from '../../base/errors.ts';
import { type Dataset, readDataset } from '../../data/dataset/read-dataset.ts';
import { audit } from '../../lab/audit/audit.ts';
import type { DatasetFacts } from '../../lab/audit/dataset-facts.ts';
import { readFacts } from '../../lab/audit/read-facts.ts';
import { auditTable, verdictLine } from '../audit-table.ts';
import type { ValuesOf } from '../options.ts';
import type { RunVerb } from '../verb.ts';
import { watchedRecords } from '../watched-records.ts';
import type { AuditFlags } from './audit.ts';

/** `cqshop audit`. */
export const auditRun: RunVerb<ValuesOf<AuditFlags>> = async ({ arguments: dirs }, io) => {
  const datasets: Dataset[] = [];
  for (const dir of dirs) datasets.push(await readDataset(dir));
  assertDistinct(datasets);
  const facts: DatasetFacts[] = [];
  for (const [index, dataset] of datasets.entries()) {
    const label = datasets.length === 1 ? 'reading' : `reading ${index + 1} of ${datasets.length}`;
    facts.push(await readFacts(dataset, watchedRecords(dataset, io, label)));
  }
  const findings = await audit(facts);
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
  io.result(document, () => [auditTable(findings, io), '', verdictLine(findings, io.colours)].join('\n'));
  return isFailed ? 1 : 0;
};

/** The same labels twice would look like twice as many. */
function assertDistinct(datasets: readonly Dataset[]): void {
  for (const [index, { dir, manifest }] of datasets.entries()) {
    const other = datasets
      .slice(0, index)
      .find(before => before.manifest.files['events.csv'].sha256 === manifest.files['events.csv'].sha256);
    if (other === undefined) continue;
    throw new CqshopError(
      'USAGE',
      `Cannot audit ${dir} with ${other.dir}: they hold the same messages, expected runs of different seeds`,
    );
  }
}

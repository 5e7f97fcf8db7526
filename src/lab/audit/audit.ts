import { setImmediate } from 'node:timers/promises';
import { isEntityAnomaly } from '../evaluation/matching.ts';
import type { AnomalyInput, DatasetFacts } from './dataset-facts.ts';
import { density } from './density.ts';
import { detectability } from './detectability.ts';
import { checkNames, type Finding } from './finding.ts';
import { integrity } from './integrity.ts';
import { messageLeaks } from './message-leaks.ts';
import { positionBias } from './position-bias.ts';
import { receipts } from './receipts.ts';
import { rowOrder } from './row-order.ts';
import { triviality } from './triviality.ts';
import { truthWords } from './truth-words.ts';
import { unitLeaks } from './unit-leaks.ts';

/**
 * Runs every check over datasets pooled, in the order of `checkNames`. The same datasets give the same findings.
 *
 * @param signal looked at before each check that takes seconds
 * @throws its reason when it is aborted
 */
export async function audit(pooled: readonly DatasetFacts[], signal?: AbortSignal): Promise<readonly Finding[]> {
  const mayBeStopped = async () => {
    await setImmediate();
    signal?.throwIfAborted();
  };
  // Sorted, so that draws do not depend on the order of the command line.
  const datasets = [...pooled].sort((a, b) => (a.key < b.key ? -1 : 1));
  const findings: Finding[] = [integrity(datasets)];
  const anomalies = [...new Set(datasets.flatMap(dataset => [...dataset.anomalies.keys()]))].sort();
  for (const anomaly of anomalies) {
    await mayBeStopped();
    findings.push(...(await auditAnomaly(anomaly, datasets)));
  }
  if (anomalies.length === 0) findings.push(...withoutLabels());
  else findings.push(positionBias(datasets.flatMap(positionsOf)));
  await mayBeStopped();
  findings.push(
    truthWords(datasets.map(({ words }) => words)),
    rowOrder(datasets.map(({ order }) => order)),
    await messageLeaks(datasets.map(({ messages }) => messages)),
  );
  await mayBeStopped();
  const rank = ({ check }: Finding) => checkNames.indexOf(check);
  return findings.sort((a, b) => rank(a) - rank(b));
}

async function auditAnomaly(anomaly: string, datasets: readonly DatasetFacts[]): Promise<readonly Finding[]> {
  const inputs = datasets.flatMap((dataset): AnomalyInput[] => {
    const facts = dataset.anomalies.get(anomaly);
    if (facts === undefined) return [];
    const { caused, series, labels: all, manifest } = dataset;
    const prefix = datasets.length === 1 ? '' : `${dataset.name}/`;
    return [{ ...facts, caused, series, all, isTwin: manifest.twin === true, prefix }];
  });
  const isOfEntity = isEntityAnomaly(anomaly);
  const leaks = inputs.map(({ leak }) => leak);
  return [
    triviality(anomaly, inputs, isOfEntity ? 'a single feature' : 'one of 13 one-liners on one channel'),
    density(anomaly, inputs),
    receipts(anomaly, inputs),
    ...(isOfEntity ? [] : [detectability(anomaly, inputs)]),
    await unitLeaks(anomaly, leaks),
  ];
}

function positionsOf({ labels, span }: DatasetFacts): readonly number[] {
  return labels.map(({ start }) => (Date.parse(start) - span.startMs) / (span.endMs - span.startMs));
}

/** The checks that need labels, for a clean run or for data from another system. */
function withoutLabels(): readonly Finding[] {
  const asked = checkNames.filter(check => check !== 'integrity');
  return asked.map(check => ({
    check,
    anomaly: null,
    verdict: 'undecided',
    sentence: check === 'leaks' ? 'ids and times: there is no label' : 'there is no label',
    figures: { labels: 0 },
  }));
}

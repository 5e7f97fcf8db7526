import type { Message, StoredMessage } from '../../broker/message.ts';
import { isCollectedByDefault, truthTopic } from '../../broker/topics.ts';
import { type DirectCause, DirectCauses } from '../../data/collector/direct-causes.ts';
import { inDatasetOrder } from '../../data/dataset/dataset-order.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { recordOf } from '../../data/dataset/record-of.ts';
import type { CausedBy } from '../../data/dataset/truth.ts';
import type { RunTruth } from '../../lab/evaluation/unit-truth.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { startSimulation } from '../../shop/simulation/simulate.ts';

/**
 * Runs a scenario in memory and yields the records that its dataset would hold, in the dataset's order, at most six virtual hours a batch.
 *
 * @param onTruth receives what the run publishes to `cqshop-truth`, which is not part of the records
 * @returns the run's labels and near misses
 */
export function* simulatedRecords(
  scenario: ResolvedScenario,
  onTruth: (message: Message) => void = () => undefined,
): Generator<readonly EventRecord[], Pick<RunTruth, 'labels' | 'nearMisses'>> {
  let batch: StoredMessage[] = [];
  const simulation = startSimulation(scenario, {
    observe: stored => {
      if (isCollectedByDefault(stored.topic)) batch.push(stored);
      else if (stored.topic === truthTopic) onTruth(stored.message);
    },
  });
  while (simulation.advance()) {
    yield batch.sort(inDatasetOrder).map(recordOf);
    batch = [];
  }
  return simulation.finish();
}

/** Simulates a scenario in memory: its records, with the truth that its dataset would hold. @throws ANOMALY_LEFT_NO_TRACE */
export function simulatedRun(scenario: ResolvedScenario) {
  const records: (readonly EventRecord[])[] = [];
  const roots = new Map<string, string[]>();
  const run = simulatedRecords(scenario, ({ type, data }) => {
    if (type !== 'CausalRootDeclared') return;
    const id = String(data.messageId);
    roots.set(id, [...(roots.get(id) ?? []), String(data.labelId)]);
  });
  let next = run.next();
  for (; next.done !== true; next = run.next()) records.push(next.value);
  const { labels, nearMisses } = next.value;
  const truth: RunTruth = { labels, nearMisses, caused: causedIn(records, roots) };
  return { records, truth };
}

function causedIn(
  records: readonly (readonly EventRecord[])[],
  roots: ReadonlyMap<string, readonly string[]>,
): RunTruth['caused'] {
  const caused = new Map<string, CausedBy[]>();
  const add = (found: readonly DirectCause[]) => {
    for (const { messageId, labelId } of found) {
      caused.set(messageId, [...(caused.get(messageId) ?? []), { labelId, relation: 'direct' }]);
    }
  };
  const causes = new DirectCauses(roots);
  for (const batch of records) {
    for (const { timeMs, id, causationId } of batch) add(causes.push(timeMs, id, causationId));
  }
  add(causes.finish());
  return caused;
}

import type { CausedBy } from '../dataset/read-truth.ts';
import type { EventRecord } from '../dataset/record.ts';
import { recordOf } from '../dataset/record-of.ts';
import type { RunTruth } from '../evaluation/unit-truth.ts';
import type { StoredMessage } from '../messaging/message.ts';
import { isCollectedByDefault, truthTopic } from '../messaging/topics.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { startSimulation } from '../simulation/simulate.ts';

/**
 * Runs a scenario and yields what a dataset of it would hold, in the dataset's order but without a disk, six virtual hours a
 * batch. Meant for runs without anomalies; truth is left out.
 */
export function* simulatedRecords(scenario: ResolvedScenario): Generator<readonly EventRecord[]> {
  let batch: StoredMessage[] = [];
  const simulation = startSimulation(scenario, {
    observe: stored => {
      if (isCollectedByDefault(stored.topic)) batch.push(stored);
    },
  });
  while (simulation.advance()) {
    yield batch.sort(inDatasetOrder).map(recordOf);
    batch = [];
  }
  simulation.finish();
}

/** A whole run in memory with its truth, as a dataset of it would tell it. */
export function simulatedRun(scenario: ResolvedScenario): {
  readonly records: readonly (readonly EventRecord[])[];
  readonly truth: RunTruth;
} {
  const batches: (readonly EventRecord[])[] = [];
  const caused = new Map<string, readonly CausedBy[]>();
  let batch: StoredMessage[] = [];
  const simulation = startSimulation(scenario, {
    observe: stored => {
      const { message, topic } = stored;
      if (isCollectedByDefault(topic)) batch.push(stored);
      const cause = caused.get(message.causationid);
      if (cause !== undefined && !caused.has(message.id)) caused.set(message.id, cause);
      if (topic === truthTopic && message.type === 'CausalRootDeclared') {
        caused.set(String(message.data.messageId), [{ labelId: String(message.data.labelId), relation: 'direct' }]);
      }
    },
  });
  while (simulation.advance()) {
    batches.push(batch.sort(inDatasetOrder).map(recordOf));
    batch = [];
  }
  const { labels, nearMisses } = simulation.finish();
  return { records: batches, truth: { labels, nearMisses, caused } };
}

/** The order of `events.csv`: time, topic, partition, offset. */
function inDatasetOrder(a: StoredMessage, b: StoredMessage): number {
  return (
    a.message.time - b.message.time ||
    (a.topic < b.topic ? -1 : Number(a.topic > b.topic)) ||
    a.partition - b.partition ||
    a.offset - b.offset
  );
}

import { expect, test } from 'vitest';
import type { StoredMessage } from '../../../src/broker/message.ts';
import { partitionOf } from '../../../src/broker/partition.ts';
import { commandTopic } from '../../../src/broker/topics.ts';
import { checkScenario } from '../../../src/shop/scenarios/check-scenario.ts';
import { replicasOf } from '../../../src/shop/services/partitions.ts';
import { anomaly, record, scenarioFor } from '../../support/run-scenario.ts';

const hourMs = 3_600_000;

function placeOf({ topic, partition, message }: StoredMessage) {
  return { topic, partition, subject: message.subject };
}

test('partitions change where the messages of a run are, and nothing else', async () => {
  const runOn = async (partitions: number) =>
    (await record(await scenarioFor('clean', { days: 1, scale: 0.2, nearMisses: [], partitions }))).published;
  const three = await runOn(3);
  for (const partitions of [1, 24]) {
    const run = await runOn(partitions);
    expect(run.map(({ message }) => message)).toEqual(three.map(({ message }) => message));
    expect(run.map(placeOf)).toEqual(
      three.map(stored => ({ ...placeOf(stored), partition: partitionOf(stored.message.subject, partitions) })),
    );
    expect(new Set(run.map(({ partition }) => partition)).size).toBe(partitions);
  }
});

test.each([
  [1, '0'],
  [2, '0 / 1'],
  [3, '0 / 1 / 2'],
  [7, '0,3,6 / 1,4 / 2,5'],
])('%i partitions are shared by at most three replicas: %s', (partitions, expected) => {
  expect(replicasOf(partitions).join(' / ')).toBe(expected);
});

test('an outage stops replicas with all of their partitions, and says of how many replicas', async () => {
  const kind = { anomaly: 'workload-shape', variant: 'service-outage', target: 'cart' };
  const outage = anomaly({ ...kind, intensity: 'subtle', at: '0d17h', duration: '5h' });
  for (const [partitions, ofReplicas] of [
    [1, 1],
    [7, 3],
    [24, 3],
  ] as const) {
    const scenario = await scenarioFor('clean', { days: 1, nearMisses: [], anomalies: [outage], partitions });
    const { published, labels } = await record(scenario);
    const { replicasStopped } = labels[0]?.parameters ?? {};
    expect(labels[0]?.parameters).toMatchObject({ ofReplicas });
    const stopped = new Set(replicasOf(partitions).slice(0, Number(replicasStopped)).flat());
    const waitingMs = [scenario.startMs + 17 * hourMs + 60_000, scenario.startMs + 22 * hourMs] as const;
    const handling = published.filter(
      ({ topic, message: { time } }) => topic === 'cart-events' && time > waitingMs[0] && time < waitingMs[1],
    );
    const isGiven = ({ topic, partition }: StoredMessage) => topic === commandTopic('cart') && stopped.has(partition);
    expect(published.some(isGiven)).toBe(true);
    expect(handling.filter(({ partition }) => stopped.has(partition))).toEqual([]);
    expect(handling.length > 0).toBe(stopped.size < partitions);
  }
});

test.each([0, 97, 1.5])('%f partitions are refused, with the place', partitions => {
  const lines = ['version: 1', 'name: mine', 'description: words', 'seed: 7', 'start: 2026-03-02', 'days: 2'];
  const checked = checkScenario([...lines, `partitions: ${partitions}`, 'anomalies: []'].join('\n'), 'mine.yaml');
  expect(checked.status === 'invalid' ? checked.problems.join() : '').toMatch(/^mine\.yaml:7:\d+.*partitions/);
});

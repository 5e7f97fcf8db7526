import { expect, test } from 'vitest';
import { Producer } from '../../../src/broker/kafka/producer.ts';
import { partitionOf } from '../../../src/broker/partition.ts';
import { commandTopic, controlTopic, truthTopic } from '../../../src/broker/topics.ts';
import { ControlTopic } from '../../../src/shop/live/control-topic.ts';
import { type LiveOptions, liveTopics, simulateLive } from '../../../src/shop/live/live-run.ts';
import { defaultPartitions } from '../../../src/shop/services/partitions.ts';
import { services } from '../../../src/shop/services/registry.ts';
import { FakeKafka } from '../../support/fake-kafka.ts';
import { scenarioFor } from '../../support/run-scenario.ts';

const topics = liveTopics({ partitions: defaultPartitions });
const partitions = Array.from({ length: defaultPartitions }, (_, partition) => partition);

/** A minute, or more, of a shop whose services elsewhere say that they are there, do nothing, and perhaps say that they are done. */
async function runOn(
  kafka: FakeKafka,
  areDone: boolean,
  { minutes = 1, ...changes }: Partial<LiveOptions> & { readonly minutes?: number } = {},
) {
  const client = kafka.client();
  const day = await scenarioFor('clean', { days: 1, scale: 0.1, nearMisses: [] });
  const elsewhere = await ControlTopic.open(client);
  const { signal } = new AbortController();
  const living = simulateLive(
    client,
    { ...day, endMs: day.startMs + minutes * 60_000 },
    {
      ...{ topicPrefix: '', speed: 600, external: true, withoutAnomalies: false, sessionTimeoutMs: 50, signal },
      onNote: () => undefined,
      ...changes,
    },
  );
  living.catch(() => undefined);
  await elsewhere.until(({ opened }) => opened !== undefined);
  for (const { name } of services) await elsewhere.publish('PartitionsTaken', { service: name, partitions });
  await elsewhere.until(({ clock }) => clock !== undefined);
  if (areDone) {
    for (const { name } of services)
      await elsewhere.publish('PartitionsFinished', { service: name, partitions, repeated: 0 });
  }
  await elsewhere.close();
  return { living };
}

function told(kafka: FakeKafka): readonly string[] {
  return kafka.messages(truthTopic).map(({ type }) => type);
}

function inboxes(kafka: FakeKafka): number {
  return services.reduce((sum, { name }) => sum + kafka.messages(commandTopic(name)).length, 0);
}

test('a run of which not everything could be read fails, and says neither what it was nor that it is whole', async () => {
  const kafka = new FakeKafka(topics);
  let finish: () => void = () => undefined;
  const isFinishing = new Promise<void>(resolve => {
    finish = resolve;
  });
  kafka.before = async ({ name, topics }) => {
    if (name === 'listOffsets') finish();
    if (name !== 'fetch' || topics.includes(controlTopic)) return;
    await isFinishing;
    throw new TypeError('unreadable');
  };
  const { living } = await runOn(kafka, true);
  await expect(living).rejects.toThrow('unreadable');
  expect(told(kafka)).toEqual(['RunStarted']);
});

test('a run that cannot say at its end that it is whole fails', async () => {
  const kafka = new FakeKafka(topics);
  kafka.before = ({ name, topics }) => {
    if (name === 'sendBatch' && topics.includes(truthTopic) && told(kafka).includes('RunStarted'))
      throw new TypeError('unwritten');
  };
  const { living } = await runOn(kafka, true);
  await expect(living).rejects.toThrow('unwritten');
  expect(told(kafka)).toEqual(['RunStarted']);
});

test('a run whose services do not say in time that they are done says so, and is whole', async () => {
  const kafka = new FakeKafka(topics);
  const notes: string[] = [];
  const log = await Producer.open(kafka.client());
  const attributes = { kind: 'event', type: 'CartCreated', id: 'a', source: '/services/cart', subject: 'c-1' } as const;
  const message = {
    ...attributes,
    time: 0,
    correlationid: '',
    causationid: '',
    data: { cartId: 'c-1', userId: 'u-1' },
  };
  const partition = partitionOf('c-1', defaultPartitions);
  const stray = { ...message, data: {} };
  await log.send([message, stray].map(one => ({ topic: 'cart-events', partition, message: one })));
  await log.send([{ topic: 'cart-commands', partition, message: stray }]);
  const { living } = await runOn(kafka, false, { onNote: text => notes.push(text) });
  const { messages, datasetMessages } = await living;
  expect({ messages, datasetMessages }).toEqual({ messages: inboxes(kafka) - 1 + 1, datasetMessages: 1 });
  // What a collection can compare: the messages of a topic that it reads, and the offsets of an inbox.
  const byTopic = { 'cart-events': 1, 'cart-commands': kafka.messages('cart-commands').length };
  expect(kafka.messages(truthTopic).at(-1)?.data).toMatchObject({ messages, byTopic });
  expect(notes.at(-1)).toContain('some replicas did not report that they had finished: ');
  expect(told(kafka)).toEqual(['RunStarted', 'RunFinished']);
});

test('a run that can hear its services no longer fails', async () => {
  const kafka = new FakeKafka(topics);
  // Of a day, which takes minutes: it does not go on to its end.
  const { living } = await runOn(kafka, false, { minutes: 24 * 60, sessionTimeoutMs: 30_000 });
  kafka.before = ({ name, topics }) => {
    if (name === 'fetch' && topics.includes(controlTopic)) throw new TypeError('unheard');
  };
  await expect(living).rejects.toThrow('unheard');
  expect(told(kafka)).toEqual(['RunStarted']);
});

test('a run that is over before anybody looked how late it was fails at its end', async () => {
  const kafka = new FakeKafka(topics);
  const { living } = await runOn(kafka, true, { maxLagMs: 0 });
  await expect(living).rejects.toMatchObject({ code: 'CLOCK_LAGS' });
  expect(told(kafka)).toEqual(['RunStarted']);
});

test('a run that falls behind says so, with the figures', async () => {
  const kafka = new FakeKafka(topics);
  const { living } = await runOn(kafka, true, { speed: 200_000, minutes: 24 * 60 });
  const { isDegraded, lag } = await living;
  expect(isDegraded).toBe(true);
  const finished = kafka.messages(truthTopic).at(-1);
  expect(finished).toMatchObject({ type: 'RunFinished', data: { degraded: true, lag: { mostMs: lag.mostMs } } });
});

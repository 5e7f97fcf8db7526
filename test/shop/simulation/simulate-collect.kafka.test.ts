import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openEmbeddedLog } from '../../../src/broker/embedded/embedded-log.ts';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import { openKafkaLog } from '../../../src/broker/kafka/kafka-log.ts';
import { openKafkaSource } from '../../../src/broker/kafka/reading/kafka-source.ts';
import { PartitionReader } from '../../../src/broker/kafka/reading/partition-reader.ts';
import { createRunTopics, deleteRunTopics, withAdmin } from '../../../src/broker/kafka/run-topics.ts';
import type { Message } from '../../../src/broker/message.ts';
import type { MessageLog } from '../../../src/broker/message-log.ts';
import { collect } from '../../../src/data/collector/collect.ts';
import { assertIdentical, verifyDataset } from '../../../src/data/collector/verify-dataset.ts';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import type { Scenario } from '../../../src/shop/scenarios/scenario.ts';
import { simulate } from '../../../src/shop/simulation/simulate.ts';
import { runTopics } from '../../../src/shop/simulation/virtual-shop.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { bareKafkajs } from '../../support/kafka/bare-kafkajs.ts';
import {
  connectShared,
  describeKafka,
  filesOf,
  patiently,
  runCli,
  sharedConnection,
  sharedUrl,
  startCli,
  underPrefix,
} from '../../support/kafka/broker.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

async function smallScenario(changes: Partial<Scenario> = {}) {
  return scenarioFor('stock-exhaustion', {
    days: 2,
    scale: 0.2,
    anomalies: [anomaly({ at: '1d10h' })],
    nearMisses: [],
    ...changes,
  });
}

const message: Message = {
  kind: 'event',
  type: 'CartCreated',
  id: '0123456789abcdef',
  source: '/services/cart',
  subject: 'cart-1',
  time: Date.parse('1999-12-31T23:59:59.999Z'),
  correlationid: '',
  causationid: '',
  data: { cartId: 'cart-1' },
};

describeKafka('a virtual run on Kafka', () => {
  test.each([3, 7])(
    'on %i partitions gives the dataset that the embedded broker gives, byte for byte, truth and twin included',
    async partitions => {
      const dir = temporaryDirectory();
      const scenario = await smallScenario({ partitions });
      const topicPrefix = `same-${partitions}-`;
      const embedded = openEmbeddedLog(join(dir, 'broker'), { topics: runTopics(scenario), clusterId: 'embedded' });
      await simulate(scenario, { log: embedded, twin: true });
      embedded.close();
      const client = await connectShared();
      await createRunTopics(underPrefix(client, topicPrefix), runTopics(scenario));
      const kafka = await openKafkaLog(underPrefix(client, topicPrefix));
      const { messages } = await simulate(scenario, { log: kafka, twin: true });
      await kafka.close();

      const sources = [
        openEmbeddedSource(join(dir, 'broker')),
        openKafkaSource(sharedConnection, { topicPrefix }),
      ] as const;
      const [fromEmbedded, fromKafka] = [join(dir, 'embedded'), join(dir, 'kafka')];
      await collect(sources[0], { out: fromEmbedded });
      const { manifest } = await collect(sources[1], { out: fromKafka });
      expect(manifest).toMatchObject({ complete: true, labels: 1, twin: true });
      expect(manifest.messages).toBeLessThan(messages);
      expect(filesOf(fromKafka)['caused.csv']).toContain(',effect\n');
      expect(filesOf(fromKafka)).toEqual(filesOf(fromEmbedded));

      const dataset = await readDataset(fromKafka);
      const verification = await verifyDataset(dataset, sources[1]);
      assertIdentical(dataset, sources[1], verification);
      expect(verification).toEqual({ messages: manifest.messages, differences: [], later: { messages: 0, truth: 0 } });
      await sources[1].close();
    },
  );

  test('is refused where messages are, until --overwrite; another prefix is another place', async () => {
    const dir = temporaryDirectory();
    const file = join(dir, 'tiny.yaml');
    writeFileSync(
      file,
      'version: 1\nname: tiny\ndescription: Two quiet days.\nseed: 1\nstart: 2026-03-02\ndays: 2\nanomalies: []\nnearMisses: []\n',
    );
    const simulateTo = (...words: string[]) =>
      runCli(['simulate', file, '--scale', '0.02', '--quiet', '--broker', sharedUrl, ...words], { cwd: dir });
    const first = await simulateTo('--topic-prefix', 'refused-');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const second = await simulateTo('--topic-prefix', 'refused-');
    expect(second).toMatchObject({ code: 2, stdout: '' });
    expect(second.stderr).toMatch(/^error: Cannot write to kafka:.* topic refused-.* holds messages.*--overwrite.*\n$/);
    expect((await simulateTo('--topic-prefix', 'refused-', '--overwrite')).code).toBe(0);
    expect((await simulateTo('--topic-prefix', 'other-')).code).toBe(0);
    for (const prefix of ['refused-', 'other-']) {
      const words = ['collect', '--broker', sharedUrl, '--topic-prefix', prefix, '--out', prefix, '--quiet'];
      expect(await runCli(words, { cwd: dir })).toMatchObject({ code: 0 });
    }
    expect(filesOf(join(dir, 'refused-'))).toEqual(filesOf(join(dir, 'other-')));
  });

  test('takes empty topics that fit, and refuses those with other partitions or settings', async () => {
    const client = await connectShared();
    const topics = new Map([['cart-events', 3]]);
    await createRunTopics(underPrefix(client, 'fits-'), topics);
    expect(await createRunTopics(underPrefix(client, 'fits-'), topics)).toEqual([]);
    await expectCqshopError(
      () => createRunTopics(underPrefix(client, 'fits-'), new Map([['cart-events', 2]])),
      'BROKER_MISMATCH',
      'topic fits-cart-events has 3 partitions, expected 2',
    );
    await withAdmin(client, 'prepare', async admin => {
      // kafkajs's own wait for leaders fails when it asks too early.
      const created = { topic: 'week-cart-events', numPartitions: 3 };
      await admin.createTopics({ waitForLeaders: false, timeout: 20_000, topics: [created] });
      await vi.waitUntil(async () => (await admin.listTopics()).includes(created.topic), patiently);
    });
    await expectCqshopError(
      () => createRunTopics(underPrefix(client, 'week-'), topics),
      'BROKER_MISMATCH',
      'topic week-cart-events has retention.ms=604800000, expected -1',
    );
    await deleteRunTopics(underPrefix(client, 'week-'), topics.keys());
    expect(await createRunTopics(underPrefix(client, 'week-'), topics)).toEqual(['week-cart-events']);
  });

  test('notices a stranger who writes to its topics', async () => {
    const client = await connectShared();
    const topics = new Map([['cart-events', 1]]);
    await createRunTopics(underPrefix(client, 'stranger-'), topics);
    const [ours, theirs] = [
      await openKafkaLog(underPrefix(client, 'stranger-')),
      await openKafkaLog(underPrefix(client, 'stranger-')),
    ];
    const write = async (log: MessageLog, offset: number) => {
      log.append({ topic: 'cart-events', partition: 0, offset, message });
      await log.drain?.();
    };
    await write(ours, 0);
    await expectCqshopError(
      () => write(theirs, 0),
      'BROKER_MISMATCH',
      'stranger-cart-events/0',
      'offset 1, expected 0',
    );
    await ours.close();
    await theirs.close();
  });

  test('writes CloudEvents in binary mode, with the virtual time as timestamp, also a time to come', async () => {
    const client = await connectShared();
    const topics = new Map([['cart-events', 3]]);
    await createRunTopics(underPrefix(client, 'binary-'), topics);
    const log = await openKafkaLog(underPrefix(client, 'binary-'));
    const future = Date.parse('2099-01-01T00:00:00Z');
    log.append({ topic: 'cart-events', partition: 2, offset: 0, message });
    log.append({
      topic: 'cart-events',
      partition: 2,
      offset: 1,
      message: { ...message, time: future, causationid: 'c1' },
    });
    await log.drain();
    await log.close();
    const consumer = bareKafkajs().consumer({ groupId: 'binary-reader' });
    await consumer.connect();
    await consumer.subscribe({ topic: 'binary-cart-events', fromBeginning: true });
    // By offset: after a rebalance, uncommitted messages come again.
    const seen = new Map<string, unknown>();
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ partition, message: { key, value, timestamp, headers, offset } }) => {
            const texts = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)] as const);
            seen.set(offset, [partition, offset, String(key), String(value), timestamp, Object.fromEntries(texts)]);
            if (seen.size === 2) resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    const headers = {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: '0123456789abcdef',
      ce_source: '/services/cart',
      ce_type: 'CartCreated',
      ce_subject: 'cart-1',
      ce_time: '1999-12-31T23:59:59.999Z',
      ce_kind: 'event',
    };
    const later = { ...headers, ce_time: '2099-01-01T00:00:00.000Z', ce_causationid: 'c1' };
    expect([...seen.values()]).toEqual([
      [2, '0', 'cart-1', '{"cartId":"cart-1"}', String(message.time), headers],
      [2, '1', 'cart-1', '{"cartId":"cart-1"}', String(future), later],
    ]);
  });

  test('leaves its topics empty when it is interrupted', async () => {
    const client = await connectShared();
    // Longer than any machine needs to be interrupted.
    const words = ['simulate', 'clean', '--days', '365', '--broker', sharedUrl, '--topic-prefix', 'interrupted-'];
    const { child, ended } = startCli(words, { cwd: temporaryDirectory() });
    const reader = new PartitionReader(client);
    const isWritten = async () => {
      const partitions = await reader.offsets(topic => topic.startsWith('interrupted-'));
      return partitions.some(({ high }) => high > 0);
    };
    await vi.waitUntil(async () => child.exitCode !== null || (await isWritten()), patiently);
    await reader.close();
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    const left = await withAdmin(client, 'look at', admin => admin.listTopics());
    expect(left.filter(topic => topic.startsWith('interrupted-'))).toEqual([]);
  });
});

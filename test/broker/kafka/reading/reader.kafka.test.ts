import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { KafkaClient } from '../../../../src/broker/kafka/connect-kafka.ts';
import { openKafkaSource } from '../../../../src/broker/kafka/reading/kafka-source.ts';
import { PartitionReader } from '../../../../src/broker/kafka/reading/partition-reader.ts';
import { createRunTopics, deleteRunTopics, withAdmin } from '../../../../src/broker/kafka/run-topics.ts';
import { readTopicMapping } from '../../../../src/broker/kafka/values/mapping-file.ts';
import { collect } from '../../../../src/data/collector/collect.ts';
import { verifyDataset } from '../../../../src/data/collector/verify-dataset.ts';
import { readDataset } from '../../../../src/data/dataset/read-dataset.ts';
import { expectCqshopError } from '../../../support/cqshop-error.ts';
import { bareKafkajs } from '../../../support/kafka/bare-kafkajs.ts';
import {
  connectShared,
  describeKafka,
  patiently,
  runCli,
  sharedConnection,
  sharedUrl,
  underPrefix,
} from '../../../support/kafka/broker.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

type Sent = { readonly value: string | null; readonly key?: string; readonly timestamp?: string };

async function produce(client: KafkaClient, topic: string, messages: readonly Sent[], partition = 0): Promise<void> {
  const producer = client.producer();
  await producer.connect();
  await producer.send({ topic, messages: messages.map(message => ({ partition, ...message })) });
  await producer.disconnect();
}

async function valuesOf(client: KafkaClient, topic: string, from = 0): Promise<string[]> {
  const reader = new PartitionReader(client);
  try {
    const values: string[] = [];
    const partitions = await reader.offsets(name => name === topic);
    const ranges = partitions.map(({ partition, high }) => ({ topic, partition, from, to: high }));
    for await (const { records } of reader.read(ranges, { maxBytes: 64 * 1024 })) {
      values.push(...records.map(({ offset, value }) => `${offset} ${value}`));
    }
    return values;
  } finally {
    await reader.close();
  }
}

/** The broker answers that a transaction is over before it has written its mark, behind which readers may then go. */
async function untilMarked(client: KafkaClient, topic: string, end: number): Promise<void> {
  const reader = new PartitionReader(client);
  try {
    const ends = async () => (await reader.offsets(name => name === topic)).map(({ high }) => high);
    await vi.waitUntil(async () => (await ends()).join() === String(end), patiently);
  } finally {
    await reader.close();
  }
}

describeKafka('PartitionReader', () => {
  test('leaves out aborted transactions and the marks of transactions, and reads to the end all the same', async () => {
    const client = await connectShared();
    await createRunTopics(client, new Map([['transactions', 1]]));
    const producer = bareKafkajs().producer({ transactionalId: 'reader-test', maxInFlightRequests: 1 });
    await producer.connect();
    for (const [name, isCommitted] of [
      ['a', true],
      ['b', false],
      ['c', true],
      ['d', false],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'transactions', messages: [{ partition: 0, value: name }] });
      await (isCommitted ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    await untilMarked(client, 'transactions', 8);
    expect(await valuesOf(client, 'transactions')).toEqual(['0 a', '4 c']);
    expect(await valuesOf(client, 'transactions', 5)).toEqual([]);
  });

  test('reads to the end of a partition that ends in more aborted transactions than fit into a fetch', async () => {
    const client = await connectShared();
    await createRunTopics(client, new Map([['aborted', 1]]));
    await produce(client, 'aborted', [{ value: 'kept' }]);
    const producer = bareKafkajs().producer({ transactionalId: 'aborting-test', maxInFlightRequests: 1 });
    await producer.connect();
    for (let count = 0; count < 20; count++) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'aborted', messages: [{ partition: 0, value: 'x'.repeat(30_000) }] });
      await transaction.abort();
    }
    await producer.disconnect();
    await untilMarked(client, 'aborted', 41);
    expect(await valuesOf(client, 'aborted')).toEqual(['0 kept']);
    expect(await valuesOf(client, 'aborted', 30)).toEqual([]);
  });

  test('reads from any offset, over many fetches and messages larger than a fetch', async () => {
    const client = await connectShared();
    await createRunTopics(client, new Map([['large', 1]]));
    const sizes = [10, 200_000, 5, 900_000, 1];
    for (const size of sizes) await produce(client, 'large', [{ value: 'x'.repeat(size) }]);
    const lengths = (lines: string[]) => lines.map(line => line.length - 2);
    expect(lengths(await valuesOf(client, 'large'))).toEqual(sizes);
    expect(lengths(await valuesOf(client, 'large', 3))).toEqual(sizes.slice(3));
  });

  test('goes on without an end as messages come, until it is stopped', async () => {
    const client = await connectShared();
    await createRunTopics(client, new Map([['tail', 1]]));
    const reader = new PartitionReader(client);
    const stop = new AbortController();
    const seen: string[] = [];
    await produce(client, 'tail', [{ value: '0' }]);
    const range = { topic: 'tail', partition: 0, from: 0, to: Number.POSITIVE_INFINITY };
    for await (const { records } of reader.read([range], { maxWaitMs: 50, signal: stop.signal })) {
      seen.push(...records.map(({ value }) => String(value)));
      if (seen.length === 3) stop.abort();
      else await produce(client, 'tail', [{ value: String(seen.length) }]);
    }
    await reader.close();
    expect(seen).toEqual(['0', '1', '2']);
  });

  test('leaves no consumer group behind', async () => {
    const client = await connectShared();
    // Other tests on the broker have groups of their own, live services'; none of them could be named after this topic.
    await valuesOf(client, 'large');
    const { groups } = await withAdmin(client, 'look at', admin => admin.listGroups());
    expect(groups.filter(({ groupId }) => groupId.includes('large') || groupId.includes('collect'))).toEqual([]);
  });
});

describeKafka('collecting topics that cqshop did not write', () => {
  const startMs = Date.parse('2026-01-05T10:00:00Z');

  async function writeForeign(client: KafkaClient, prefix: string): Promise<void> {
    const partitions = new Map([
      ['orders', 2],
      ['clicks', 1],
    ]);
    await createRunTopics(underPrefix(client, prefix), partitions);
    const order = (number: number) => ({
      key: `k${number}`,
      value: JSON.stringify(
        {
          event: { name: number % 2 === 0 ? 'OrderPlaced' : 'OrderPaid' },
          customer: { id: 40 + number },
          at: (startMs + number * 1000) / 1000,
          sum: '9.5',
        },
        undefined,
        2,
      ),
    });
    await produce(client, `${prefix}orders`, [order(0), order(2)], 0);
    await produce(client, `${prefix}orders`, [order(1)], 1);
    await produce(client, `${prefix}clicks`, [
      { value: '[1,2]', timestamp: String(startMs + 500) },
      { value: null, key: 'gone', timestamp: String(startMs + 600) },
    ]);
  }

  test('makes rows of JSON messages by a mapping file, and says what it had to make up', async () => {
    const dir = temporaryDirectory();
    await writeForeign(await connectShared(), 'foreign-');
    const mapping = join(dir, 'mapping.yaml');
    writeFileSync(
      mapping,
      'version: 1\ntype: event.name\nentity: customer.id\ntime: at\nfields: { userId: customer.id, price: sum }\n',
    );
    const words = ['--broker', sharedUrl, '--topic-prefix', 'foreign-', '--mapping', mapping, '--out', 'own'];
    const { code, stderr } = await runCli(['collect', '--topics', 'orders,clicks', '--quiet', ...words], { cwd: dir });
    expect({ code, stderr: stderr.trim().split('\n') }).toEqual({
      code: 0,
      stderr: [
        "warning: no type at event.name: the topic's name was taken (2 messages), first clicks/0 offset 0",
        'warning: no entity at customer.id: it was left empty (1 message), first clicks/0 offset 0',
        "warning: no time at at: the record's timestamp was taken (2 messages), first clicks/0 offset 0",
        'warning: no userId at customer.id: it was left empty (2 messages), first clicks/0 offset 0',
        'warning: no price at sum: it was left empty (2 messages), first clicks/0 offset 0',
        "warning: no entity at customer.id: the record's key was taken (1 message), first clicks/0 offset 1",
      ],
    });
    const rows = [];
    for await (const records of (await readDataset(join(dir, 'own'))).records()) {
      for (const { timeMs, topic, offset, type, key, userId, price, data } of records) {
        rows.push([timeMs - startMs, topic, offset, type, key, userId, price, Object.keys(data).join()]);
      }
    }
    expect(rows).toEqual([
      [0, 'orders', 0, 'OrderPlaced', '40', '40', 9.5, 'event,customer,at,sum'],
      [500, 'clicks', 0, 'clicks', '', '', undefined, 'value'],
      [600, 'clicks', 1, 'clicks', 'gone', '', undefined, ''],
      [1000, 'orders', 0, 'OrderPaid', '41', '41', 9.5, 'event,customer,at,sum'],
      [2000, 'orders', 1, 'OrderPlaced', '42', '42', 9.5, 'event,customer,at,sum'],
    ]);
    const source = openKafkaSource(sharedConnection, { topicPrefix: 'foreign-', mapping: readTopicMapping(mapping) });
    expect((await verifyDataset(await readDataset(join(dir, 'own')), source)).differences).toEqual([]);
    await source.close();
    // What messages mean is in the manifest.
    const verify = () =>
      runCli(['collect', '--verify', '--broker', sharedUrl, '--topic-prefix', 'foreign-', '--out', 'own'], {
        cwd: dir,
      });
    expect(await verify()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('own: 5 messages, the same as in'),
    });
    expect((await readDataset(join(dir, 'own'))).manifest.unread).toMatchObject({
      'no price at sum: it was left empty': 2,
    });
    const client = await connectShared();
    await produce(client, 'foreign-clicks', [{ value: '{}' }, { value: '{}' }]);
    expect((await verify()).stdout).toContain('which has 2 messages more');
    // The same places hold other messages now.
    await deleteRunTopics(underPrefix(client, 'foreign-'), ['clicks']);
    await createRunTopics(underPrefix(client, 'foreign-'), new Map([['clicks', 1]]));
    await produce(client, 'foreign-clicks', [
      { value: '[1,3]', timestamp: String(startMs + 500) },
      { value: null, key: 'gone', timestamp: String(startMs + 600) },
    ]);
    const { code: differing, stderr: differences } = await verify();
    expect({ differing, differences }).toEqual({
      differing: 1,
      differences: expect.stringContaining('clicks/0 offset 0: data of message clicks/0/0 is [1,2] in the dataset'),
    });
  });

  test('takes it for ordinary that retention has deleted some, and has the dataset say so', async () => {
    const dir = temporaryDirectory();
    const client = await connectShared();
    await writeForeign(client, 'aged-');
    await withAdmin(client, 'delete records of', async admin => {
      await admin.fetchTopicOffsets('aged-orders');
      await admin.deleteTopicRecords({ topic: 'aged-orders', partitions: [{ partition: 0, offset: '1' }] });
    });
    writeFileSync(join(dir, 'mapping.yaml'), 'version: 1\n');
    const words = ['--broker', sharedUrl, '--topic-prefix', 'aged-', '--mapping', 'mapping.yaml', '--out', 'own'];
    const { code, stderr } = await runCli(['collect', '--topics', 'orders,clicks', ...words], { cwd: dir });
    expect(code).toBe(0);
    expect(stderr).toContain('warning: retention had deleted 1 offset before the first message collected');
    expect((await readDataset(join(dir, 'own'))).manifest).toMatchObject({ messages: 4, deletedBefore: 1 });
    expect(readFileSync(join(dir, 'own/README.md'), 'utf8')).toContain('Retention had deleted 1 offset of orders/0');
  });

  test('rejects them without a mapping, and values that are no JSON with one', async () => {
    const dir = temporaryDirectory();
    const client = await connectShared();
    await createRunTopics(client, new Map([['text-events', 1]]));
    await produce(client, 'text-events', [{ value: 'hello' }]);
    const mapping = join(dir, 'mapping.yaml');
    writeFileSync(mapping, 'version: 1\n');
    const attempt = (withMapping: boolean) => {
      const options = { topicPrefix: 'text-', mapping: withMapping ? readTopicMapping(mapping) : undefined };
      const source = openKafkaSource(sharedConnection, options);
      const collecting = collect(source, {
        out: join(dir, 'one'),
        topics: ['events'],
        overwrite: true,
      });
      return collecting.finally(() => source.close());
    };
    await expectCqshopError(() => attempt(false), 'BROKER_CORRUPT', 'text-events/0 offset 0', '--mapping FILE');
    await expectCqshopError(() => attempt(true), 'BROKER_CORRUPT', 'text-events/0 offset 0', 'no JSON');
  });
});

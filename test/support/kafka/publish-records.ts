import { setTimeout } from 'node:timers/promises';
import type { IHeaders } from 'kafkajs';
import type { CodecName } from '../../../src/broker/kafka/library/codecs.ts';
import { compressionOf } from '../../../src/broker/kafka/library/kafkajs.ts';
import { bareKafkajs } from './bare-kafkajs.ts';
import { connectShared } from './broker.ts';

/** A record as any program may write it. */
export type AnyRecord = {
  readonly key?: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: IHeaders;
  /** [ms]; default the first of March 2026. */
  readonly timestamp?: number;
  readonly partition?: number;
};

const someday = Date.parse('2026-03-01T00:00:00Z');

/** Makes a topic of any settings, with timestamps of any time. */
export async function makeTopic(
  topic: string,
  settings: Readonly<Record<string, string>> = {},
  partitions = 1,
): Promise<void> {
  const admin = bareKafkajs().admin();
  await admin.connect();
  try {
    const all = { 'retention.ms': '-1', 'message.timestamp.after.max.ms': '9223372036854775807', ...settings };
    const configEntries = Object.entries(all).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitions, configEntries }] });
    // A busy broker hears of a new topic some time after its controller has made it; kafkajs would fail in between.
    for (let attempt = 1; ; attempt += 1) {
      const found = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => undefined);
      const leaders = found?.topics[0]?.partitions.filter(({ leader }) => leader >= 0) ?? [];
      if (leaders.length === partitions) return;
      if (attempt === 100) throw new Error(`${topic} got no leader`);
      await setTimeout(100);
    }
  } finally {
    await admin.disconnect();
  }
}

/** Publishes records in one request. */
export async function publishRecords(
  topic: string,
  records: readonly AnyRecord[],
  codec: CodecName = 'none',
): Promise<void> {
  // Whoever connects has the codecs registered.
  await connectShared();
  const producer = bareKafkajs().producer();
  await producer.connect();
  try {
    const messages = records.map(({ key = null, value, headers = {}, timestamp = someday, partition = 0 }) => ({
      ...{ key, value, headers, partition, timestamp: String(timestamp) },
    }));
    await producer.send({ topic, compression: compressionOf(codec), messages });
  } finally {
    await producer.disconnect();
  }
}

type Produce = (request: { readonly topicData: readonly object[]; readonly compression: number }) => Promise<unknown>;

/** Publishes one batch of many values, by the inner broker of kafkajs, whose producer takes a time that grows with the square of their number. */
export async function publishBatch(topic: string, values: readonly string[]): Promise<void> {
  const cluster = (await connectShared()).cluster();
  await cluster.connect();
  try {
    const metadata = await cluster.metadata({ topics: [topic] });
    const broker = await cluster.findBroker({ nodeId: metadata?.topicMetadata[0]?.partitionMetadata[0]?.leader ?? 0 });
    const messages = values.map(value => ({ key: null, value: Buffer.from(value), headers: {}, timestamp: someday }));
    // Not in the type, which describes what cqshop uses.
    const produce = Reflect.get(broker, 'produce') as Produce;
    await produce.call(broker, {
      topicData: [{ topic, partitions: [{ partition: 0, firstSequence: 0, messages }] }],
      compression: compressionOf('gzip'),
    });
  } finally {
    await cluster.disconnect();
  }
}

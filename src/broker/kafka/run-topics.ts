import { setTimeout } from 'node:timers/promises';
import { cannot } from '../../base/errors.ts';
import { sum } from '../../base/sum.ts';
import type { PartitionOffsets } from '../message-source.ts';
import { controlTopic, detectionTopic } from '../topics.ts';
import type { KafkaClient } from './connect-kafka.ts';
import { kafkaFailure, protocolErrorOf } from './kafka-failure.ts';
import type { KafkaAdmin } from './library/kafkajs.ts';
import { PartitionReader } from './reading/partition-reader.ts';

/**
 * The settings that virtual time needs: timestamps may lie years before or after the wall clock, and the messages must be kept.
 * Since Kafka 4.0 a timestamp may be at most an hour ahead by default. Retention counts from the timestamp, too.
 */
const topicSettings: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'message.timestamp.type': 'CreateTime',
  'message.timestamp.before.max.ms': '9223372036854775807',
  'message.timestamp.after.max.ms': '9223372036854775807',
};

/** How long topics may take to appear or vanish; on an idle machine they need a moment. */
const topicWaitMs = 60_000;

/** A topic that was just deleted may be in the way for a moment, and a busy broker goes on with what it had no time to answer. */
const passing = /^(TOPIC_ALREADY_EXISTS|REQUEST_TIMED_OUT)$/;

/** How long the broker itself may take; below the half minute after which a request counts as not answered. */
const adminTimeoutMs = 20_000;

/**
 * Creates the topics of a run, with the cluster's own number of replicas. Existing ones are used if they are empty and have the same settings.
 *
 * @param topics partitions by topic, named without the prefix
 * @returns the names, with prefix, of those that were created
 * @throws BROKER_NOT_EMPTY, BROKER_MISMATCH when a topic has other partitions or settings, BROKER_REFUSED
 */
export async function createRunTopics(
  client: KafkaClient,
  topics: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  return withAdmin(client, 'create the topics of a run on', async admin => {
    const existing = new Set(await admin.listTopics());
    const wanted = [...topics].map(([name, partitions]) => ({ topic: client.topics.full(name), partitions }));
    const known = wanted.filter(({ topic }) => existing.has(topic));
    await assertEmpty(client, new Set(known.map(({ topic }) => topic)));
    if (known.length > 0) await assertFitting(admin, client, known);
    const missing = wanted.filter(({ topic }) => !existing.has(topic));
    const configEntries = Object.entries(topicSettings).map(([name, value]) => ({ name, value }));
    for (let attempt = 1; missing.length > 0; attempt++) {
      try {
        await admin.createTopics({
          waitForLeaders: false,
          timeout: adminTimeoutMs,
          topics: missing.map(({ topic, partitions }) => ({ topic, numPartitions: partitions, configEntries })),
        });
        break;
      } catch (error) {
        if (attempt === 20 || !passing.test(protocolErrorOf(error))) throw error;
        await setTimeout(250);
      }
    }
    await awaitTopics(client, missing);
    return missing.map(({ topic }) => topic);
  });
}

/**
 * Deletes the topics of a run, its control topic and its detections, as far as they exist, and waits until they are gone.
 * Topics of other prefixes stay.
 *
 * @param names without the prefix
 * @param waitMs how long they may take to vanish; default a minute
 * @throws BROKER_UNREACHABLE when they are still there after that
 */
export async function deleteRunTopics(
  client: KafkaClient,
  names: Iterable<string>,
  waitMs: number = topicWaitMs,
): Promise<void> {
  const all = new Set([...names, controlTopic, detectionTopic].map(name => client.topics.full(name)));
  await withAdmin(client, 'delete topics of', async admin => {
    const existing = new Set(await admin.listTopics());
    const topics = [...all].filter(name => existing.has(name));
    if (topics.length === 0) return;
    await admin.deleteTopics({ topics, timeout: adminTimeoutMs }).catch(error => {
      // It goes on with it, so the topics are waited for.
      if (protocolErrorOf(error) !== 'REQUEST_TIMED_OUT') throw error;
    });
    for (let waited = 0; ; waited += 100) {
      const there = new Set(await admin.listTopics());
      const left = topics.filter(topic => there.has(topic));
      if (left.length === 0) return;
      if (waited >= waitMs) {
        throw cannot('BROKER_UNREACHABLE', `delete topics of ${client.url}`)(
          `${left.join(', ')} still there after ${waitMs / 1000} s`,
          'a broker in good health',
        );
      }
      await setTimeout(100);
    }
  });
}

/** Does something with an administrator's connection, which is closed afterwards. @throws BROKER_UNREACHABLE, BROKER_REFUSED */
export async function withAdmin<Result>(
  client: KafkaClient,
  doing: string,
  act: (admin: KafkaAdmin) => Promise<Result>,
): Promise<Result> {
  const admin = client.admin();
  try {
    await admin.connect();
    return await act(admin);
  } catch (cause) {
    throw kafkaFailure(doing, client.connection, cause);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Offsets of a run begin at 0: a topic whose messages were deleted is not empty in this sense. */
async function assertEmpty(client: KafkaClient, topics: ReadonlySet<string>): Promise<void> {
  const used = (await offsetsOf(client, topics)).find(({ high }) => high > 0);
  if (used === undefined) return;
  throw cannot('BROKER_NOT_EMPTY', `write to ${client.url}`)(
    `topic ${used.topic} holds messages, or has held some`,
    'an empty one; another --topic-prefix keeps runs apart, --overwrite deletes the one that is there',
  );
}

/** A new topic does not appear on every broker at once; kafkajs's own wait for leaders fails when it asks too early. */
async function awaitTopics(
  client: KafkaClient,
  topics: readonly { readonly topic: string; readonly partitions: number }[],
): Promise<void> {
  const names = new Set(topics.map(({ topic }) => topic));
  const expected = sum(topics, ({ partitions }) => partitions);
  for (let waited = 0; waited < topicWaitMs; waited += 100) {
    if ((await offsetsOf(client, names)).length === expected) return;
    await setTimeout(100);
  }
  throw cannot('BROKER_UNREACHABLE', `create topics on ${client.url}`)(
    `after ${topicWaitMs / 1000} s they have no leaders`,
    'a broker in good health',
  );
}

async function offsetsOf(client: KafkaClient, topics: ReadonlySet<string>): Promise<readonly PartitionOffsets[]> {
  const reader = new PartitionReader(client);
  try {
    return await reader.offsets(topic => topics.has(topic));
  } finally {
    await reader.close();
  }
}

async function assertFitting(
  admin: KafkaAdmin,
  client: KafkaClient,
  known: readonly { readonly topic: string; readonly partitions: number }[],
): Promise<void> {
  const unfit = (topic: string, what: string, expected: string) =>
    cannot('BROKER_MISMATCH', `write to ${client.url}`)(
      `topic ${topic} has ${what}`,
      `${expected}; --overwrite creates it again`,
    );
  const { topics } = await admin.fetchTopicMetadata({ topics: known.map(({ topic }) => topic) });
  for (const { name, partitions } of topics) {
    const expected = known.find(({ topic }) => topic === name)?.partitions;
    if (partitions.length !== expected) throw unfit(name, `${partitions.length} partitions`, String(expected));
  }
  const topicResource = 2;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: known.map(({ topic }) => ({
      type: topicResource,
      name: topic,
      configNames: Object.keys(topicSettings),
    })),
  });
  for (const { resourceName, configEntries } of resources) {
    for (const { configName, configValue } of configEntries) {
      const expected = topicSettings[configName];
      if (expected !== undefined && configValue !== expected) {
        throw unfit(resourceName, `${configName}=${configValue}`, expected);
      }
    }
  }
}

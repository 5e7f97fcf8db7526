import { existsSync } from 'node:fs';
import { CqshopError } from '../../base/errors.ts';
import { sum } from '../../base/sum.ts';
import { inThousands, pluralize } from '../../base/words.ts';
import { openEmbeddedSource } from '../../broker/embedded/embedded-log-source.ts';
import { connectKafka, type KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { kafkaFailure } from '../../broker/kafka/kafka-failure.ts';
import { openKafkaLog } from '../../broker/kafka/kafka-log.ts';
import { codecNames } from '../../broker/kafka/library/codecs.ts';
import { PartitionReader } from '../../broker/kafka/reading/partition-reader.ts';
import { withAdmin } from '../../broker/kafka/run-topics.ts';
import { parseMessageLine } from '../../broker/message-line.ts';
import type { MessageSource, PartitionOffsets } from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { type Truth, truthSchemas } from '../../data/dataset/truth.ts';
import { runTopicNames } from '../../shop/simulation/virtual-shop.ts';
import { parseBrokerUrl } from '../broker-url.ts';
import { type KafkaFlags, kafkaConnection } from '../kafka-options.ts';
import { type Check, ok } from './check.ts';

/** Checks a broker: whether it can be reached, what it holds, what this user may do. @throws USAGE */
export function brokerChecks(url: string, options: KafkaFlags & { readonly topicPrefix: string }): readonly Check[] {
  const broker = parseBrokerUrl(url);
  const { topicPrefix } = options;
  if (broker.kind === 'embedded') return [{ name: 'broker', run: () => embedded(broker.dir, topicPrefix) }];
  const connection = kafkaConnection(broker.brokers, options);
  let reached: Promise<KafkaClient> | undefined;
  const client = () => {
    reached ??= connectKafka(connection, topicPrefix);
    return reached;
  };
  // Without a broker the other checks would repeat its failure.
  const then = (run: (client: KafkaClient) => Promise<ReturnType<typeof ok>>) => async () => {
    const found = await client().catch(() => undefined);
    return found === undefined
      ? { status: 'missing' as const, found: 'not checked', advice: 'make the broker reachable first' }
      : run(found);
  };
  return [
    { name: 'broker', run: () => client().then(reachable) },
    { name: 'topics', run: then(topicsOf) },
    { name: 'creating topics', run: then(mayCreate) },
    { name: 'publishing', run: then(mayPublish) },
  ];
}

async function embedded(dir: string, topicPrefix: string): ReturnType<Check['run']> {
  if (!existsSync(dir)) return ok(`embedded:${dir}, not made yet; cqshop simulate makes it`);
  const source = openEmbeddedSource(dir, { topicPrefix });
  const partitions = await source.partitions();
  const missing = await missingFromRun(source, partitions);
  if (missing === undefined) return ok(`embedded:${dir}, ${holdings(partitions)}`);
  const advice = 'simulate the run again, with --overwrite or another --topic-prefix';
  return { status: 'failed', found: `embedded:${dir}, ${missing}`, advice };
}

async function reachable(client: KafkaClient): ReturnType<Check['run']> {
  const { brokers } = await withAdmin(client, 'describe', admin => admin.describeCluster());
  return ok(`${client.url}, cluster ${client.clusterId}, ${pluralize(brokers.length, 'broker')}`);
}

async function topicsOf(client: KafkaClient): ReturnType<Check['run']> {
  const reader = new PartitionReader(client);
  try {
    const partitions = await reader.offsets(topic => client.topics.owns(topic));
    const held = holdings(partitions.map(range => ({ ...range, topic: client.topics.short(range.topic) })));
    const packed = await packedTopics(reader, partitions);
    return ok([held, ...packed].join('; '));
  } finally {
    await reader.close();
  }
}

/** On a cluster of thousands of topics the others would take too long. */
const mostTopicsLookedAt = 100;

/** The last offset of a transaction holds its mark, which is never packed; several producers may end theirs at the same time. */
const offsetsLookedAt = 10;

/** Which topics hold packed batches, by the last offsets of each partition: "packed with lz4: orders, clicks". */
async function packedTopics(
  reader: PartitionReader,
  partitions: readonly PartitionOffsets[],
): Promise<readonly string[]> {
  const looked = new Set([...new Set(partitions.map(({ topic }) => topic))].slice(0, mostTopicsLookedAt));
  const ends = partitions
    .filter(({ topic, low, high }) => looked.has(topic) && low < high)
    .map(({ topic, partition, low, high }) => ({
      topic,
      partition,
      from: Math.max(low, high - offsetsLookedAt),
      to: high,
    }));
  let topics: Awaited<ReturnType<PartitionReader['codecs']>>;
  try {
    topics = await reader.codecs(ends);
  } catch (error) {
    // A user who only simulates needs no right to read.
    if (!(error instanceof CqshopError) || error.code !== 'BROKER_REFUSED') throw error;
    return ['their compression is not known: this user may not read them'];
  }
  return codecNames.flatMap(codec => {
    const names = [...(topics.get(codec) ?? [])].sort();
    return codec === 'none' || names.length === 0 ? [] : [`compressed with ${codec}: ${names.join(', ')}`];
  });
}

function holdings(partitions: readonly PartitionOffsets[]): string {
  const topics = new Set(partitions.map(({ topic }) => topic)).size;
  // Every other verb counts without the truth topic.
  const counts = partitions.filter(({ topic }) => !topic.endsWith(truthTopic));
  const messages = sum(counts, ({ low, high }) => high - low);
  const hasRun = partitions.some(({ topic, high }) => topic === truthTopic && high > 0);
  return `${pluralize(topics, 'topic')} with ${pluralize(messages, 'message')}${hasRun ? ', and the truth of a run: simulate needs --overwrite or another --topic-prefix' : ''}`;
}

/** Validates only; the broker creates nothing. */
async function mayCreate(client: KafkaClient): ReturnType<Check['run']> {
  const topic = client.topics.full('cqshop-doctor');
  await withAdmin(client, `create topics like ${topic} on`, admin =>
    admin.createTopics({ validateOnly: true, waitForLeaders: false, topics: [{ topic, numPartitions: 1 }] }),
  );
  return ok(`allowed, such as ${topic}`);
}

async function mayPublish(client: KafkaClient): ReturnType<Check['run']> {
  try {
    const log = await openKafkaLog(client);
    await log.close();
  } catch (cause) {
    throw kafkaFailure('publish to', client.connection, cause);
  }
  return ok('an idempotent producer was accepted');
}

/**
 * Says in words that the topics of a finished run hold fewer messages than the run published. undefined if they hold them all, or if no run has
 * finished. Reads one message: the last one of the truth topic.
 */
async function missingFromRun(
  source: MessageSource,
  partitions: readonly PartitionOffsets[],
): Promise<string | undefined> {
  const truth = partitions.find(({ topic, high }) => topic === truthTopic && high > 0);
  if (truth === undefined) return undefined;
  const finished = await runFinished(source, truth);
  if (finished === undefined) return undefined;
  const sumOf = (isCounted: (topic: string) => boolean) =>
    sum(
      partitions.filter(({ topic }) => isCounted(topic)),
      ({ high }) => high,
    );
  for (const [topic, expected] of Object.entries(finished.byTopic ?? {})) {
    const found = sumOf(name => name === topic);
    if (found < expected)
      return `the run published ${pluralize(expected, 'message')} in ${topic}, ${inThousands(found)} are there`;
  }
  const found = sumOf(topic => runTopicNames.includes(topic) && topic !== truthTopic);
  if (found >= finished.messages) return undefined;
  return `the run published ${pluralize(finished.messages, 'message')}, ${inThousands(found)} are there`;
}

/** How many messages a finished run published. */
async function runFinished(source: MessageSource, truth: PartitionOffsets): Promise<Truth<'RunFinished'> | undefined> {
  const { topic, partition, high } = truth;
  for await (const { lines } of source.read([{ topic, partition, from: high - 1, to: high }])) {
    const place = () => `${topic}/${partition}`;
    const { message } = parseMessageLine(new TextDecoder().decode(lines).trimEnd(), place);
    const finished = truthSchemas.RunFinished.safeParse(message.data);
    if (message.type === 'RunFinished' && finished.success) return finished.data;
  }
  return undefined;
}

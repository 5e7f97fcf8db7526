import { existsSync } from 'node:fs';
import { discardEmbeddedRun } from '../broker/embedded/discard-embedded-run.ts';
import { openEmbeddedLog } from '../broker/embedded/embedded-log.ts';
import { brokerFilePath, readBrokerFile } from '../broker/embedded/embedded-log-layout.ts';
import { connectKafka } from '../broker/kafka/connect-kafka.ts';
import { openKafkaLog } from '../broker/kafka/kafka-log.ts';
import { createRunTopics, deleteRunTopics } from '../broker/kafka/run-topics.ts';
import type { MessageLog } from '../broker/message-log.ts';
import { clearRun } from '../shop/live/clear-run.ts';
import { parseBrokerUrl } from './broker-url.ts';
import { type KafkaFlags, kafkaConnection } from './kafka-options.ts';

export type OpenRunLogOptions = KafkaFlags & {
  /** Partitions by topic, named without the prefix. */
  readonly topics: ReadonlyMap<string, number>;
  readonly topicPrefix: string;
  /** Deletes what the topics hold. */
  readonly overwrite: boolean;
  /** The id of an embedded broker that this makes; it depends on the run's content. */
  readonly clusterId: string;
};

/** The log that a run is written to. */
export type RunLog = {
  readonly log: MessageLog;
  /** Call it in `finally`. */
  readonly close: () => Promise<void>;
  /** Deletes what was written; after `close`. */
  readonly discard: () => Promise<void>;
};

/** Opens a broker for the messages of a run. @throws USAGE, BROKER_NOT_EMPTY, BROKER_UNREACHABLE, BROKER_REFUSED, WRITE_FAILED */
export async function openRunLog(url: string, options: OpenRunLogOptions): Promise<RunLog> {
  const broker = parseBrokerUrl(url);
  switch (broker.kind) {
    case 'embedded':
      return openEmbeddedRun(broker.dir, options);
    case 'kafka':
      return openKafkaRun(broker.brokers, options);
  }
}

function openEmbeddedRun(dir: string, { topics, topicPrefix, overwrite, clusterId }: OpenRunLogOptions): RunLog {
  const discard = () => discardEmbeddedRun(dir, { topics: topics.keys(), topicPrefix });
  // A directory whose broker.json is not ours is refused before anything in it is deleted.
  if (existsSync(brokerFilePath(dir))) readBrokerFile(dir);
  if (overwrite) discard();
  const log = openEmbeddedLog(dir, { topics, clusterId, topicPrefix });
  return { log, close: async () => log.close(), discard: async () => discard() };
}

async function openKafkaRun(brokers: readonly string[], options: OpenRunLogOptions): Promise<RunLog> {
  const { topics, topicPrefix, overwrite } = options;
  const client = await connectKafka(kafkaConnection(brokers, options), topicPrefix);
  if (overwrite) await clearRun(client);
  await createRunTopics(client, topics);
  const log = await openKafkaLog(client);
  const close = async () => {
    log.close();
    await log.disconnect();
  };
  return { log, close, discard: () => deleteRunTopics(client, topics.keys()) };
}

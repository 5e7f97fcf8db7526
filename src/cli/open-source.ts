import { openEmbeddedSource } from '../broker/embedded/embedded-log-source.ts';
import { openKafkaSource } from '../broker/kafka/kafka-source.ts';
import type { TopicMapping } from '../broker/kafka/topic-mapping.ts';
import type { MessageSource } from '../broker/message-source.ts';
import { parseBrokerUrl } from './broker-url.ts';
import { type KafkaFlags, kafkaConnection } from './kafka-options.ts';

export type OpenSourceOptions = KafkaFlags & {
  readonly topicPrefix: string;
  /** Only for Kafka. */
  readonly mapping?: TopicMapping | undefined;
  /** Only for Kafka: aborted by Ctrl-C, which ends the wait for an unreachable broker. */
  readonly giveUp: AbortSignal;
};

/** Opens a broker for reading; Kafka is reached on first use. @throws USAGE, BROKER_NOT_FOUND, BROKER_UNREACHABLE, BROKER_CORRUPT */
export function openSource(url: string, options: OpenSourceOptions): MessageSource {
  const broker = parseBrokerUrl(url);
  const { topicPrefix, mapping, giveUp } = options;
  switch (broker.kind) {
    case 'embedded':
      return openEmbeddedSource(broker.dir, { topicPrefix });
    case 'kafka':
      return openKafkaSource(kafkaConnection(broker.brokers, options), { topicPrefix, mapping, giveUp });
  }
}

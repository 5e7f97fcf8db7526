import { openEmbeddedSource } from '../messaging/embedded-log-source.ts';
import { openKafkaSource } from '../messaging/kafka/kafka-source.ts';
import type { TopicMapping } from '../messaging/kafka/topic-mapping.ts';
import type { MessageSource } from '../messaging/message-source.ts';
import { parseBrokerUrl } from './broker-url.ts';
import { type KafkaFlags, kafkaConnection } from './kafka-options.ts';

export type OpenSourceOptions = KafkaFlags & {
  readonly topicPrefix: string;
  /** Only for Kafka. */
  readonly mapping?: TopicMapping | undefined;
};

/** Opens a broker for reading; Kafka is reached on first use. @throws USAGE, BROKER_NOT_FOUND, BROKER_UNREACHABLE, BROKER_CORRUPT */
export function openSource(url: string, options: OpenSourceOptions): MessageSource {
  const broker = parseBrokerUrl(url);
  const { topicPrefix, mapping } = options;
  switch (broker.kind) {
    case 'embedded':
      return openEmbeddedSource(broker.dir, { topicPrefix });
    case 'kafka':
      return openKafkaSource(kafkaConnection(broker.brokers, options), { topicPrefix, mapping });
  }
}

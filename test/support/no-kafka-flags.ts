import type { KafkaFlags } from '../../src/cli/kafka-options.ts';

/** What the command line gives for Kafka when nothing was said. */
export const noKafkaFlags: KafkaFlags = {
  tls: false,
  tlsCa: undefined,
  tlsCert: undefined,
  tlsKey: undefined,
  sasl: undefined,
  user: undefined,
};

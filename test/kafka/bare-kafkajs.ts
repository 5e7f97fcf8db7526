import { Kafka, logLevel } from 'kafkajs';
import { sharedConnection } from './support.ts';

/** kafkajs without us on the shared broker, for what cqshop does not do: consumers by kafkajs, transactions. */
export function bareKafkajs(): Kafka {
  return new Kafka({ brokers: [...sharedConnection.brokers], logLevel: logLevel.NOTHING });
}

import { Kafka, logLevel } from 'kafkajs';
import { sharedConnection } from './broker.ts';

/** Who comes first has the broker make its topics for groups and transactions: kafkajs waits nine seconds by itself. */
const retry = { retries: 100, initialRetryTime: 100, maxRetryTime: 1000 };

/** kafkajs without us on the shared broker, for what cqshop does not do: consumers by kafkajs, transactions. */
export function bareKafkajs(): Kafka {
  return new Kafka({ brokers: [...sharedConnection.brokers], logLevel: logLevel.NOTHING, retry });
}

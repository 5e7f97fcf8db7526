import { CqshopError } from '../../../src/base/errors.ts';
import type { KafkaClient } from '../../../src/broker/kafka/connect-kafka.ts';
import { protocolErrorOf } from '../../../src/broker/kafka/kafka-failure.ts';
import { withAdmin } from '../../../src/broker/kafka/run-topics.ts';
import { commandTopic } from '../../../src/broker/topics.ts';
import { groupIdOf } from '../../../src/shop/live/replica.ts';
import { services } from '../../../src/shop/services/registry.ts';

/** Whether the services have committed that they handled all that is in their inboxes. */
export function haveReadInboxes(client: KafkaClient): Promise<boolean> {
  const all = withAdmin(client, 'describe groups of', async admin => {
    for (const { name } of services) {
      const topic = client.topics.full(commandTopic(name));
      const ends = await admin.fetchTopicOffsets(topic);
      const [committed] = await admin.fetchOffsets({ groupId: groupIdOf(name, client.topics), topics: [topic] });
      const isRead = ({ partition, high }: (typeof ends)[number]) =>
        Number(high) === 0 || committed?.partitions.some(own => own.partition === partition && own.offset === high);
      if (!ends.every(isRead)) return false;
    }
    return true;
  });
  return all.catch(error => {
    // kafkajs does not ask a coordinator again that has just begun.
    if (/COORDINATOR|GROUP_LOAD/.test(protocolErrorOf(error instanceof CqshopError ? error.cause : error)))
      return false;
    throw error;
  });
}

import type { Message, MessagePlace } from '../../broker/message.ts';
import { comparePartitions } from '../../broker/topics.ts';

type Placed = MessagePlace & { readonly message: Pick<Message, 'time'> };

/** The order of `events.csv`: time, topic, partition, offset. */
export function inDatasetOrder(a: Placed, b: Placed): number {
  return a.message.time - b.message.time || comparePartitions(a, b) || a.offset - b.offset;
}

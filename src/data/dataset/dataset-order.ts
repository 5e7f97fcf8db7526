import type { Message, StoredMessage } from '../../broker/message.ts';

type Placed = Pick<StoredMessage, 'topic' | 'partition' | 'offset'> & { readonly message: Pick<Message, 'time'> };

/** The order of `events.csv`: time, topic, partition, offset. */
export function inDatasetOrder(a: Placed, b: Placed): number {
  if (a.message.time !== b.message.time) return a.message.time - b.message.time;
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
}

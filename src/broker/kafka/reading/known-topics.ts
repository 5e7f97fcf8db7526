import { cannot } from '../../../base/errors.ts';
import type { PartitionOffsets } from '../../message-source.ts';
import { partitionName } from '../../topics.ts';

/**
 * The partitions that a reader has seen. Without this memory, a topic that is gone, or has fewer messages than before, would look like one without new
 * messages, and a topic that was created again like the old one.
 */
export class KnownTopics {
  readonly #place: (partition: string) => string;
  readonly #seen = new Map<string, PartitionOffsets>();

  /** @param place how an error names a 'topic/partition' */
  constructor(place: (partition: string) => string) {
    this.#place = place;
  }

  /** The first offset of a partition, when it was seen last; 0 for one that was not seen. */
  lowOf(partition: string): number {
    return this.#seen.get(partition)?.low ?? 0;
  }

  /** @param isRead other topics may go. @throws MESSAGES_LOST */
  look(found: readonly PartitionOffsets[], isRead: (topic: string) => boolean): void {
    const now = new Map(found.map(range => [partitionName(range), range]));
    for (const [partition, before] of this.#seen) {
      const change = isRead(before.topic) ? changeOf(before, now.get(partition)) : undefined;
      if (change === undefined) continue;
      throw cannot('MESSAGES_LOST', `read ${this.#place(partition)}`)(change, 'a topic that stays');
    }
    for (const [partition, range] of now) this.#seen.set(partition, range);
  }
}

/** What has happened to a partition that should not; undefined if nothing has. */
function changeOf(before: PartitionOffsets, now: PartitionOffsets | undefined): string | undefined {
  if (now === undefined) return 'it has vanished';
  if (before.topicId !== undefined && now.topicId !== undefined && before.topicId !== now.topicId) {
    return 'its topic was deleted and created again';
  }
  return now.high < before.high ? `it ends at offset ${now.high}, after ${before.high} before` : undefined;
}

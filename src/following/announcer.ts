import type { KafkaClient } from '../messaging/kafka/connect-kafka.ts';
import { unlessGivenUp } from '../messaging/kafka/given-up.ts';
import { messageOfRecord } from '../messaging/kafka/kafka-records.ts';
import { Outbox } from '../messaging/kafka/outbox.ts';
import { PartitionReader } from '../messaging/kafka/partition-reader.ts';
import { createRunTopics, withAdmin } from '../messaging/kafka/run-topics.ts';
import { detectionTopic } from '../messaging/topics.ts';
import { type Announcement, messageOf } from './alarm-feed.ts';

/** Publishes announcements, each once, whatever process published the earlier ones. */
export class Announcer {
  readonly #outbox: Outbox;
  readonly #published: Set<string>;
  readonly #giveUp: AbortSignal;

  private constructor(outbox: Outbox, published: Set<string>, giveUp: AbortSignal) {
    this.#outbox = outbox;
    this.#published = published;
    this.#giveUp = giveUp;
  }

  /**
   * Makes the topic if there is none, and reads back what was published.
   *
   * @param giveUp aborted, a broker that does not answer is waited for no longer, here and when it publishes: its reason is thrown
   */
  static open(client: KafkaClient, topicPrefix: string, giveUp: AbortSignal): Promise<Announcer> {
    return unlessGivenUp(Announcer.#open(client, topicPrefix, giveUp), giveUp);
  }

  static async #open(client: KafkaClient, topicPrefix: string, giveUp: AbortSignal): Promise<Announcer> {
    const topic = topicPrefix + detectionTopic;
    const known = await withAdmin(client, 'look for a topic of', admin => admin.listTopics());
    if (!known.includes(topic)) await createRunTopics(client, { topics: new Map([[detectionTopic, 1]]), topicPrefix });
    const published = new Set<string>();
    const reader = new PartitionReader(client, { giveUp });
    try {
      const ranges = await reader.offsets(name => name === topic);
      for await (const { records } of reader.read(
        ranges.map(range => ({ ...range, from: range.low, to: range.high })),
      )) {
        for (const record of records) published.add(messageOfRecord(record, () => topic).id);
      }
    } finally {
      await reader.close();
    }
    return new Announcer(await Outbox.open(client, topicPrefix), published, giveUp);
  }

  /** Publishes what is new, and returns it once it is there. */
  async publish(announcements: readonly Announcement[]): Promise<readonly Announcement[]> {
    const fresh = announcements.filter(({ id }) => !this.#published.has(id));
    if (fresh.length === 0) return fresh;
    const messages = fresh.map(announcement => ({
      ...{ topic: detectionTopic, partition: 0 },
      message: messageOf(announcement),
    }));
    await unlessGivenUp(this.#outbox.send(messages), this.#giveUp);
    for (const { id } of fresh) this.#published.add(id);
    return fresh;
  }

  async close(): Promise<void> {
    await unlessGivenUp(this.#outbox.close(), this.#giveUp).catch(error => {
      if (error !== this.#giveUp.reason) throw error;
    });
  }
}

import { Outbox } from '../../live/outbox.ts';
import type { KafkaClient } from '../../messaging/kafka/connect-kafka.ts';
import { messageOfRecord } from '../../messaging/kafka/kafka-records.ts';
import { PartitionReader } from '../../messaging/kafka/partition-reader.ts';
import { topicSettings, withAdmin } from '../../messaging/kafka/run-topics.ts';
import { detectionTopic } from '../../messaging/topics.ts';
import { type Announcement, messageOf } from './alarm-feed.ts';

/** Publishes announcements, each once, whatever process published the earlier ones. */
export class Announcer {
  readonly #outbox: Outbox;
  readonly #published: Set<string>;

  private constructor(outbox: Outbox, published: Set<string>) {
    this.#outbox = outbox;
    this.#published = published;
  }

  /** Makes the topic if there is none, and reads back what was published. */
  static async open(client: KafkaClient, topicPrefix: string): Promise<Announcer> {
    const topic = topicPrefix + detectionTopic;
    await withAdmin(client, 'create a topic on', async admin => {
      if ((await admin.listTopics()).includes(topic)) return;
      const configEntries = Object.entries(topicSettings).map(([name, value]) => ({ name, value }));
      await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1, configEntries }] });
    });
    const published = new Set<string>();
    const reader = new PartitionReader(client);
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
    return new Announcer(await Outbox.open(client, topicPrefix), published);
  }

  /** Publishes what is new, and returns it once it is there. */
  async publish(announcements: readonly Announcement[]): Promise<readonly Announcement[]> {
    const fresh = announcements.filter(({ id }) => !this.#published.has(id));
    if (fresh.length === 0) return fresh;
    await this.#outbox.send(
      fresh.map(announcement => ({ topic: detectionTopic, partition: 0, message: messageOf(announcement) })),
    );
    for (const { id } of fresh) this.#published.add(id);
    return fresh;
  }

  close(): Promise<void> {
    return this.#outbox.close();
  }
}

import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { unlessGivenUp } from '../../broker/kafka/given-up.ts';
import { messageOfRecord } from '../../broker/kafka/kafka-records.ts';
import { PartitionReader } from '../../broker/kafka/partition-reader.ts';
import { Producer } from '../../broker/kafka/producer.ts';
import { createRunTopics, withAdmin } from '../../broker/kafka/run-topics.ts';
import { detectionTopic } from '../../broker/topics.ts';
import { type AlarmEvent, messageOf } from './alarm-feed.ts';

/** Publishes announcements, each once, whatever process published the earlier ones. */
export class AlarmPublisher {
  readonly #client: KafkaClient;
  readonly #giveUp: AbortSignal;
  #producer: Producer;
  #published: ReadonlySet<string>;

  private constructor(
    { client, giveUp }: Place,
    begun: { readonly producer: Producer; readonly published: ReadonlySet<string> },
  ) {
    this.#client = client;
    this.#giveUp = giveUp;
    this.#producer = begun.producer;
    this.#published = begun.published;
  }

  /**
   * Makes the topic if there is none, and reads back what was published.
   *
   * @param giveUp aborted, a broker that does not answer is waited for no longer, here and when it publishes: its reason is thrown
   */
  static open(client: KafkaClient, giveUp: AbortSignal): Promise<AlarmPublisher> {
    return unlessGivenUp(AlarmPublisher.#open({ client, giveUp }), giveUp);
  }

  static async #open(place: Place): Promise<AlarmPublisher> {
    const { client } = place;
    const known = await withAdmin(client, 'look for a topic of', admin => admin.listTopics());
    if (!known.includes(client.topics.full(detectionTopic))) {
      await createRunTopics(client, new Map([[detectionTopic, 1]]));
    }
    return new AlarmPublisher(place, await begin(place));
  }

  /** Publishes what is new, and returns it once it is there. */
  async publish(alarmEvents: readonly AlarmEvent[]): Promise<readonly AlarmEvent[]> {
    const fresh = alarmEvents.filter(({ id }) => !this.#published.has(id));
    for (;;) {
      const missing = fresh.filter(({ id }) => !this.#published.has(id));
      if (missing.length === 0) return fresh;
      const messages = missing.map(alarmEvent => ({
        ...{ topic: detectionTopic, partition: 0 },
        message: messageOf(alarmEvent),
      }));
      try {
        await unlessGivenUp(this.#producer.send(messages), this.#giveUp);
        this.#published = new Set([...this.#published, ...missing.map(({ id }) => id)]);
      } catch (error) {
        if (!this.#producer.isUncertain) throw error;
        await unlessGivenUp(this.#beginAgain(), this.#giveUp);
      }
    }
  }

  /** A broker that died before it answered may have what it was sent. */
  async #beginAgain(): Promise<void> {
    await this.#producer.close();
    const begun = await begin({ client: this.#client, giveUp: this.#giveUp });
    this.#producer = begun.producer;
    this.#published = begun.published;
  }

  async close(): Promise<void> {
    await unlessGivenUp(this.#producer.close(), this.#giveUp).catch(error => {
      if (error !== this.#giveUp.reason) throw error;
    });
  }
}

type Place = { readonly client: KafkaClient; readonly giveUp: AbortSignal };

/** The ids of what is there, and a way to publish more. */
async function begin({ client, giveUp }: Place) {
  const topic = client.topics.full(detectionTopic);
  const published = new Set<string>();
  const reader = new PartitionReader(client, { giveUp });
  try {
    const ranges = await reader.offsets(name => name === topic);
    const all = ranges.map(range => ({ ...range, from: range.low, to: range.high }));
    for await (const { records } of reader.read(all)) {
      for (const record of records) published.add(messageOfRecord(record, () => topic).id);
    }
  } finally {
    await reader.close();
  }
  return { published, producer: await Producer.open(client, undefined, { repeats: false }) };
}

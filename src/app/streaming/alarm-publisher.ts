import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { closed, unlessGivenUp } from '../../broker/kafka/given-up.ts';
import { headerOf } from '../../broker/kafka/kafka-records.ts';
import { type Permission, Producer } from '../../broker/kafka/producer.ts';
import { PartitionReader } from '../../broker/kafka/reading/partition-reader.ts';
import { createRunTopics, withAdmin } from '../../broker/kafka/run-topics.ts';
import { detectionTopic } from '../../broker/topics.ts';
import { type AlarmEvent, messageOf } from './alarm-feed.ts';

/** Publishes alarm events, each once, also those that an earlier process began to publish. */
export class AlarmPublisher {
  readonly #place: Place;
  #producer: Producer;
  #published: Set<string>;

  private constructor(place: Place, { producer, published }: Awaited<ReturnType<typeof begin>>) {
    this.#place = place;
    this.#producer = producer;
    this.#published = published;
  }

  /**
   * Makes the topic if there is none, and reads back what was published.
   *
   * @param permission as of a `Producer`
   * @param giveUp when aborted, it stops waiting for a broker that does not answer, here and when it publishes, and throws the signal's reason
   */
  static open(client: KafkaClient, giveUp: AbortSignal, permission?: () => Permission): Promise<AlarmPublisher> {
    return unlessGivenUp(AlarmPublisher.#open({ client, giveUp, permission }), giveUp);
  }

  static async #open(place: Place): Promise<AlarmPublisher> {
    const { client } = place;
    if (!(await isThere(client))) {
      await createRunTopics(client, new Map([[detectionTopic, 1]])).catch(async error => {
        // Another follower may have made it at the same moment.
        if (!(await isThere(client))) throw error;
      });
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
        await unlessGivenUp(this.#producer.send(messages), this.#place.giveUp);
        for (const { id } of missing) this.#published.add(id);
      } catch (error) {
        if (!this.#producer.isUncertain) throw error;
        await unlessGivenUp(this.#beginAgain(), this.#place.giveUp);
      }
    }
  }

  /** A broker that died before it answered may have written the request, so the topic is read again. */
  async #beginAgain(): Promise<void> {
    await this.#producer.close();
    const { producer, published } = await begin(this.#place);
    this.#producer = producer;
    this.#published = published;
  }

  close(): Promise<void> {
    return closed(this.#producer.close(), this.#place.giveUp);
  }
}

type Place = {
  readonly client: KafkaClient;
  readonly giveUp: AbortSignal;
  readonly permission?: (() => Permission) | undefined;
};

async function isThere(client: KafkaClient): Promise<boolean> {
  const known = await withAdmin(client, 'look for a topic of', admin => admin.listTopics());
  return known.includes(client.topics.full(detectionTopic));
}

async function begin({ client, giveUp, permission }: Place) {
  const published = await publishedIds(client, giveUp);
  return { published, producer: await Producer.open(client, { permission, repeats: false }) };
}

/** The ids of all alarm events that were published, by any process. */
export async function publishedIds(client: KafkaClient, giveUp: AbortSignal): Promise<Set<string>> {
  const topic = client.topics.full(detectionTopic);
  const published = new Set<string>();
  const reader = new PartitionReader(client, { giveUp });
  try {
    const ranges = await reader.offsets(name => name === topic);
    const all = ranges.map(range => ({ ...range, from: range.low, to: range.high }));
    for await (const { records } of reader.read(all)) {
      // Whatever others have written there has another id, or none.
      for (const record of records) published.add(headerOf(record, 'ce_id'));
    }
  } finally {
    await reader.close();
  }
  return published;
}

import type { EventRecord } from '../../data/dataset/record.ts';
import { isCommandLog, shopEventTopics } from '../../data/dataset/shop-topics.ts';
import { type Entity, wholeShop } from '../../data/dataset/truth.ts';

/** Id of the entity of a model that counts several topics. */
export const allTopics = 'all topics';

/** What a series counts per window. */
export type SeriesChannels = {
  readonly names: readonly string[];
  /** The channels that a record counts in, as indices of `names`. */
  readonly of: (record: Pick<EventRecord, 'topic' | 'type'>) => readonly number[];
  /** How many channels, from the first on, are parts that can stop independently: services, topics. */
  readonly parts: number;
  /** How many channels, from the first on, count each message once: they add up to the total. */
  readonly summed: number;
  /** The entity that the series is about. */
  readonly entity: Entity;
  /** False if the channels are the topics of another system. */
  readonly isShop: boolean;
};

const commandsIndex = shopEventTopics.length;
const ordersIndex = commandsIndex + 1;

/** What is counted for a shop: the events of each service, all commands that services logged, and the orders made. Topics may carry any prefix. */
export const shopChannels: SeriesChannels = {
  names: [...shopEventTopics, 'commands', 'orders'],
  of({ topic, type }) {
    if (isCommandLog(topic)) return [commandsIndex];
    const service = shopEventTopics.findIndex(name => topic.endsWith(name));
    if (service === -1) return [];
    return type === 'OrderCreated' ? [service, ordersIndex] : [service];
  },
  parts: shopEventTopics.length,
  summed: ordersIndex,
  entity: wholeShop,
  isShop: true,
};

/**
 * What is counted for any other system: the messages of each topic, of any type.
 *
 * @param topicAliases topics with other names, by the topic that each is counted as
 */
export function topicChannels(
  topics: readonly string[],
  topicAliases: ReadonlyMap<string, string> = new Map(),
): SeriesChannels {
  const indices = new Map(topics.map((topic, index) => [topic, [index]]));
  for (const [other, topic] of topicAliases) indices.set(other, indices.get(topic) ?? []);
  const [only = ''] = topics;
  return {
    names: topics,
    of: ({ topic }) => indices.get(topic) ?? [],
    parts: topics.length,
    summed: topics.length,
    entity: { type: 'service', id: topics.length === 1 ? only : allTopics },
    isShop: false,
  };
}

/** The number of messages in a window, each counted once: for a shop the services' events and the commands, without the orders channel. */
export function totalOf(counts: readonly number[], { summed }: Pick<SeriesChannels, 'summed'>): number {
  let total = 0;
  for (let channel = 0; channel < summed; channel += 1) total += counts[channel] ?? 0;
  return total;
}

/** The channel in words: "warehouse events". */
export function channelInWords(channel: string): string {
  return channel.endsWith('-events') ? `${channel.slice(0, -'-events'.length)} events` : channel;
}

import { hash32 } from '../../base/hash.ts';
import type { Message, StoredMessage } from '../../broker/message.ts';
import type { MessageLog } from '../../broker/message-log.ts';
import { partitionOf } from '../../broker/partition.ts';
import { priorities, type VirtualTime } from '../engine/virtual-time.ts';
import { serviceMs } from './service-time.ts';

/** A subscriber: publishers do not know it, and a message may reach several. */
export type Subscription = {
  /** For the delay: two subscribers of one message get it at different moments. */
  readonly name: string;
  /** Message types it wants; all of the topic's if left out. */
  readonly types?: ReadonlySet<string>;
  /** A cheap check at publication, so that no unwanted delivery is queued. */
  readonly wants?: (message: Message) => boolean;
  /** Set for services: each message takes time, and those of one key are handled one after the other, in the order of publication. */
  readonly works?: true;
  readonly receive: (message: Message) => void;
};

/** Smallest and largest time from publication to delivery [ms]; the delay is drawn from the message's own id. */
export const deliveryDelayMs = { min: 2, max: 33 } as const;

/**
 * Publish and subscribe in virtual time. A message published at `t` takes its place in its topic (partition by key, next
 * offset) at `t`, and reaches each subscriber at `t` plus a delay. A service has handled it a service time later. Keys do not wait for each
 * other: no rush on one product slows the customers of another.
 */
export class VirtualBroker {
  readonly #time: VirtualTime;
  readonly #topics = new Map<string, Topic>();
  readonly #log: MessageLog | undefined;
  readonly #observers: ((stored: StoredMessage) => void)[] = [];
  #published = 0;

  /** @param topics partitions by topic name; publishing elsewhere is a TypeError */
  constructor(
    time: VirtualTime,
    options: { readonly topics: ReadonlyMap<string, number>; readonly log?: MessageLog | undefined },
  ) {
    this.#time = time;
    this.#log = options.log;
    for (const [name, partitions] of options.topics) {
      this.#topics.set(name, { name, offsets: new Array<number>(partitions).fill(0), subscriptions: [] });
    }
  }

  /** Messages published so far, over all topics. */
  get published(): number {
    return this.#published;
  }

  subscribe(topic: string, subscription: Subscription): void {
    this.#topic(topic).subscriptions.push({ ...subscription, salt: hash32(subscription.name), busyUntil: new Map() });
  }

  /** Sees every message at its place, at publication. */
  observe(observer: (stored: StoredMessage) => void): void {
    this.#observers.push(observer);
  }

  publish(topicName: string, message: Message): void {
    const topic = this.#topic(topicName);
    this.#published += 1;
    if (this.#log !== undefined || this.#observers.length > 0) {
      const partition = partitionOf(message.subject, topic.offsets.length);
      const offset = topic.offsets[partition] ?? 0;
      topic.offsets[partition] = offset + 1;
      const stored = { topic: topic.name, partition, offset, message };
      this.#log?.append(stored);
      for (const observer of this.#observers) observer(stored);
    }
    for (const subscription of topic.subscriptions) {
      if (subscription.types?.has(message.type) === false || subscription.wants?.(message) === false) continue;
      const arrivalMs = message.time + delayOf(message.id, subscription.salt);
      if (subscription.works) this.#work(subscription, arrivalMs, message);
      else this.#time.at(arrivalMs, priorities.delivery, () => subscription.receive(message));
    }
  }

  #work({ busyUntil, salt, receive }: Subscribed, arrivalMs: number, message: Message): void {
    const key = message.subject;
    const doneMs = Math.max(arrivalMs, busyUntil.get(key) ?? 0) + serviceMs(message.id, salt);
    busyUntil.set(key, doneMs);
    this.#time.at(doneMs, priorities.delivery, () => {
      if (busyUntil.get(key) === doneMs) busyUntil.delete(key);
      receive(message);
    });
  }

  #topic(name: string): Topic {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw new TypeError(`no topic "${name}"`);
    return topic;
  }
}

type Subscribed = Subscription & {
  readonly salt: number;
  /** By key: when the last message so far will have been handled [ms]. */
  readonly busyUntil: Map<string, number>;
};

type Topic = {
  readonly name: string;
  /** Next offset by partition. */
  readonly offsets: number[];
  readonly subscriptions: Subscribed[];
};

function delayOf(messageId: string, salt: number): number {
  const bits = (Number.parseInt(messageId.slice(8), 16) ^ salt) >>> 0;
  return deliveryDelayMs.min + (bits % (deliveryDelayMs.max - deliveryDelayMs.min + 1));
}

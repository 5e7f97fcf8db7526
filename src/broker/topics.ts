import type { PartitionPlace } from './message.ts';

/** The services of the shop, in the order in which pages, tables and series list them. */
export const serviceNames = [
  'user-management',
  'warehouse',
  'cart',
  'order',
  'payment',
  'shipping',
  'notification',
] as const;

export type ServiceName = (typeof serviceNames)[number];

/** Every service logs each command that it takes here, so that the commands of the whole shop can be read in one place. */
export const commandLogTopic = 'application-command-topic';

/** Labels, near misses, receipts and causal roots; written by the simulation, read by the collector only. */
export const truthTopic = 'cqshop-truth';

/** Announces the beginning, clock, outages and end of a live run to its processes. One partition; every process reads it from its beginning. */
export const controlTopic = 'cqshop-control';

/** What live detectors found. It is no part of a dataset, since detectors are evaluated on datasets. */
export const detectionTopic = 'anomaly-detection-events';

/** The private inbox of one service. */
export function commandTopic(service: string): string {
  return `${service}-commands`;
}

/** The facts that one service publishes and every service may read. */
export function eventTopic(service: string): string {
  return `${service}-events`;
}

/** Every name of a topic that cqshop writes to, without a prefix. */
const shopTopics: ReadonlySet<string> = new Set([
  ...serviceNames.flatMap(service => [commandTopic(service), eventTopic(service)]),
  ...[commandLogTopic, truthTopic, controlTopic, detectionTopic],
]);

/** True for the name of a topic that cqshop writes to, without a prefix; other systems may have one of the same name. */
export function isShopTopic(name: string): boolean {
  return shopTopics.has(name);
}

/** The topics of one run on its broker, where a prefix before every name keeps runs apart. */
export class Topics {
  readonly prefix: string;

  constructor(prefix = '') {
    this.prefix = prefix;
  }

  /** The name on the broker of a topic of this run. */
  full(name: string): string {
    return this.prefix + name;
  }

  /** The inverse of `full`, for a topic that it owns. */
  short(fullName: string): string {
    return fullName.slice(this.prefix.length);
  }

  /** Whether a topic of the broker belongs to this run. */
  owns(fullName: string): boolean {
    return fullName.startsWith(this.prefix);
  }
}

/** True for the topics that a dataset holds by default: the command log and every events topic, but no private inbox. */
export function isCollectedByDefault(topic: string): boolean {
  return topic === commandLogTopic || (topic.endsWith('-events') && topic !== detectionTopic);
}

/** `cart-events/0`. */
export function partitionName({ topic, partition }: PartitionPlace): string {
  return `${topic}/${partition}`;
}

/** Orders partitions by topic, then number. */
export function comparePartitions(a: PartitionPlace, b: PartitionPlace): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition;
}

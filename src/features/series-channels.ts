import type { EventRecord } from '../dataset/record.ts';

/** The services whose events are counted, one channel each. */
export const seriesServices = [
  'user-management',
  'warehouse',
  'cart',
  'order',
  'payment',
  'shipping',
  'notification',
] as const;

/** What a series counts per window: the events of each service, all commands that services logged, and the orders made. */
export const seriesChannels: readonly string[] = [
  ...seriesServices.map(service => `${service}-events`),
  'commands',
  'orders',
];

const commandsIndex = seriesServices.length;
const ordersIndex = commandsIndex + 1;

/** The channels that a record counts in, as indices of `seriesChannels`; topics may carry any prefix. */
export function channelsOf(record: EventRecord): readonly number[] {
  if (record.topic.endsWith('application-command-topic')) return [commandsIndex];
  const service = seriesServices.findIndex(name => record.topic.endsWith(`${name}-events`));
  if (service === -1) return [];
  return record.type === 'OrderCreated' ? [service, ordersIndex] : [service];
}

/** Everything that was published in a window, each message once: the services' events and the commands, not the orders again. */
export function totalOf(counts: readonly number[]): number {
  let total = 0;
  for (let channel = 0; channel < ordersIndex; channel += 1) total += counts[channel] ?? 0;
  return total;
}

/** The channel in words: "warehouse events". */
export function channelInWords(channel: string): string {
  return channel.endsWith('-events') ? `${channel.slice(0, -'-events'.length)} events` : channel;
}

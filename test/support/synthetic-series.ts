import type { Unit } from '../../src/lab/features/feature-set.ts';
import { shopChannels } from '../../src/lab/features/series-channels.ts';
import { type RandomStream, randomStreams } from '../../src/shop/engine/random.ts';

/** Something done to the made-up shop: visits multiplied, messages lost, or one service stopped. */
export type Injection =
  | { readonly kind: 'visits'; readonly startMs: number; readonly endMs: number; readonly factor: number }
  | { readonly kind: 'lost'; readonly startMs: number; readonly endMs: number; readonly share: number }
  | { readonly kind: 'outage'; readonly startMs: number; readonly endMs: number; readonly service: string };

type MadeMessage = { readonly timeMs: number; readonly channels: readonly number[]; readonly byCustomer: boolean };

const hour = 3_600_000;
/** 18:00-23:00 busiest, falling from 23:00 to 06:00; a weekend that wakes late. */
const weekdayShape = [
  55, 35, 22, 16, 14, 16, 28, 45, 65, 80, 90, 100, 108, 106, 104, 106, 112, 124, 150, 165, 172, 166, 146, 95,
];
const weekendShape = [
  75, 52, 34, 24, 18, 16, 20, 30, 48, 74, 98, 116, 126, 130, 128, 124, 124, 130, 146, 158, 164, 158, 140, 100,
];
const dayOfWeekShape = [1.05, 0.98, 0.96, 1.0, 1.06, 1.02, 0.93];

/** Monday, 6 January 2025. */
export const syntheticStartMs = Date.UTC(2025, 0, 6);

/**
 * A shop made of visits, not of services: about 10,000 messages a day from visits that arrive by day shape, week shape, a
 * log-normal AR(1) day factor (coefficient of variation 0.2) and hourly bursts; messages cluster inside visits. Independent of
 * the simulator, to develop and test the series detectors against something that was not built with them.
 */
export function syntheticUnits(options: {
  readonly seed: number;
  readonly days: number;
  readonly windowMs: number;
  readonly startMs?: number;
  readonly injections?: readonly Injection[];
}): readonly Unit[] {
  const { seed, days, windowMs, startMs = syntheticStartMs, injections = [] } = options;
  const counts = Array.from({ length: (days * 24 * hour) / windowMs }, () => shopChannels.names.map(() => 0));
  for (const message of madeMessages(seed, startMs, days, injections)) {
    const row = counts[Math.floor((message.timeMs - startMs) / windowMs)];
    if (row === undefined) continue;
    for (const channel of message.channels) row[channel] = (row[channel] ?? 0) + 1;
  }
  return counts.map((features, index) => ({
    startMs: startMs + index * windowMs,
    endMs: startMs + (index + 1) * windowMs,
    entity: { type: 'shop', id: 'shop' },
    features,
  }));
}

function* madeMessages(
  seed: number,
  startMs: number,
  days: number,
  injections: readonly Injection[],
): Generator<MadeMessage> {
  const streams = randomStreams(seed);
  const dayStream = streams.stream('day');
  let logLevel = 0.2 * normal(dayStream);
  for (let day = -3; day < days; day += 1) {
    logLevel = 0.6 * logLevel + 0.2 * 0.8 * normal(dayStream);
    for (let hourOfDay = 0; hourOfDay < 24; hourOfDay += 1) {
      const hourStart = startMs + (day * 24 + hourOfDay) * hour;
      const random = streams.stream(`hour/${hourStart}`);
      const weekday = (Math.floor(hourStart / (24 * hour)) + 3) % 7;
      const shape = (weekday >= 5 ? weekendShape : weekdayShape)[hourOfDay] ?? 0;
      const burst = Math.exp(0.12 * normal(random) - 0.0072);
      const rate = 0.32 * shape * (dayOfWeekShape[weekday] ?? 1) * Math.exp(logLevel - 0.02) * burst;
      for (let arrived = exponential(random) / rate; arrived < 1; arrived += exponential(random) / rate)
        yield* afterInjections(visit(hourStart + arrived * hour, random), injections);
      for (const injection of injections) {
        if (injection.kind !== 'visits' || injection.factor <= 1) continue;
        const extra = streams.stream(`extra/${hourStart}/${injection.startMs}`);
        const extraRate = rate * (injection.factor - 1);
        for (let arrived = exponential(extra) / extraRate; arrived < 1; arrived += exponential(extra) / extraRate) {
          const at = hourStart + arrived * hour;
          if (at >= injection.startMs && at < injection.endMs) yield* afterInjections(visit(at, extra), injections);
        }
      }
    }
  }
}

const channel = Object.fromEntries(shopChannels.names.map((name, index) => [name, index]));

/** A visit of some minutes: carts filled, sometimes bought, parcels sent a day or two later by day. */
function* visit(startMs: number, random: RandomStream): Generator<MadeMessage> {
  let timeMs = startMs;
  const message = (names: readonly string[], delayMs = 0, byCustomer = true): MadeMessage => ({
    timeMs: timeMs + delayMs,
    channels: names.flatMap(name => channel[name] ?? []),
    byCustomer,
  });
  if (random.uniform() < 0.12) {
    yield message(['commands']);
    yield message(['user-management-events'], 200);
    yield message(['user-management-events'], 210);
    yield message(['commands'], 400);
    yield message(['notification-events'], 500);
  }
  const products = Math.floor(exponential(random) * 1.2);
  for (let product = 0; product <= products; product += 1) {
    timeMs += exponential(random) * 150_000;
    yield message(['commands']);
    yield message(['cart-events'], 200);
    yield message(['commands'], 300);
    yield message(['warehouse-events'], 400);
    yield message(['cart-events'], 500);
  }
  if (random.uniform() > 0.25) {
    for (let product = 0; product <= products; product += 1) yield message(['warehouse-events'], 1_800_000, false);
    return;
  }
  timeMs += exponential(random) * 120_000;
  yield message(['commands']);
  yield message(['order-events', 'orders'], 200);
  yield message(['payment-events', 'commands'], 900);
  yield message(['order-events'], 1100);
  yield message(['notification-events', 'commands'], 1300);
  yield message(['warehouse-events', 'commands'], 1400);
  const morningMs = Math.ceil(timeMs / (24 * hour)) * 24 * hour + (7 + 6 * random.uniform()) * hour - timeMs;
  yield message(['shipping-events'], morningMs, false);
  yield message(['shipping-events'], morningMs + (24 + 4 * random.uniform()) * hour, false);
  yield message(['order-events'], morningMs + (24 + 4 * random.uniform()) * hour, false);
}

function* afterInjections(messages: Iterable<MadeMessage>, injections: readonly Injection[]): Generator<MadeMessage> {
  for (const message of messages) {
    const injection = injections.find(({ startMs, endMs }) => message.timeMs >= startMs && message.timeMs < endMs);
    const fraction = (message.timeMs * 0.6180339887) % 1;
    if (injection === undefined) yield message;
    else if (injection.kind === 'visits') {
      if (injection.factor >= 1 || fraction < injection.factor) yield message;
    } else if (injection.kind === 'lost') {
      if (!message.byCustomer || fraction >= injection.share) yield message;
    } else if (message.channels.some(index => shopChannels.names[index] === `${injection.service}-events`)) {
      if (fraction < 0.5) yield { ...message, timeMs: injection.endMs + 600_000 * fraction };
    } else yield message;
  }
}

function exponential(random: RandomStream): number {
  return -Math.log(1 - random.uniform());
}

function normal(random: RandomStream): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

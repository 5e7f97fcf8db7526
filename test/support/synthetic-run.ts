import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { hash64Hex } from '../../src/base/hash.ts';
import { openEmbeddedLog } from '../../src/broker/embedded/embedded-log.ts';
import type { Message } from '../../src/broker/message.ts';
import { partitionOf } from '../../src/broker/partition.ts';
import { commandLogTopic, commandTopic, eventTopic, truthTopic } from '../../src/broker/topics.ts';
import { randomStreams } from '../../src/shop/engine/random.ts';
import { services } from '../../src/shop/services/registry.ts';
import { temporaryDirectory } from './temporary-directory.ts';

export type SyntheticRun = {
  readonly seed?: number;
  /** Visits; each gives about nine collected messages and two private ones. Default 300. */
  readonly visits?: number;
  readonly topicPrefix?: string;
  /** Whether the run ends with RunFinished; default true. */
  readonly isFinished?: boolean;
  readonly clusterId?: string;
};

/** A new directory; the log of such a run is in its directory `broker`. */
export function syntheticBroker(run?: SyntheticRun): string {
  const dir = temporaryDirectory();
  writeSyntheticRun(join(dir, 'broker'), run);
  return dir;
}

const startMs = Date.parse('2025-03-03T00:00:00Z');
const partitions = new Map([
  ...services.flatMap(({ name }): [string, number][] => [
    [commandTopic(name), 3],
    [eventTopic(name), name === 'warehouse' ? 2 : 3],
  ]),
  [commandLogTopic, 3],
  [truthTopic, 1],
]);

/**
 * Writes an embedded broker's log as a small shop would: every fifth visit is of a hoarder, whose commands are causal roots of
 * label `hoard`. Now and then an event has the same millisecond as its cause and sorts before it.
 *
 * @returns ids of the messages that the hoarder caused and that a dataset holds, sorted
 */
export function writeSyntheticRun(dir: string, run: SyntheticRun = {}): { readonly causedIds: readonly string[] } {
  const { seed = 1, visits = 300, topicPrefix = '', isFinished = true } = run;
  const clusterId =
    run.clusterId ?? createHash('sha256').update(`synthetic ${seed} ${visits}`).digest('hex').slice(0, 22);
  const log = openEmbeddedLog(dir, { topics: partitions, clusterId, topicPrefix });
  const random = randomStreams(seed).stream('synthetic');
  const offsets = new Map<string, number>();
  const causedIds = new Set<string>();
  let count = 0;
  let truths = 0;
  const publish = (topic: string, message: Message) => {
    const partition = partitionOf(message.subject, partitions.get(topic) ?? 1);
    const key = `${topic}/${partition}`;
    const offset = offsets.get(key) ?? 0;
    offsets.set(key, offset + 1);
    count += 1;
    log.append({ topic, partition, offset, message });
  };
  const truth = (type: string, data: Record<string, unknown>) => {
    truths += 1;
    publish(truthTopic, {
      kind: 'event',
      type,
      id: hash64Hex(`${type} ${count}`),
      source: '/simulation',
      subject: 'run',
      time: nowMs,
      correlationid: '',
      causationid: '',
      data,
    });
  };
  let nowMs = startMs;
  const endMs = startMs + visits * 20_000 + 86_400_000;
  try {
    truth('RunStarted', {
      scenario: 'synthetic',
      scenarioHash: createHash('sha256').update('synthetic').digest('hex'),
      seed,
      start: new Date(startMs).toISOString(),
      end: new Date(endMs).toISOString(),
      days: 2,
      withoutAnomalies: false,
      twin: false,
      toolVersion: '0.1.0',
    });
    for (let visit = 0; visit < visits; visit++) {
      nowMs += random.integer(1000, 20_000);
      const isHoarder = visit % 5 === 4;
      const userId = isHoarder ? 'user-hoarder' : `user-${random.integer(1, 500)}`;
      const cartId = `cart-${visit}`;
      const correlationid = hash64Hex(`visit ${visit}`);
      const act = (
        topic: string,
        cause: string,
        draft: Pick<Message, 'kind' | 'type' | 'subject' | 'data'>,
        source: string,
      ) => {
        const id = hash64Hex(`${visit} ${topic} ${draft.type} ${cause} ${nowMs}`);
        publish(topic, { ...draft, id, source, time: nowMs, correlationid, causationid: cause });
        if (isHoarder && topic !== 'cart-commands') causedIds.add(id);
        return id;
      };
      for (let item = 0; item < 2; item++) {
        const productId = `product-${random.integer(1, 60)}`;
        const quantity = isHoarder ? 20 : random.integer(1, 3);
        const price = random.integer(199, 9999) / 100;
        const line = { cartId, userId, productId, quantity };
        const command = hash64Hex(`${visit} ${item} AddProductToCart`);
        const asked = { kind: 'command', type: 'AddProductToCart', subject: cartId, data: line } as const;
        const envelope = { ...asked, id: command, source: '/customers', correlationid, causationid: '' };
        publish('cart-commands', { ...envelope, time: nowMs });
        if (isHoarder) truth('CausalRootDeclared', { messageId: command, labelId: 'hoard' });
        nowMs += random.integer(2, 30);
        publish(commandLogTopic, { ...envelope, time: nowMs });
        if (isHoarder) causedIds.add(command);
        const added = act(
          'cart-events',
          command,
          { ...asked, kind: 'event', type: 'ProductAddedToCart' },
          '/services/cart',
        );
        const isSameMillisecond = random.integer(1, 4) === 1;
        if (!isSameMillisecond) nowMs += random.integer(2, 30);
        const reserved = {
          productId,
          cartId,
          userId,
          quantity,
          price,
          note: visit === 7 ? 'Müller, "groß"\n✓' : undefined,
        };
        const reservation = act(
          'warehouse-events',
          added,
          { kind: 'event', type: 'ProductReserved', subject: productId, data: reserved },
          '/services/warehouse',
        );
        if (!isSameMillisecond) nowMs += random.integer(2, 30);
        act(
          'cart-events',
          reservation,
          { kind: 'event', type: 'CartLineUpdated', subject: cartId, data: { ...line, price } },
          '/services/cart',
        );
      }
    }
    nowMs = endMs;
    const messages = count - truths;
    const intervention = (id: string, anomaly: string) => ({
      id,
      anomaly,
      variant: 'one-fast',
      intensity: 'blatant',
      taxonomy: 'OWASP OAT-021',
      target: 'user-hoarder',
      entities: [{ type: 'user', id: 'user-hoarder' }],
      start: new Date(startMs).toISOString(),
      end: new Date(startMs + 3_600_000).toISOString(),
      effect_start: new Date(startMs).toISOString(),
      effect_end: new Date(startMs + 7_200_000).toISOString(),
      parameters: { quantity: 20 },
      receipt: { messages: causedIds.size },
    });
    truth('LabelDeclared', intervention('hoard', 'stock-exhaustion'));
    truth('NearMissDeclared', intervention('sale', 'flash-sale'));
    if (isFinished) truth('RunFinished', { messages });
  } finally {
    log.close();
  }
  return { causedIds: [...causedIds].sort() };
}

import type { KafkaClient } from '../../../src/broker/kafka/connect-kafka.ts';
import { PartitionReader } from '../../../src/broker/kafka/reading/partition-reader.ts';
import type { StoredMessage } from '../../../src/broker/message.ts';
import type { ClockMapping } from '../../../src/shop/live/live-clock.ts';

/** Lines of an audit that are explained. */
const linesAtMost = 10;
/** Messages shown before and after each message that a line names. */
const reach = 3;

export type NeighbourOptions = {
  /** Tells the wall clock at which messages were made. */
  readonly clock?: ClockMapping | undefined;
  /** The moment from which seconds are counted [ms since the epoch]. */
  readonly beganMs?: number;
  /** Who wrote a message, by its place; see `producersOf`. */
  readonly producers?: ReadonlyMap<string, string>;
};

/**
 * What lies around each message that lines of an audit name by its id or as a cause, so that a failure that was seen once can be understood.
 *
 * @param run as `readRun` gives it
 */
export function neighbours(
  run: readonly StoredMessage[],
  lines: readonly string[],
  { clock, beganMs = 0, producers }: NeighbourOptions = {},
): readonly string[] {
  const indexes = new Map<string, Set<number>>();
  run.forEach(({ message: { id, causationid } }, index) => {
    for (const name of [id, causationid]) indexes.set(name, (indexes.get(name) ?? new Set()).add(index));
  });
  const describe = (stored: StoredMessage, isNamed: boolean) => {
    const { id, type, time, causationid } = stored.message;
    const seconds = clock === undefined ? 0 : (clock.wallMs - beganMs + (time - clock.virtualMs) / clock.speed) / 1000;
    const wall = clock === undefined ? '' : ` (${seconds.toFixed(2)} s)`;
    const producer = producers?.get(placeOf(stored));
    const by = producer === undefined ? '' : ` by producer ${producer}`;
    return `${isNamed ? '>' : ' '} ${placeOf(stored)} ${new Date(time).toISOString()}${wall} ${type} ${id} after ${causationid}${by}`;
  };
  return lines.slice(0, linesAtMost).flatMap(line => {
    const named = new Set(line.split(/[\s,]+/).flatMap(word => [...(indexes.get(word) ?? [])]));
    const shown = new Set([...named].flatMap(index => around(run, index)));
    const sorted = [...shown].sort((a, b) => a - b);
    return [line, ...sorted.flatMap(index => run.slice(index, index + 1).map(one => describe(one, named.has(index))))];
  });
}

/** Which producer wrote each message of these topics, by "topic/partition offset" without the prefix. */
export async function producersOf(client: KafkaClient): Promise<ReadonlyMap<string, string>> {
  const producers = new Map<string, string>();
  const reader = new PartitionReader(client);
  try {
    const ranges = (await reader.offsets(topic => client.topics.owns(topic))).map(range => ({
      ...range,
      from: range.low,
      to: range.high,
    }));
    for await (const { topic, partition, records } of reader.read(ranges)) {
      for (const { offset, batchContext } of records) {
        const place = placeOf({ topic: client.topics.short(topic), partition, offset: Number(offset) });
        producers.set(place, batchContext.producerId);
      }
    }
  } finally {
    await reader.close();
  }
  return producers;
}

function placeOf({ topic, partition, offset }: Pick<StoredMessage, 'topic' | 'partition' | 'offset'>): string {
  return `${topic}/${partition} ${offset}`;
}

/** Indexes of a message and those next to it in its partition. */
function around(run: readonly StoredMessage[], index: number): readonly number[] {
  const own = run[index];
  const isBeside = (other: StoredMessage | undefined) =>
    other?.topic === own?.topic && other?.partition === own?.partition;
  return Array.from({ length: 2 * reach + 1 }, (_, step) => index - reach + step).filter(at => isBeside(run[at]));
}

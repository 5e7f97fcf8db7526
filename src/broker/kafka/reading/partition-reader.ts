import { setTimeout } from 'node:timers/promises';
import { cannot } from '../../../base/errors.ts';
import { groupBy } from '../../../base/group-by.ts';
import { sum } from '../../../base/sum.ts';
import type { PartitionPlace } from '../../message.ts';
import type { PartitionOffsets, PartitionRange } from '../../message-source.ts';
import { comparePartitions, partitionName } from '../../topics.ts';
import type { KafkaClient } from '../connect-kafka.ts';
import { unlessGivenUp } from '../given-up.ts';
import { isSilence, kafkaFailure, protocolErrorOf } from '../kafka-failure.ts';
import { codecsOf, endOf, fetchWithBatches } from '../library/batch-ends.ts';
import { type BrokerCluster, byTopic, type ClusterMetadata } from '../library/broker-cluster.ts';
import type { CodecName } from '../library/codecs.ts';
import { readCommitted, readUncommitted } from '../library/kafkajs.ts';
import { topicIds } from '../library/topic-ids.ts';
import { nextOffsetOf, type PackedPart, type RecordBatch, unpacked } from './packed-part.ts';

export type PartitionReaderOptions = {
  /** How long to wait for a broker that was reached once [ms]; default 90 s. */
  readonly patienceMs?: number | undefined;
  /** When aborted, the reader stops waiting for a broker that does not answer, and throws the signal's reason. Reading goes on while the broker answers. */
  readonly giveUp?: AbortSignal | undefined;
};

export type ReadOptions = {
  /** How long a fetch may wait for a first message [ms]; default 250. */
  readonly maxWaitMs?: number;
  /** Of one fetch; two are held at a time. Default 4 MiB. */
  readonly maxBytes?: number;
  /** Ends the reading, without an error. */
  readonly signal?: AbortSignal | undefined;
};

const earliest = -2;
const latest = -1;
const bytesPerPartition = 1024 * 1024;
const fetchBytes = 4 * 1024 * 1024;

/**
 * A failed request is sent again, to wait for a broker that restarts or is frozen. The limit is a time, not a number of attempts, since a request
 * without an answer fails only after half a minute.
 */
const trying = { patienceMs: 90_000, waitMs: 500, mostForMissing: 6 } as const;

/**
 * Reads partitions from given offsets without a consumer group: no rebalance, no commit, no wait for a dead predecessor, no jump to
 * another offset when the wanted one is gone.
 */
export class PartitionReader {
  readonly #client: KafkaClient;
  readonly #patienceMs: number;
  readonly #giveUp: AbortSignal | undefined;
  #cluster: BrokerCluster;
  #connecting: Promise<void> | undefined;
  #leaders = new Map<string, number>();

  constructor(client: KafkaClient, options: PartitionReaderOptions = {}) {
    this.#client = client;
    this.#cluster = client.cluster();
    this.#patienceMs = options.patienceMs ?? trying.patienceMs;
    this.#giveUp = options.giveUp;
  }

  /** Every partition of the topics that `isWanted`, by topic and partition; Kafka's own topics (`__…`) are left out. */
  async offsets(isWanted: (topic: string) => boolean): Promise<readonly PartitionOffsets[]> {
    const found = await this.#persist('read topics of', this.#giveUp, async () => {
      const { topicMetadata } = await this.#refresh();
      const wanted = topicMetadata
        .filter(({ topic }) => !topic.startsWith('__') && isWanted(topic))
        .flatMap(({ topic, partitionMetadata }) =>
          partitionMetadata.map(({ partitionId }) => ({ topic, partition: partitionId })),
        );
      const firsts = await this.#list(wanted, earliest);
      const lows = new Map(firsts.map(first => [partitionName(first), first.offset]));
      const ends = await this.#list(wanted, latest);
      const ids = await this.#topicIds(wanted);
      return ends.map(({ topic, partition, offset: high }) => {
        const low = lows.get(partitionName({ topic, partition })) ?? 0;
        return { topic, partition, low, high, topicId: ids.get(topic) };
      });
    });
    return found.sort(comparePartitions);
  }

  /** The offsets that cannot be read yet, because a transaction is open there or before them. */
  async heldBack(places: readonly PartitionPlace[]): Promise<readonly PartitionRange[]> {
    const found = await this.#persist('read offsets of', this.#giveUp, async () => {
      const ends = await this.#list(places, latest, readUncommitted);
      const tos = new Map(ends.map(end => [partitionName(end), end.offset]));
      // Asked for afterwards: messages that come in between are not held back.
      const readable = await this.#list(places, latest);
      return readable.flatMap(({ topic, partition, offset: from }) => {
        const to = tos.get(partitionName({ topic, partition })) ?? from;
        return from < to ? [{ topic, partition, from, to }] : [];
      });
    });
    return found.sort(comparePartitions);
  }

  /**
   * Reads ranges to their ends, each in offset order, partitions interleaved; with `to: Infinity` it goes on as messages come.
   *
   * @throws MESSAGES_LOST when retention has deleted what was to be read, or the topic is gone
   */
  async *read(ranges: readonly PartitionRange[], options: ReadOptions = {}): AsyncGenerator<RecordBatch> {
    for await (const part of this.#parts(ranges, options)) yield* unpacked(part);
  }

  /** The topics of ranges by how their batches are packed. They are not unpacked. @throws as `read` */
  async codecs(ranges: readonly PartitionRange[]): Promise<ReadonlyMap<CodecName, ReadonlySet<string>>> {
    const topics = new Map<CodecName, Set<string>>();
    for await (const { range, packed } of this.#parts(ranges, {})) {
      for (const codec of codecsOf(packed ?? Buffer.alloc(0))) {
        topics.set(codec, (topics.get(codec) ?? new Set()).add(range.topic));
      }
    }
    return topics;
  }

  async *#parts(ranges: readonly PartitionRange[], options: ReadOptions): AsyncGenerator<PackedPart> {
    const wanted = ranges.filter(({ from, to }) => from < to);
    const positions = new Map(wanted.map(range => [partitionName(range), range]));
    const giveUp = either(this.#giveUp, options.signal);
    const fetchNext = () => this.#fetch([...positions.values()], options, giveUp);
    let pending: Promise<readonly PackedPart[]> | undefined;
    try {
      while (positions.size > 0 && options.signal?.aborted !== true) {
        const parts = await (pending ?? fetchNext());
        for (const { range, nextOffset } of parts) {
          const key = partitionName(range);
          const position = positions.get(key);
          if (position === undefined || nextOffset >= position.to) positions.delete(key);
          else positions.set(key, { ...position, from: nextOffset });
        }
        // The next request is under way while this answer is processed, unless its messages are larger than a fetch should be.
        const bytes = sum(parts, ({ packed }) => packed?.length ?? 0);
        const isLarge = bytes > (options.maxBytes ?? fetchBytes);
        pending = positions.size === 0 || isLarge ? undefined : fetchNext();
        // Its failure is handled in its turn.
        pending?.catch(() => undefined);
        yield* parts;
      }
    } catch (error) {
      if (options.signal?.aborted !== true || error !== giveUp?.reason) throw error;
    } finally {
      await pending?.catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    if (this.#connecting !== undefined) await this.#cluster.disconnect();
  }

  async #fetch(
    ranges: readonly PartitionRange[],
    options: ReadOptions,
    giveUp: AbortSignal | undefined,
  ): Promise<readonly PackedPart[]> {
    const first = ranges[0];
    const what = ranges.length === 1 && first !== undefined ? `${partitionName(first)} of` : 'messages of';
    return this.#persist(`read ${what}`, giveUp, async () => {
      const byLeader = await this.#byLeader(ranges);
      const answers = [...byLeader].map(([leader, own]) => this.#fetchFrom(leader, own, options));
      return (await Promise.all(answers)).flat();
    });
  }

  async #fetchFrom(
    leader: number,
    ranges: readonly PartitionRange[],
    options: ReadOptions,
  ): Promise<readonly PackedPart[]> {
    const broker = await this.#cluster.findBroker({ nodeId: leader });
    const { responses, batches } = await fetchWithBatches(broker, {
      isolationLevel: readCommitted,
      maxWaitTime: options.maxWaitMs ?? 250,
      minBytes: 1,
      maxBytes: options.maxBytes ?? fetchBytes,
      topics: byTopic(ranges, ({ partition, from }) => ({
        partition,
        fetchOffset: String(from),
        maxBytes: bytesPerPartition,
      })),
    });
    const ranged = new Map(ranges.map(range => [partitionName(range), range]));
    return responses.flatMap(({ topicName, partitions }) =>
      partitions.flatMap(fetched => {
        const place = partitionName({ topic: topicName, partition: fetched.partition });
        const range = ranged.get(place);
        const packed = batches.get(place);
        const end = packed === undefined ? undefined : endOf(packed);
        return range === undefined || (fetched.messages.length === 0 && end === undefined)
          ? []
          : [{ range, fetched, packed, nextOffset: nextOffsetOf(range, fetched, end) }];
      }),
    );
  }

  async #list(
    partitions: readonly PartitionPlace[],
    timestamp: number,
    isolationLevel = readCommitted,
  ): Promise<readonly (PartitionPlace & { readonly offset: number })[]> {
    const byLeader = await this.#byLeader(partitions);
    const answers = [...byLeader].map(async ([leader, own]) => {
      const broker = await this.#cluster.findBroker({ nodeId: leader });
      return broker.listOffsets({
        isolationLevel,
        topics: byTopic(own, ({ partition }) => ({ partition, timestamp })),
      });
    });
    return (await Promise.all(answers)).flatMap(({ responses }) =>
      responses.flatMap(({ topic, partitions: listed }) =>
        listed.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
      ),
    );
  }

  async #topicIds(places: readonly PartitionPlace[]): Promise<ReadonlyMap<string, string>> {
    const [first] = places;
    const leader = first && this.#leaders.get(partitionName(first));
    if (leader === undefined) return new Map();
    const broker = await this.#cluster.findBroker({ nodeId: leader });
    return topicIds(broker, [...new Set(places.map(({ topic }) => topic))]);
  }

  async #byLeader<Place extends PartitionPlace>(
    places: readonly Place[],
  ): Promise<ReadonlyMap<number, readonly Place[]>> {
    if (places.some(place => !this.#leaders.has(partitionName(place)))) await this.#refresh();
    return groupBy(places, place => {
      const leader = this.#leaders.get(partitionName(place));
      if (leader === undefined) throw new MissingPartition(partitionName(place));
      if (leader < 0) throw new NotReady(`${partitionName(place)} has no leader`);
      return leader;
    });
  }

  async #refresh(): Promise<ClusterMetadata> {
    this.#connecting ??= this.#cluster.connect();
    await this.#connecting;
    const metadata = await this.#cluster.metadata({ topics: [] });
    if (metadata === null) throw new NotReady('it does not answer');
    this.#leaders = new Map(
      metadata.topicMetadata.flatMap(({ topic, partitionMetadata }) =>
        partitionMetadata.map(
          ({ partitionId, leader }) => [partitionName({ topic, partition: partitionId }), leader] as const,
        ),
      ),
    );
    return metadata;
  }

  /** Tries again after failures that may pass: a broker that restarts, a partition that gets a new leader. @throws the reason of `giveUp` */
  #persist<Answer>(doing: string, giveUp: AbortSignal | undefined, attempt: () => Promise<Answer>): Promise<Answer> {
    const persisting = this.#tryAgain(doing, giveUp, attempt);
    return this.#client.reachability?.during(persisting) ?? persisting;
  }

  async #tryAgain<Answer>(
    doing: string,
    giveUp: AbortSignal | undefined,
    attempt: () => Promise<Answer>,
  ): Promise<Answer> {
    let patience: AbortSignal | undefined;
    for (let missing = 0; ; ) {
      const cluster = this.#cluster;
      try {
        return await unlessGivenUp(attempt(), giveUp);
      } catch (error) {
        patience ??= AbortSignal.timeout(this.#patienceMs);
        missing += isMissing(error) ? 1 : 0;
        const isGivenUp = giveUp?.aborted === true && (error === giveUp.reason || !isHopeless(error));
        if (!isGivenUp && (isHopeless(error) || patience.aborted || missing >= trying.mostForMissing)) {
          throw this.#failureOf(doing, error);
        }
        // Another caller's attempt may have failed, too.
        if (cluster === this.#cluster) this.#begin();
        if (isGivenUp) throw giveUp.reason;
        await setTimeout(trying.waitMs, undefined, { signal: giveUp }).catch(() => undefined);
      }
    }
  }

  /** Connects again next time, and waits for no open request: kafkajs regards a connection without any answer as a good one. */
  #begin(): void {
    this.#cluster.abandon();
    this.#cluster = this.#client.cluster();
    this.#connecting = undefined;
    this.#leaders.clear();
  }

  #failureOf(doing: string, error: unknown): unknown {
    const { url, connection } = this.#client;
    const lost = (place: string, what: string, expected: string) =>
      cannot('MESSAGES_LOST', `read ${place} of ${url}`)(what, expected, error);
    if (error instanceof MissingPartition) {
      return lost(error.place, 'the broker does not have it', 'a topic that stays');
    }
    if (protocolErrorOf(error) === 'OFFSET_OUT_OF_RANGE' && error instanceof Error) {
      const place = 'topic' in error && 'partition' in error ? `${error.topic}/${error.partition}` : 'messages';
      return lost(
        place,
        'its retention has deleted messages that were still to be read, or the topic was created again',
        'retention.ms long enough, or -1',
      );
    }
    return kafkaFailure(doing, connection, error);
  }
}

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other]);
}

/** No broker returned its metadata, for a reason that kafkajs hides, or one that restarts leads a partition. Its name makes it a failure of the client. */
class NotReady extends Error {
  override readonly name = 'KafkaJSNotReady';
}

/** A partition that the broker does not know. */
class MissingPartition extends Error {
  readonly place: string;

  constructor(place: string) {
    super(`no ${place}`);
    this.place = place;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof MissingPartition || protocolErrorOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
}

function isHopeless(error: unknown): boolean {
  if (error instanceof MissingPartition) return false;
  if (isSilence(error)) return false;
  if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) return true;
  const type = protocolErrorOf(error);
  const isFinal = error.name === 'KafkaJSSASLAuthenticationError' || error.name === 'KafkaJSNotImplemented';
  return isFinal || type === 'OFFSET_OUT_OF_RANGE' || type.endsWith('AUTHORIZATION_FAILED');
}

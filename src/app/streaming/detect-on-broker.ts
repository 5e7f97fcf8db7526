import { setTimeout } from 'node:timers/promises';
import { sum } from '../../base/sum.ts';
import { lookEveryMs } from '../../base/time.ts';
import { HeldBackWatch, heldBackNotes } from '../../broker/held-back.ts';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { messageOf } from '../../broker/kafka/reading/decode-record.ts';
import { type DecodedBatch, KafkaMessages } from '../../broker/kafka/reading/kafka-messages.ts';
import { KnownTopics } from '../../broker/kafka/reading/known-topics.ts';
import type { TopicMapping } from '../../broker/kafka/values/topic-mapping.ts';
import { wallMs } from '../../broker/kafka/wall-clock.ts';
import type { Message } from '../../broker/message.ts';
import type { MessageText } from '../../broker/message-line.ts';
import type { PartitionOffsets } from '../../broker/message-source.ts';
import { partitionName } from '../../broker/topics.ts';
import { loadedDetector } from '../../lab/detectors/detect.ts';
import type { Model } from '../../lab/detectors/model.ts';
import type { FeatureSet } from '../../lab/features/feature-set.ts';
import { AlarmPublisher } from './alarm-publisher.ts';
import { type AwaitTopicsOptions, awaitTopics } from './await-topics.ts';
import { BrokerDetection, type BrokerDetectionOptions, type MessagesRead } from './broker-detection.ts';
import { SharedAlarms, type Sharing } from './shared-alarms.ts';
import { throttledLog } from './throttled-log.ts';
import { WatermarkMerge } from './watermark-merge.ts';

export type DetectOnBrokerOptions = Omit<AwaitTopicsOptions, 'client'> &
  Pick<BrokerDetectionOptions, 'tell' | 'onGap'> & {
    /** What messages mean that cqshop did not write. */
    readonly mapping: TopicMapping | undefined;
    /** With other followers of the model. */
    readonly sharing?: Sharing | undefined;
    /** The first unreadable record ends the detection. */
    readonly strict: boolean;
    /** Called with what could not be read of messages, and with records that are none. */
    readonly onUnread: (found: Pick<DecodedBatch, 'unread' | 'unreadable'>) => void;
    /** Called with the topics that are looked at; what it throws ends the detection. */
    readonly forTopics: (names: readonly string[]) => void;
    /** Called with how many offsets of these topics were deleted before the first that is there; not called if none. */
    readonly onDeleted: (offsets: number) => void;
  };

const merging = { holdMs: 2000, window: 1000 } as const;
/** Messages of a partition that are read at a time where the end is known. */
const chunk = 2000;
const tellEveryMs = 10_000;

/** What reads the broker: one connection for messages, one for asking where the topics end meanwhile. */
type Readers = {
  readonly messages: KafkaMessages;
  readonly ends: KafkaMessages;
  readonly read: (decoded: MessageText) => Message;
};

/**
 * Runs a model over a cluster's topics from their beginning, and publishes what it finds, each alarm once however often it is started: with
 * `follow` until `signal` is aborted, without it to where the topics end now; what follows only from that end is reported and not published.
 *
 * @returns how many messages there were, and how many of them came after later ones had been looked at
 * @throws USAGE, BROKER_EMPTY, BROKER_CORRUPT (with `strict` only), BROKER_REFUSED, BROKER_UNREACHABLE, MESSAGES_LOST
 */
export async function detectOnBroker(
  client: KafkaClient,
  model: Model,
  options: DetectOnBrokerOptions,
): Promise<{ readonly messages: number; readonly late: number }> {
  const { mapping, strict, signal } = options;
  const open = () => new KafkaMessages(client, { mapping, strict, giveUp: signal });
  const readers = { messages: open(), ends: open(), read: readerFor(model.detector.features) };
  try {
    return await detectWith(readers, client, model, options);
  } finally {
    await readers.messages.close();
    await readers.ends.close();
  }
}

async function detectWith(
  readers: Readers,
  client: KafkaClient,
  model: Model,
  options: DetectOnBrokerOptions,
): Promise<{ readonly messages: number; readonly late: number }> {
  const { follow, signal, tell, onGap } = options;
  const look = () => readers.ends.partitions();
  const found = await awaitTopics(look, { ...options, client });
  options.forTopics([...new Set(found.map(({ topic }) => topic))]);
  const deleted = sum(found, ({ low }) => low);
  if (deleted > 0) options.onDeleted(deleted);
  const to = (high: number) => (follow ? Number.POSITIVE_INFINITY : high);
  const { partitions, isSettled } = await settled(found, look, { follow, signal });
  const ranges = partitions.map(({ topic, partition, low, high }) => ({ topic, partition, from: low, to: to(high) }));
  const merge = new WatermarkMerge(ranges, merging);
  const detection = new BrokerDetection({
    ...{ merge, isSettled, tell, onGap },
    goesOnWithClock: follow && model.detector.features.channels?.isShop === false,
    ready: await loadedDetector(model),
    openAlarmPublisher: async () =>
      options.sharing === undefined
        ? AlarmPublisher.open(client, signal)
        : new SharedAlarms(client, options.sharing, signal),
  });
  try {
    if (follow) await followOn(detection, merge, readers, { ...options, client, known: knownTopics(client, found) });
    else {
      await readToEnd(detection, merge, readers, options);
      for (const note of heldBackNotes(await readers.ends.heldBack(found))) client.onNote?.(note);
    }
  } finally {
    await detection.close();
  }
  options.log(detection.describe());
  return { messages: detection.figures.messages, late: merge.late };
}

/**
 * A follower releases a message when every other partition was read to its end two seconds after it. A single run reads the ends twice, two seconds
 * apart: messages that were there at the first time are equally settled.
 */
async function settled(
  first: readonly PartitionOffsets[],
  look: () => Promise<readonly PartitionOffsets[]>,
  { follow, signal }: { readonly follow: boolean; readonly signal: AbortSignal },
): Promise<Pick<BrokerDetectionOptions, 'isSettled'> & { readonly partitions: readonly PartitionOffsets[] }> {
  if (follow) return { partitions: first, isSettled: () => true };
  await setTimeout(merging.holdMs, undefined, { signal });
  const ends = new Map(first.map(range => [partitionName(range), range.high]));
  const now = await look();
  return {
    partitions: now.filter(range => ends.has(partitionName(range))),
    isSettled: message => message.offset < (ends.get(partitionName(message)) ?? 0),
  };
}

function storedIn(
  { topic, partition, nextOffset, messages }: DecodedBatch,
  read: (decoded: MessageText) => Message,
): MessagesRead {
  const stored = messages.map(decoded => ({ topic, partition, offset: decoded.offset, message: read(decoded) }));
  return { topic, partition, nextOffset, messages: stored };
}

/** What a model gets of a message. Of another system it only counts messages: their payloads, which may be large, are not held. */
export function readerFor({ channels }: Pick<FeatureSet, 'channels'>): (decoded: MessageText) => Message {
  return channels?.isShop === false ? ({ attributes }) => ({ ...attributes, data: {} }) : messageOf;
}

/** Reads the partitions whose messages are needed next, a chunk at a time: for each partition, at most a chunk and the merge's window are held. */
async function readToEnd(
  detection: BrokerDetection,
  merge: WatermarkMerge,
  { messages, read }: Readers,
  { signal, onUnread }: Pick<DetectOnBrokerOptions, 'signal' | 'onUnread'>,
): Promise<void> {
  for (let wanted = merge.wanted(); wanted.length > 0; wanted = merge.wanted()) {
    const next = wanted.map(range => ({ ...range, to: Math.min(range.to, range.from + chunk) }));
    for await (const batch of messages.read(next, { signal })) {
      onUnread(batch);
      await detection.take(storedIn(batch, read), wallMs());
    }
    signal.throwIfAborted();
  }
  await detection.finish();
}

function knownTopics({ topics, url }: KafkaClient, found: readonly PartitionOffsets[]): KnownTopics {
  const known = new KnownTopics(partition => `${topics.prefix}${partition} of ${url}`);
  known.look(found, () => true);
  return known;
}

type FollowOptions = Pick<DetectOnBrokerOptions, 'signal' | 'log' | 'onUnread'> & {
  readonly client: KafkaClient;
  /** What is there when the reading begins. */
  readonly known: KnownTopics;
};

/** Reads until interrupted. @throws MESSAGES_LOST also when a topic was deleted, or deleted and created again */
async function followOn(
  detection: BrokerDetection,
  merge: WatermarkMerge,
  { messages, ends, read }: Readers,
  { client, signal: interruption, log, onUnread, known }: FollowOptions,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([interruption, stop.signal]);
  let more = new AbortController();
  const readOn = async () => {
    while (!signal.aborted) {
      more = new AbortController();
      for await (const batch of messages.read(merge.rest(), { signal: AbortSignal.any([signal, more.signal]) })) {
        onUnread(batch);
        await detection.take(storedIn(batch, read), wallMs());
      }
    }
  };
  const look = async () => {
    const tell = throttledLog(log, tellEveryMs);
    const heldBack = new HeldBackWatch(
      places => ends.heldBack(places),
      note => client.onNote?.(note),
    );
    while (!signal.aborted) {
      const asked = { askedMs: performance.now(), wallMs: wallMs() };
      const found = await ends.partitions(merge.hasTopic);
      known.look(found, merge.hasTopic);
      const added = found.filter(place => !merge.has(place));
      for (const { topic, partition, low } of added) {
        log(`${topic} has got partition ${partition}`);
        merge.add({ topic, partition, from: low, to: Number.POSITIVE_INFINITY });
      }
      if (added.length > 0) more.abort();
      await detection.look(found, asked);
      tell(detection.describe());
      await heldBack.look(found);
      await setTimeout(lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  };
  // When one fails, the other is stopped.
  const both = await Promise.allSettled([readOn, look].map(task => task().finally(() => stop.abort())));
  for (const ended of both) {
    // An interruption while it waited for a broker that is away is no failure.
    const isInterrupted = ended.status === 'rejected' && interruption.aborted && ended.reason === interruption.reason;
    if (ended.status === 'rejected' && !isInterrupted) throw ended.reason;
  }
}

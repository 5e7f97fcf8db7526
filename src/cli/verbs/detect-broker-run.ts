import { setTimeout } from 'node:timers/promises';
import { counted } from '../../counted.ts';
import { countingAs, refuseUncounted } from '../../detectors/counted-topics.ts';
import { readyDetector } from '../../detectors/detect.ts';
import type { Model } from '../../detectors/model.ts';
import { readModel } from '../../detectors/model-files.ts';
import { detectors } from '../../detectors/registry.ts';
import { CqshopError } from '../../errors.ts';
import { wallMs } from '../../live/live-clock.ts';
import { connectKafka, type KafkaClient } from '../../messaging/kafka/connect-kafka.ts';
import { type DecodedMessage, messageOf } from '../../messaging/kafka/decode-record.ts';
import { type DecodedBatch, KafkaMessages } from '../../messaging/kafka/kafka-messages.ts';
import { readTopicMapping } from '../../messaging/kafka/topic-mapping.ts';
import type { StoredMessage } from '../../messaging/message.ts';
import type { PartitionOffsets } from '../../messaging/message-source.ts';
import { parseBrokerUrl } from '../broker-url.ts';
import { announcementJson, announcementText } from '../following/announcement-text.ts';
import { Announcer } from '../following/announcer.ts';
import { awaitTopics } from '../following/await-topics.ts';
import { BrokerDetection, type BrokerDetectionOptions, type MessagesRead } from '../following/broker-detection.ts';
import { newsLog } from '../following/news.ts';
import { TimeMerge } from '../following/time-merge.ts';
import { gapNotes } from '../gap-note.ts';
import type { Io } from '../io.ts';
import { kafkaConnection } from '../kafka-options.ts';
import type { ValuesOf } from '../options.ts';
import { modelDir } from '../shipped-models.ts';
import type { DetectFlags } from './detect.ts';

type Values = ValuesOf<DetectFlags>;

const merging = { holdMs: 2000, window: 1000 } as const;
/** Messages of a partition that are read at a time where the end is known. */
const stretch = 2000;
const lookEveryMs = 500;
const tellEveryMs = 10_000;

/** What reads the broker: one connection for messages, one for asking where the topics end meanwhile. */
type Readers = { readonly messages: KafkaMessages; readonly ends: KafkaMessages };

/**
 * `cqshop detect ANOMALY --broker URL [--follow]`: reads the topics from their beginning, publishes what it finds, each alarm once
 * however often it is started, and prints it: with --follow what is new, without it all, ending where the topics end now. What follows only from
 * that is printed and not published.
 */
export async function detectBrokerRun(anomaly: string, options: Values, io: Io): Promise<number> {
  const broker = parseBrokerUrl(options.broker ?? '');
  if (broker.kind !== 'kafka') {
    throw new CqshopError(
      'USAGE',
      'Cannot detect on the embedded broker: it does not grow, expected --broker kafka://host:port, or --dataset DIR after cqshop collect',
    );
  }
  const mapping = options.mapping === undefined ? undefined : readTopicMapping(options.mapping);
  const dir = options.model ?? modelDir(anomaly);
  const model = countingAs(await readModel(dir, detectors, anomaly), dir, options.countAs);
  const client = await connectKafka(kafkaConnection(broker.brokers, options));
  const open = () => new KafkaMessages(client, { topicPrefix: options.topicPrefix, mapping, giveUp: io.signal });
  const readers = { messages: open(), ends: open() };
  try {
    return await detectOn(client, model, readers, { ...options, dir }, io);
  } finally {
    for (const note of mapping?.notes() ?? []) io.warn(note);
    await readers.messages.close();
    await readers.ends.close();
  }
}

async function detectOn(
  client: KafkaClient,
  model: Model,
  readers: Readers,
  options: Values & { readonly dir: string },
  io: Io,
): Promise<number> {
  const { follow, topicPrefix, topics, dir } = options;
  const { url } = client;
  const counts = topicsOf(model, options.countAs);
  const look = () => readers.ends.partitions();
  const found = await awaitTopics(look, {
    ...{ named: topics ?? counts, follow, topicPrefix, url, signal: io.signal, log: io.log },
    hint: topics === undefined && counts !== undefined ? `, which ${dir} counts (--count-as NAME=…, --topics)` : '',
  });
  const names = [...new Set(found.map(({ topic }) => topic))];
  for (const note of refuseUncounted(model, names, { model: dir, data: url })) io.warn(note);
  const to = (high: number) => (follow ? Number.POSITIVE_INFINITY : high);
  const { partitions, isSettled } = await settled(found, look, { follow, signal: io.signal });
  const ranges = partitions.map(({ topic, partition, low, high }) => ({ topic, partition, from: low, to: to(high) }));
  const merge = new TimeMerge(ranges, merging);
  const gaps = gapNotes();
  const detection = new BrokerDetection({
    merge,
    onGap: gaps.onGap,
    goesOnWithClock: follow && model.detector.features.channels?.isShop === false,
    ready: await readyDetector(model),
    openAnnouncer: () => Announcer.open(client, topicPrefix, io.signal),
    isSettled,
    tell: (announcement, status) => {
      if (status === 'before' && follow) return;
      io.out(io.isJson ? announcementJson(announcement, status) : announcementText(announcement, status));
    },
  });
  try {
    if (follow) await followOn(detection, merge, readers, io);
    else await readToEnd(detection, merge, readers, io);
  } finally {
    await detection.close();
  }
  io.log(detection.describe());
  for (const note of gaps.notes()) io.warn(note);
  if (merge.late > 0) {
    io.warn(
      `${counted(merge.late, 'message')} came after later ones had been looked at; a dataset of these topics may tell more`,
    );
  }
  return 0;
}

/**
 * A follower lets a message go when every other partition was read to its end two seconds after it. Who looks once looks at the ends twice: what was
 * there at the first look is as sure.
 */
async function settled(
  first: readonly PartitionOffsets[],
  look: () => Promise<readonly PartitionOffsets[]>,
  { follow, signal }: { readonly follow: boolean; readonly signal: AbortSignal },
): Promise<Pick<BrokerDetectionOptions, 'isSettled'> & { readonly partitions: readonly PartitionOffsets[] }> {
  if (follow) return { partitions: first, isSettled: () => true };
  await setTimeout(merging.holdMs, undefined, { signal });
  const ends = new Map(first.map(({ topic, partition, high }) => [`${topic}/${partition}`, high]));
  const now = await look();
  return {
    partitions: now.filter(({ topic, partition }) => ends.has(`${topic}/${partition}`)),
    isSettled: ({ topic, partition, offset }) => offset < (ends.get(`${topic}/${partition}`) ?? 0),
  };
}

/** The topics that a model of another system names, under the names that they have here; of a shop those that a dataset would hold. */
function topicsOf({ detector }: Model, countAs: Values['countAs'] = new Map()): readonly string[] | undefined {
  const { channels } = detector.features;
  if (channels === undefined || channels.isShop) return undefined;
  const renamed = new Set(countAs.values());
  return [...channels.names.filter(name => !renamed.has(name)), ...countAs.keys()];
}

function stored({ topic, partition, nextOffset, messages }: DecodedBatch, source: KafkaMessages): MessagesRead {
  const storedAt = (decoded: DecodedMessage): StoredMessage => ({
    ...{ topic, partition, offset: decoded.offset },
    message: messageOf(decoded, () => source.placeOf({ topic, partition }, decoded.offset)),
  });
  return { topic, partition, nextOffset, messages: messages.map(storedAt) };
}

/** Reads on where messages are wanted next, a stretch at a time: what is held stays within a stretch and the merging's window a partition. */
async function readToEnd(
  detection: BrokerDetection,
  merge: TimeMerge,
  { messages }: Readers,
  { signal }: Io,
): Promise<void> {
  for (let wanted = merge.wanted(); wanted.length > 0; wanted = merge.wanted()) {
    const next = wanted.map(range => ({ ...range, to: Math.min(range.to, range.from + stretch) }));
    for await (const read of messages.read(next, { signal })) await detection.take(stored(read, messages), wallMs());
    signal.throwIfAborted();
  }
  await detection.finish();
}

/** Reads until interrupted. */
async function followOn(
  detection: BrokerDetection,
  merge: TimeMerge,
  { messages, ends }: Readers,
  io: Io,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  const read = async () => {
    for await (const batch of messages.read(merge.wanted(), { signal })) {
      await detection.take(stored(batch, messages), wallMs());
    }
  };
  const look = async () => {
    const tell = newsLog(io.log, tellEveryMs);
    while (!signal.aborted) {
      const asked = { askedMs: performance.now(), wallMs: wallMs() };
      await detection.look(await ends.partitions(merge.hasTopic), asked);
      tell(detection.describe());
      await setTimeout(lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  };
  // Where one fails, the other is not waited for.
  const both = await Promise.allSettled([read, look].map(task => task().finally(() => stop.abort())));
  for (const ended of both) {
    // What waited for a broker that is away when the interruption came.
    const isInterrupted = ended.status === 'rejected' && io.signal.aborted && ended.reason === io.signal.reason;
    if (ended.status === 'rejected' && !isInterrupted) throw ended.reason;
  }
}

import { setTimeout } from 'node:timers/promises';
import { partitionsToCollect } from '../../collector/topics-to-collect.ts';
import { counted } from '../../counted.ts';
import { recordOf } from '../../dataset/record-of.ts';
import { readyDetector } from '../../detectors/detect.ts';
import { readModel } from '../../detectors/model-files.ts';
import { detectors } from '../../detectors/registry.ts';
import { CqshopError } from '../../errors.ts';
import { connectKafka, type KafkaClient } from '../../messaging/kafka/connect-kafka.ts';
import { messageOfRecord } from '../../messaging/kafka/kafka-records.ts';
import { PartitionReader } from '../../messaging/kafka/partition-reader.ts';
import type { PartitionOffsets } from '../../messaging/message-source.ts';
import { truthTopic } from '../../messaging/topics.ts';
import { entityText } from '../../report/entity-text.ts';
import { scoreAboveText } from '../../report/score-text.ts';
import { parseBrokerUrl } from '../broker-url.ts';
import { AlarmFeed, type Announcement, messageOf } from '../following/alarm-feed.ts';
import { Announcer } from '../following/announcer.ts';
import { TimeMerge } from '../following/time-merge.ts';
import type { Io } from '../io.ts';
import { kafkaConnection } from '../kafka-options.ts';
import type { ValuesOf } from '../options.ts';
import { modelDir } from '../shipped-models.ts';
import type { DetectFlags } from './detect.ts';

const dayMs = 86_400_000;
const holdMs = 2000;
const window = 1000;
const lookEveryMs = 500;
const tellEveryMs = 10_000;

type Figures = { messages: number; virtualMs: number; lag: number; readonly delaysMs: number[]; announced: number };

/**
 * `cqshop detect ANOMALY --broker URL [--follow]`: reads the topics from their beginning, tells of what it finds and publishes it, each
 * alarm once however often it is started. Without --follow it ends where the topics end now.
 */
export async function detectBrokerRun(anomaly: string, options: ValuesOf<DetectFlags>, io: Io): Promise<number> {
  const broker = parseBrokerUrl(options.broker ?? '');
  if (broker.kind !== 'kafka') {
    throw new CqshopError(
      'USAGE',
      'Cannot detect on the embedded broker: it does not grow, expected --broker kafka://host:port, or --dataset DIR after cqshop collect',
    );
  }
  const model = await readModel(options.model ?? modelDir(anomaly), detectors, anomaly);
  const client = await connectKafka(kafkaConnection(broker.brokers, options));
  const { topicPrefix } = options;
  const figures: Figures = { messages: 0, virtualMs: 0, lag: 0, delaysMs: [], announced: 0 };
  const announcer = await Announcer.open(client, topicPrefix);
  const reader = new PartitionReader(client);
  const looker = new PartitionReader(client);
  const stop = new AbortController();
  const signal = AbortSignal.any([io.signal, stop.signal]);
  let looking: Promise<void> = Promise.resolve();
  try {
    const partitions = await awaitTopics(looker, { ...options, signal: io.signal, client });
    const wanted = new Set(partitions.map(({ topic }) => topic));
    const merge = new TimeMerge(partitions, { holdMs, window });
    const ready = await readyDetector(model);
    let feed: AlarmFeed | undefined;
    const advance = async (isOver: boolean): Promise<void> => {
      for (const { stored, readMs } of merge.release(isOver)) {
        const { time } = stored.message;
        feed ??= new AlarmFeed(ready, Math.floor(time / dayMs) * dayMs);
        figures.messages += 1;
        figures.virtualMs = time;
        const announcements = feed.push(recordOf({ ...stored, topic: stored.topic.slice(topicPrefix.length) }));
        if (announcements.length > 0) await tell(announcements, announcer, { figures, readMs, io });
      }
    };
    // The ends are looked at while the reader waits for messages.
    let turn: Promise<void> = Promise.resolve();
    const inTurn = (act: () => Promise<void>) => {
      turn = turn.then(act);
      return turn;
    };
    const keepLooking = async () => {
      for (let toldMs = performance.now(); !signal.aborted; ) {
        const askedMs = performance.now();
        const ends = await looker.offsets(topic => wanted.has(topic));
        await inTurn(async () => {
          figures.lag = merge.look(ends, askedMs);
          await advance(false);
        });
        if (performance.now() - toldMs > tellEveryMs) {
          toldMs = performance.now();
          io.log(describeFigures(figures, merge));
        }
        await setTimeout(lookEveryMs, undefined, { signal }).catch(() => undefined);
      }
    };
    if (options.follow) looking = keepLooking();
    looking.catch(error => stop.abort(error));
    const to = (high: number) => (options.follow ? Number.POSITIVE_INFINITY : high);
    const ranges = partitions.map(({ topic, partition, low, high }) => ({ topic, partition, from: low, to: to(high) }));
    for await (const { topic, partition, records, nextOffset } of reader.read(ranges, { signal })) {
      const messages = records.map(record => {
        const place = () => `${topic}/${partition} offset ${record.offset} of ${client.url}`;
        return { topic, partition, offset: Number(record.offset), message: messageOfRecord(record, place) };
      });
      await inTurn(async () => {
        merge.push({ topic, partition, nextOffset }, messages, performance.now());
        await advance(false);
      });
    }
    if (stop.signal.aborted) throw stop.signal.reason;
    stop.abort();
    await looking;
    if (!options.follow) {
      io.signal.throwIfAborted();
      await advance(true);
      const last = feed?.finish(figures.virtualMs + 1) ?? [];
      await tell(last, announcer, { figures, readMs: performance.now(), io });
    }
    io.log(describeFigures(figures, merge));
    if (merge.late > 0) {
      io.warn(
        `${counted(merge.late, 'message')} came after later ones had been looked at; a dataset of these topics may tell more`,
      );
    }
    return 0;
  } finally {
    stop.abort();
    await looking.catch(() => undefined);
    await reader.close();
    await looker.close();
    await announcer.close();
  }
}

async function tell(
  announcements: readonly Announcement[],
  announcer: Announcer,
  { figures, readMs, io }: { readonly figures: Figures; readonly readMs: number; readonly io: Io },
): Promise<void> {
  const fresh = await announcer.publish(announcements);
  for (const announcement of fresh) {
    figures.announced += 1;
    figures.delaysMs.push(performance.now() - readMs);
    io.out(io.isJson ? JSON.stringify(lineOf(announcement)) : describeAnnouncement(announcement));
  }
}

function lineOf(announcement: Announcement) {
  const { type, id, data } = messageOf(announcement);
  return { type, id, ...data };
}

/** "2026-03-04 16:30 detected  user u-12  0.993 (above 0.99)  4 units ...". */
function describeAnnouncement({ type, alarm }: Announcement): string {
  const { startMs, endMs, detectedAtMs, entity, evidence } = alarm;
  const minute = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  const what =
    type === 'AnomalyDetected'
      ? `${minute(detectedAtMs)}  detected`
      : `${minute(endMs)}  ended, since ${minute(startMs)}`;
  return `${what}  ${entityText(entity)}  ${scoreAboveText(alarm)}  ${evidence.text}`;
}

function describeFigures({ messages, virtualMs, lag, delaysMs, announced }: Figures, merge: TimeMerge): string {
  const sorted = [...delaysMs].sort((a, b) => a - b);
  const seconds = (ms: number | undefined) => `${((ms ?? 0) / 1000).toFixed(1)} s`;
  const delay =
    sorted.length === 0
      ? ''
      : `, from message to announcement ${seconds(sorted[Math.floor(sorted.length / 2)])} (median), ${seconds(sorted.at(-1))} (longest)`;
  const at = messages === 0 ? '' : ` to ${new Date(virtualMs).toISOString().slice(0, 16)}`;
  return `looked at ${counted(messages, 'message')}${at}, ${counted(merge.held, 'waits', 'wait')} for earlier ones, ${lag} not read; announced ${announced}${delay}`;
}

/** The partitions to read: what a dataset would hold. A follower may be started before the run. */
async function awaitTopics(
  reader: PartitionReader,
  options: {
    readonly follow: boolean;
    readonly signal: AbortSignal;
    readonly client: KafkaClient;
    readonly topicPrefix: string;
  },
): Promise<readonly PartitionOffsets[]> {
  const { topicPrefix, follow, signal, client } = options;
  for (let known = -1; ; ) {
    signal.throwIfAborted();
    const there = await reader.offsets(topic => topic.startsWith(topicPrefix));
    const named = there.map(range => ({ ...range, topic: range.topic.slice(topicPrefix.length) }));
    const found = partitionsToCollect(named, undefined)
      .filter(({ topic }) => topic !== truthTopic)
      .map(range => ({ ...range, topic: topicPrefix + range.topic }));
    if (found.length > 0 && (found.length === known || !follow)) return found;
    if (!follow) {
      throw new CqshopError(
        'BROKER_EMPTY',
        `Cannot detect on ${client.url}: there are no events topics with prefix "${topicPrefix}", expected a run`,
      );
    }
    // Topics appear one after the other: two looks must agree.
    known = found.length;
    await setTimeout(lookEveryMs, undefined, { signal });
  }
}

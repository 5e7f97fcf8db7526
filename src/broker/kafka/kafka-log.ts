import { cannot } from '../../base/errors.ts';
import type { MessageLog } from '../message-log.ts';
import { partitionName, truthTopic } from '../topics.ts';
import type { KafkaClient } from './connect-kafka.ts';
import { closed, unlessGivenUp } from './given-up.ts';
import { kafkaFailure } from './kafka-failure.ts';
import { type OutgoingRecord, recordOfMessage, topicMessages } from './kafka-records.ts';
import type { CodecName } from './library/codecs.ts';
import { compressionOf, type KafkaProducer } from './library/kafkajs.ts';

/** A log on Kafka: `append` only keeps the message, `drain` sends. */
export type KafkaLog = MessageLog & {
  /** Sends everything appended so far and waits for it. @throws BROKER_UNREACHABLE, BROKER_REFUSED, BROKER_MISMATCH */
  readonly drain: () => Promise<void>;
  /** Closes the connection; what was not drained is lost. */
  readonly close: () => Promise<void>;
};

/** The size of one request: well below the broker's limit for a batch of one partition, 1 MiB by default (`message.max.bytes`). */
const requestCharacters = 400 * 1024;

/** The size of a record without its value: key, headers, framing. */
const overheadCharacters = 350;

/**
 * Publishes a virtual run to topics made by `createRunTopics`, by an idempotent producer without transactions, whose marks would take
 * offsets. The truth topic goes last, so a reader that finds RunFinished there can read every other message too.
 *
 * The offsets that the broker gives are compared with those of the run. No other program may write to these topics. A broker that dies before it
 * answers accepts the same request again, since it forgets producers whose times are long past.
 *
 * @param codec how batches are packed
 * @param giveUp when aborted, it stops waiting for a broker that does not answer, and throws the signal's reason
 */
export async function openKafkaLog(
  client: KafkaClient,
  codec: CodecName = 'none',
  giveUp?: AbortSignal,
): Promise<KafkaLog> {
  const producer = client.producer();
  try {
    await producer.connect();
  } catch (cause) {
    await producer.disconnect().catch(() => undefined);
    throw kafkaFailure('write to', client.connection, cause);
  }
  const messages: Pending[] = [];
  const truth: Pending[] = [];
  return {
    append({ topic, partition, offset, message }) {
      const pending = topic === truthTopic ? truth : messages;
      pending.push({ topic, offset, record: recordOfMessage(message, partition) });
    },
    // Nothing can be sent synchronously: `drain` does it.
    flush: () => undefined,
    drain: async () => {
      const all = [...messages.splice(0), ...truth.splice(0)];
      for (let from = 0; from < all.length; ) {
        const to = endOfRequest(all, from);
        await unlessGivenUp(send(producer, client, { batch: all.slice(from, to), codec }), giveUp);
        from = to;
      }
    },
    close: () => closed(producer.disconnect(), giveUp),
  };
}

type Pending = { readonly topic: string; readonly offset: number; readonly record: OutgoingRecord };

function endOfRequest(all: readonly Pending[], from: number): number {
  let characters = 0;
  for (let index = from; index < all.length; index++) {
    characters += (all[index]?.record.value.length ?? 0) + overheadCharacters;
    if (characters > requestCharacters && index > from) return index;
  }
  return all.length;
}

type Request = { readonly batch: readonly Pending[]; readonly codec: CodecName };

async function send(producer: KafkaProducer, client: KafkaClient, { batch, codec }: Request): Promise<void> {
  const firstOffsets = new Map<string, number>();
  for (const { topic, offset, record } of batch) {
    const place = partitionName({ topic: client.topics.full(topic), partition: record.partition });
    if (!firstOffsets.has(place)) firstOffsets.set(place, offset);
  }
  const written = await producer
    .sendBatch({
      acks: -1,
      compression: compressionOf(codec),
      topicMessages: topicMessages(batch, client.topics),
    })
    .catch(cause => {
      throw kafkaFailure('write to', client.connection, cause);
    });
  for (const { topicName: topic, partition, baseOffset } of written) {
    const place = partitionName({ topic, partition });
    const expected = firstOffsets.get(place);
    if (Number(baseOffset) === expected) continue;
    throw cannot('BROKER_MISMATCH', `write to ${client.url}`)(
      `${place} put a message at offset ${baseOffset}`,
      `${expected}; another program writes to this topic, or the broker died and took a request twice; simulate again with --overwrite`,
    );
  }
}

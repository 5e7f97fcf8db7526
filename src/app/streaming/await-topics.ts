import { setTimeout } from 'node:timers/promises';
import { CqshopError } from '../../base/errors.ts';
import { expectedWords } from '../../base/nearest-word.ts';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import type { PartitionOffsets } from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { partitionsToCollect } from '../../data/collector/topics-to-collect.ts';

const lookEveryMs = 500;

export type AwaitTopicsOptions = {
  /** By the user or the model; undefined for those that a dataset would hold. */
  readonly named: readonly string[] | undefined;
  /** What else to do where a named topic is not there, for the message. */
  readonly hint: string;
  /** Waits for topics: a follower may be started before who writes them. */
  readonly follow: boolean;
  /** For messages. */
  readonly client: Pick<KafkaClient, 'url' | 'topics'>;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
};

/**
 * The partitions to detect on, as `partitions` names them.
 *
 * @throws USAGE when a named topic does not exist, BROKER_EMPTY when there is none at all; not while following
 */
export async function awaitTopics(
  partitions: () => Promise<readonly PartitionOffsets[]>,
  options: AwaitTopicsOptions,
): Promise<readonly PartitionOffsets[]> {
  const { named, follow, signal } = options;
  for (let known = -1; ; ) {
    signal.throwIfAborted();
    const there = await partitions();
    const missing = named?.find(name => !there.some(({ topic }) => topic === name));
    const found = missing === undefined ? topicsOf(there, named) : [];
    // Topics appear one after the other: two looks must agree.
    if (found.length > 0 && (found.length === known || !follow)) return found;
    if (!follow) throw nothingThere(missing, there, options);
    if (found.length === 0 && known !== 0)
      options.log(`waiting for ${missing ?? 'topics'} on ${options.client.url}${options.hint}`);
    known = found.length;
    await setTimeout(lookEveryMs, undefined, { signal });
  }
}

function topicsOf(
  there: readonly PartitionOffsets[],
  named: readonly string[] | undefined,
): readonly PartitionOffsets[] {
  return named === undefined
    ? partitionsToCollect(there, undefined).filter(({ topic }) => topic !== truthTopic)
    : there.filter(({ topic }) => named.includes(topic));
}

function nothingThere(
  missing: string | undefined,
  there: readonly PartitionOffsets[],
  { client: { url, topics }, hint }: AwaitTopicsOptions,
): CqshopError {
  if (missing === undefined) {
    return new CqshopError(
      'BROKER_EMPTY',
      `Cannot detect on ${url}: there are no events topics with prefix "${topics.prefix}", expected a run, or --topics`,
    );
  }
  const names = [...new Set(there.map(({ topic }) => topic))];
  return new CqshopError(
    'USAGE',
    `Cannot detect on topic "${missing}" of ${url}: there is none of that name, expected ${names.length === 0 ? 'a topic that exists' : expectedWords(missing, names)}${hint}`,
  );
}

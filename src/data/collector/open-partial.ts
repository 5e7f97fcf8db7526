import { existsSync, renameSync } from 'node:fs';
import { CqshopError, cannot } from '../../base/errors.ts';
import { assertNoUnfinished } from '../../base/whole-directory.ts';
import { parseMessageLine } from '../../broker/message-line.ts';
import type { MessageSource } from '../../broker/message-source.ts';
import { partitionName } from '../../broker/topics.ts';
import { beginAgain } from './checkpoint.ts';
import { linesOf } from './lines-of.ts';
import { type Origin, PartialDataset } from './partial-dataset.ts';
import { replacedDir } from './rename-dataset.ts';

export type OpenPartialOptions = {
  /** The finished dataset's directory. */
  readonly out: string;
  readonly origin: Origin;
  /** Begins again, whatever is there. */
  readonly overwrite: boolean;
  readonly onStep: (step: string) => void;
};

/**
 * The unfinished dataset that is to go on, or a new one.
 *
 * @throws BROKER_MISMATCH when what is there came from another broker, other topics or other messages; DATASET_CORRUPT when it is damaged;
 *   DATASET_EXISTS when it is no dataset, but unfinished work of another command
 */
export async function openPartial(
  source: MessageSource,
  dir: string,
  { out, origin, overwrite, onStep }: OpenPartialOptions,
): Promise<PartialDataset> {
  assertNoUnfinished(dir, 'collect');
  if (overwrite) {
    // A crash while the old dataset was being replaced left it here; it goes only when there is a new one.
    if (!existsSync(out) && existsSync(replacedDir(dir))) renameSync(replacedDir(dir), out);
    return PartialDataset.create(dir, origin, onStep);
  }
  const resumed = PartialDataset.resume(dir, onStep);
  if (resumed === undefined) return PartialDataset.create(dir, origin, onStep);
  try {
    assertSameOrigin(source, resumed, origin);
    if (resumed.checkpoint.status === 'collecting') await assertSameMessages(source, resumed);
    return resumed;
  } catch (error) {
    const hinted = withLossHint(error, resumed);
    resumed.close();
    throw hinted;
  }
}

/** Some messages may exist only in the partial dataset, since the broker has lost them or others. */
export function withLossHint(error: unknown, partial: PartialDataset): unknown {
  const isEmpty = partial.checkpoint.partitions.every(({ messages }) => messages === 0);
  if (!(error instanceof CqshopError) || error.code !== 'MESSAGES_LOST' || isEmpty) return error;
  return error.withHint(
    `; what was collected is kept in ${partial.dir}, collect with --overwrite to begin again with what is there`,
  );
}

function assertSameOrigin(source: MessageSource, partial: PartialDataset, now: Origin): void {
  const fails = mismatch(partial, source);
  const { clusterId, topicPrefix, topics } = partial.checkpoint;
  const [cluster, clusterNow] = [clusterId, now.clusterId].map(withoutMapping);
  if (cluster !== clusterNow) throw fails(`it was begun from cluster ${cluster}, this is ${clusterNow}`);
  if (clusterId !== now.clusterId)
    throw fails('it was begun with another --mapping, or only one of both has a mapping', 'the same one');
  if (topicPrefix !== now.topicPrefix)
    throw fails(`it was begun with the topic prefix "${topicPrefix}", this is "${now.topicPrefix}"`);
  if (topics?.join() !== now.topics?.join()) {
    throw fails(
      `it was begun with ${topics?.join() ?? 'the default topics'}, this is ${now.topics?.join() ?? 'the default ones'}`,
    );
  }
}

/** A source that reads messages by a mapping has its fingerprint in its id: 'CLUSTER+FINGERPRINT'. */
function withoutMapping(clusterId: string): string {
  return clusterId.split('+', 1).join();
}

/** A topic may have been deleted and written again, so the last message of each partition is looked up again. */
async function assertSameMessages(source: MessageSource, partial: PartialDataset): Promise<void> {
  const fails = mismatch(partial, source);
  const { partitions } = partial.checkpoint;
  const offsets = new Map((await source.partitions()).map(range => [partitionName(range), range]));
  for (const { topic, partition, nextOffset } of partitions) {
    const line = partial.lastLine(topic, partition);
    if (line === undefined) continue;
    const name = partitionName({ topic, partition });
    const range = offsets.get(name);
    if (range === undefined || range.high < nextOffset) throw fails(`${name} has fewer messages than were collected`);
    const last = parseMessageLine(line, () => `the last line of ${name} in ${partial.dir}`);
    if (last.offset < range.low) continue;
    let first: string | undefined;
    for await (const batch of source.read([{ topic, partition, from: last.offset, to: nextOffset }])) {
      // What follows the last message was not readable.
      first ??= linesOf(batch)[0];
    }
    if (first !== line) throw fails(`${name} has another message at offset ${last.offset}`);
  }
}

function mismatch({ dir }: PartialDataset, { url }: MessageSource) {
  const fails = cannot('BROKER_MISMATCH', `resume ${dir} from ${url}`);
  return (what: string, expected = 'the broker it was begun from') => fails(what, `${expected}; ${beginAgain}`);
}

import { cannot } from '../../base/errors.ts';
import { sum } from '../../base/sum.ts';
import { inThousands, pluralize } from '../../base/words.ts';
import type { MessageSource, PartitionOffsets } from '../../broker/message-source.ts';
import {
  commandLogTopic,
  commandTopic,
  eventTopic,
  partitionName,
  serviceNames,
  truthTopic,
} from '../../broker/topics.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { TruthContent } from './truth-content.ts';

const inboxes = serviceNames.map(commandTopic);
const collected = [commandLogTopic, ...serviceNames.map(eventTopic), truthTopic];
const ownTopics = new Set([...inboxes, ...collected]);

/** What a user can do about a run that is no longer whole. */
const remedy = 'simulate the run again, with --overwrite or another --topic-prefix';

/** True for the name of a topic that runs of cqshop write to. */
export function isTopicOfRuns(topic: string): boolean {
  return ownTopics.has(topic);
}

function isRun(offsets: readonly PartitionOffsets[]): boolean {
  return offsets.some(({ topic }) => topic === truthTopic || topic === commandLogTopic);
}

/** True if any topic of a run is among those that are collected. */
export function holdsRun({ partitions }: Checkpoint): boolean {
  return partitions.some(({ topic }) => topic !== truthTopic && ownTopics.has(topic));
}

/**
 * Before a partition's first message is read. A topic of a run keeps its messages for ever: one that begins later than at offset 0 has lost some. By its
 * name alone, another system's `order-events` would be one too, so the run's own topics must be beside it.
 *
 * @throws MESSAGES_LOST when messages of a run were deleted before it
 */
export function assertNothingDeleted(
  source: MessageSource,
  range: PartitionOffsets,
  all: readonly PartitionOffsets[],
): void {
  const { topic, partition, low } = range;
  if (low === 0 || !ownTopics.has(topic) || !isRun(all)) return;
  throw cannot('MESSAGES_LOST', `collect ${topic}/${partition} of ${source.url}`, { topic, partition, low })(
    `it begins at offset ${low}, what came before was deleted`,
    `offset 0, as the run wrote it; ${remedy}`,
  );
}

/**
 * Compares what was collected with what the run says it published, once all of it was read. For a run without RunFinished, only the topics are
 * compared.
 *
 * @param named the topics that the user named: other missing topics do not matter then
 * @returns what could not be verified, in words
 * @throws MESSAGES_LOST when a topic of the run is gone or there are fewer messages than it published
 */
export function assertCompleteRun(
  source: MessageSource,
  offsets: readonly PartitionOffsets[],
  run: { readonly checkpoint: Checkpoint; readonly truth: TruthContent; readonly named: readonly string[] | undefined },
): readonly string[] {
  const {
    checkpoint,
    truth: { finished },
    named,
  } = run;
  if (!isRun(offsets)) return [];
  const lost = cannot('MESSAGES_LOST', `collect the run of ${source.url}`);
  const there = new Set(offsets.map(({ topic }) => topic));
  const gone = collected.filter(topic => !there.has(topic));
  if (gone.length > 0 && named === undefined) {
    throw lost(`it has no ${gone.join(', ')}`, `every topic of the run; ${remedy}`);
  }
  if (finished === undefined) return [];
  for (const [topic, expected] of Object.entries(finished.byTopic ?? {})) {
    const found = countIn(topic, offsets, checkpoint);
    if (found === undefined || found >= expected || named?.includes(topic) === false) continue;
    const difference = `the run published ${pluralize(expected, 'message')} in ${topic}, ${inThousands(found)} are there`;
    throw lost(difference, `all of them; the topic was deleted or created again; ${remedy}`);
  }
  if (named !== undefined && finished.byTopic !== undefined) return [];
  const expected = finished.messages;
  const found = countOf(offsets, checkpoint);
  if (found === expected) return [];
  const goneInboxes = inboxes.filter(topic => !there.has(topic));
  const difference = `the run published ${pluralize(expected, 'message')}, ${inThousands(found)} are there`;
  if (named !== undefined) return [`${difference}: whether messages of the named topics are missing is not known`];
  if (goneInboxes.length > 0) {
    const are = goneInboxes.length === 1 ? 'is' : 'are';
    return [
      `${difference}: ${goneInboxes.join(', ')} ${are} gone, or hidden from this user, so whether all messages are there is not known`,
    ];
  }
  // Anybody can write into its topics. A replica in another process may publish a little after the end of a live run.
  if (found > expected) return [`${difference}: some came after its end, or another program writes to its topics`];
  throw lost(difference, `all of them; topics were deleted or created again; ${remedy}`);
}

/** Messages of a topic; of one that is not collected its offsets, and of one that is not there undefined. */
function countIn(topic: string, offsets: readonly PartitionOffsets[], { partitions }: Checkpoint): number | undefined {
  const read = partitions.filter(state => state.topic === topic);
  if (read.length > 0) return sum(read, ({ messages }) => messages);
  const there = offsets.filter(range => range.topic === topic);
  return there.length === 0 ? undefined : sum(there, ({ high }) => high);
}

/** Offsets of the run's topics, without the truth: those of its messages, and of strays. Deleted messages of inboxes count, since no dataset holds inboxes. */
function countOf(offsets: readonly PartitionOffsets[], checkpoint: Checkpoint): number {
  const read = new Map(checkpoint.partitions.map(state => [partitionName(state), state.nextOffset]));
  const counted = offsets.filter(({ topic }) => ownTopics.has(topic) && topic !== truthTopic);
  return sum(counted, range => read.get(partitionName(range)) ?? range.high);
}

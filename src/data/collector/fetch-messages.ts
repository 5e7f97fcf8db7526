import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type CqshopError, cannot } from '../../base/errors.ts';
import { sum } from '../../base/sum.ts';
import { lookEveryMs } from '../../base/time.ts';
import { HeldBackWatch, heldBackNotes } from '../../broker/held-back.ts';
import {
  type MessageBatch,
  type MessageSource,
  nothingReadable,
  type PartitionOffsets,
} from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { withRepairHint } from './checkpoint.ts';
import type { CollectOptions } from './collect-options.ts';
import { messagesOf } from './lines-of.ts';
import type { PartialDataset } from './partial-dataset.ts';
import { RunEndWatch } from './run-end.ts';
import { assertCompleteRun, assertNothingDeleted, holdsRun } from './run-on-broker.ts';
import { partitionsToCollect } from './topics-to-collect.ts';
import type { TruthContent } from './truth-content.ts';
import { truthOnly } from './truth-only.ts';
import { collectedTruth } from './write-dataset.ts';

/**
 * Reads a broker's messages into an unfinished dataset until nothing is missing, or the user ends it.
 *
 * @returns what could not be verified, in words
 * @throws BROKER_EMPTY, BROKER_CORRUPT, MESSAGES_LOST
 */
export async function fetchMessages(
  source: MessageSource,
  partial: PartialDataset,
  options: CollectOptions,
): Promise<readonly string[]> {
  const isWhole = await untilAway(options, () => fetchRounds(source, partial, options));
  if (sumMessages(partial) === 0) {
    const { unreadable, partitions } = partial.checkpoint;
    rmSync(partial.dir, { recursive: true });
    options.signal?.throwIfAborted();
    for (const note of heldBackNotes(await source.heldBack?.(partitions))) options.onNote?.(note);
    throw nothingReadable(`collect ${source.url}`, source.topicPrefix, unreadable) ?? nothingToCollect(source, options);
  }
  const { partitions } = partial.checkpoint;
  const atEnd = async () => ({ offsets: await source.partitions(), held: await source.heldBack?.(partitions) });
  const end = isWhole === undefined ? undefined : await untilAway(options, atEnd);
  if (end === undefined) {
    partial.commit({ status: 'finishing', isCut: true });
    return [cutNote(source)];
  }
  const notes = assertCompleteRun(source, end.offsets, {
    checkpoint: partial.checkpoint,
    truth: truthIn(partial, source),
    named: options.topics,
  });
  partial.commit({ status: 'finishing' });
  return [...notes, ...heldBackNotes(end.held)];
}

/** About a dataset that was ended while the broker was away. */
export function cutNote({ url }: MessageSource): string {
  return `${url} did not answer when this was ended: whether messages are missing is not known`;
}

function truthIn({ dir, checkpoint }: PartialDataset, { isTimeOrdered }: MessageSource): TruthContent {
  try {
    return collectedTruth(dir, checkpoint, isTimeOrdered);
  } catch (error) {
    throw withRepairHint(error, dir);
  }
}

function nothingToCollect({ url, topicPrefix }: MessageSource, { topics, mapping }: CollectOptions): CqshopError {
  const fails = cannot('BROKER_EMPTY', `collect ${url}`);
  if (topics !== undefined)
    return fails(`no message is in ${topics.join(', ')}`, 'at least one; --follow waits for it');
  return mapping !== undefined
    ? fails('the topics of a run hold no message', '--topics with those that the mapping is for')
    : fails(
        topicPrefix === '' ? 'its topics hold no message' : `its topics with the prefix ${topicPrefix} hold no message`,
        'those of a run that this user may read; `cqshop simulate` writes one, and --topic-prefix names those of a prefix',
      );
}

/** With `follow`, undefined if the broker was away when the signal was aborted: the dataset is then finished without it. */
async function untilAway<Result>(
  { follow, signal }: CollectOptions,
  ask: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (follow === true && isGivenUp(error, signal)) return undefined;
    throw error;
  }
}

function isGivenUp(error: unknown, signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true && error instanceof Error && error.name === 'AbortError';
}

async function fetchRounds(source: MessageSource, partial: PartialDataset, options: CollectOptions): Promise<true> {
  const onNote = options.onNote ?? (() => undefined);
  const runEnd = new RunEndWatch(source, onNote);
  const heldBack = new HeldBackWatch(async places => (await source.heldBack?.(places)) ?? [], onNote);
  let hasEnded = false;
  for (;;) {
    const wasFinished = partial.checkpoint.runFinished;
    const before = sumMessages(partial);
    const isFinished = await fetchRound(source, partial, options);
    // Messages published before RunFinished may have come after this round read the offsets: one more round.
    if (isFinished && !wasFinished) continue;
    if (options.follow !== true || isFinished || options.signal?.aborted === true) return true;
    // Services in other processes publish a little after the end: wait for a round without new messages.
    if (hasEnded && sumMessages(partial) === before) return true;
    hasEnded = holdsRun(partial.checkpoint) && (await runEnd.look(await source.partitions()));
    await heldBack.look(partial.checkpoint.partitions);
    await setTimeout(lookEveryMs, undefined, { signal: options.signal, ref: true }).catch(() => undefined);
  }
}

/** Reads to the ends that the partitions have now; true if the run has said that it is finished. */
async function fetchRound(source: MessageSource, partial: PartialDataset, options: CollectOptions): Promise<boolean> {
  const all = await source.partitions();
  const ranges = partitionsToCollect(all, options.topics).map(range => ({
    topic: range.topic,
    partition: range.partition,
    from: startOf(source, partial, { range, all }),
    to: range.high,
  }));
  const total = sumMessages(partial) + sum(ranges, ({ from, to }) => Math.max(0, to - from));
  let isFinished = partial.checkpoint.runFinished;
  try {
    for await (const found of source.read(ranges)) {
      const batch = truthOnly(found, options);
      noteUnreadable(batch, partial, options);
      partial.append(batch);
      if (batch.topic === truthTopic && announcesEnd(batch)) isFinished = true;
      if (partial.uncommittedBytes >= (options.checkpointBytes ?? 8 * 1024 * 1024))
        partial.commit({ runFinished: isFinished });
      options.onProgress?.({ stage: 'collecting', messages: sumMessages(partial), total });
      if (options.signal?.aborted !== true) continue;
      // A dataset with RunFinished would look complete, so the rest is read too; it has an end.
      if (options.follow === true && isFinished) continue;
      if (options.follow === true) break;
      options.signal.throwIfAborted();
    }
  } catch (error) {
    if (isGivenUp(error, options.signal) && partial.uncommittedBytes > 0) partial.commit({ runFinished: isFinished });
    throw error;
  }
  if (partial.uncommittedBytes > 0) partial.commit({ runFinished: isFinished });
  return isFinished;
}

/** Says the first of each kind at once: whoever follows a topic does not see the end soon. */
function noteUnreadable(batch: MessageBatch, { checkpoint }: PartialDataset, { follow, onNote }: CollectOptions): void {
  if (follow !== true) return;
  for (const [what, { first }] of Object.entries(batch.unreadable ?? {})) {
    if (checkpoint.unreadable?.[what] === undefined) onNote?.(`a record is left out: ${what}, ${first}`);
  }
}

function startOf(
  source: MessageSource,
  partial: PartialDataset,
  { range, all }: { readonly range: PartitionOffsets; readonly all: readonly PartitionOffsets[] },
): number {
  const { topic, partition, low } = range;
  const state = partial.stateOf(topic, partition);
  if (state !== undefined) return state.nextOffset;
  assertNothingDeleted(source, range, all);
  partial.addPartition(topic, partition, low);
  return low;
}

function announcesEnd(batch: MessageBatch): boolean {
  return [...messagesOf(batch)].some(({ message }) => message.type === 'RunFinished');
}

/** Messages of an unfinished dataset. */
export function sumMessages(partial: PartialDataset, isCounted: (topic: string) => boolean = () => true): number {
  const counted = partial.checkpoint.partitions.filter(({ topic }) => isCounted(topic));
  return sum(counted, ({ messages }) => messages);
}

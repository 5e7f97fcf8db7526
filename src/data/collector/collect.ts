import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CqshopError, cannot, writeFailure } from '../../base/errors.ts';
import { acquireLock } from '../../base/lock.ts';
import { lookEveryMs } from '../../base/time.ts';
import { makeDirectory, syncDirectory, withoutSlash } from '../../base/whole-file.ts';
import {
  type Findings,
  type MessageBatch,
  type MessageSource,
  type PartitionOffsets,
  unreadNote,
} from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { type Manifest, readManifest } from '../dataset/manifest.ts';
import { checkpointPath } from './checkpoint.ts';
import { messagesOf } from './lines-of.ts';
import { openPartial, withLossHint } from './open-partial.ts';
import type { PartialDataset } from './partial-dataset.ts';
import { clearTarget, isRenamed, renameDataset, targetDir, tidy } from './rename-dataset.ts';
import { RunEndWatch } from './run-end.ts';
import { assertCompleteRun, assertNothingDeleted, holdsRun } from './run-on-broker.ts';
import { partitionsToCollect } from './topics-to-collect.ts';
import { truthOnly } from './truth-only.ts';
import { collectedTruth, writeDataset } from './write-dataset.ts';

export type CollectOptions = {
  /** The dataset's directory: `datasets/NAME`. */
  readonly out: string;
  /** Topics named without the prefix; default: the command log and every events topic. The truth topic is always included. */
  readonly topics?: readonly string[] | undefined;
  /** Goes on until the run is finished, a live run has ended, or `signal` is aborted; each finishes the dataset. */
  readonly follow?: boolean | undefined;
  /** Replaces a finished dataset, and begins an unfinished one again whatever it holds. */
  readonly overwrite?: boolean | undefined;
  /**
   * Aborting stops at the last checkpoint (an AbortError). With `follow` it finishes the dataset if there are any messages. The source decides
   * whether it still waits for a broker that is away.
   */
  readonly signal?: AbortSignal | undefined;
  /** What messages mean that cqshop did not write, as given to the source; goes into the manifest. */
  readonly mapping?: Readonly<Record<string, unknown>> | undefined;
  /** The first message of the truth topic that is no truth is an error; default false: it is counted. As the source treats other records. */
  readonly strict?: boolean | undefined;
  /** Called with what the user must know at once. */
  readonly onNote?: ((note: string) => void) | undefined;
  readonly onProgress?: ((progress: CollectProgress) => void) | undefined;
  /** Called between the steps of commits and of finishing; throwing stops there as a crash would. For tests. */
  readonly onStep?: ((step: string) => void) | undefined;
  /** Bytes between two checkpoints; default 8 MiB. */
  readonly checkpointBytes?: number | undefined;
};

export type CollectProgress = {
  readonly stage: 'collecting' | 'merging';
  readonly messages: number;
  readonly total: number;
};

export type Collected = {
  readonly dir: string;
  readonly manifest: Manifest;
  /** Messages that an earlier, interrupted call had collected, without the truth, as the manifest counts them. */
  readonly resumedMessages: number;
  /** True if that earlier call had finished the dataset and only tidying up was left. */
  readonly wasFinished: boolean;
  /** What could not be verified about the run, in words. */
  readonly notes: readonly string[];
  /** True if it was finished without the broker: messages may be missing, and the manifest does not say `complete`. */
  readonly isCut: boolean;
};

/** Where a dataset lives until it is finished. */
export function partialDirOf(out: string): string {
  return `${withoutSlash(out)}.partial`;
}

/**
 * Collects a broker's topics into a dataset. After a kill at any moment, the next call continues at the last checkpoint and gives the same
 * bytes. The dataset appears whole or not at all.
 *
 * @throws DATASET_EXISTS, LOCKED, BROKER_EMPTY, BROKER_MISMATCH (what was begun came from another broker), BROKER_CORRUPT,
 * MESSAGES_LOST (some of a run were deleted before they were collected, or of any topic since), DATASET_CORRUPT (the unfinished dataset is
 * damaged), WRITE_FAILED
 */
export async function collect(source: MessageSource, options: CollectOptions): Promise<Collected> {
  const out = withoutSlash(options.out);
  try {
    makeDirectory(dirname(out));
    const releaseLock = acquireLock(`${out}.lock`, 'collecting');
    try {
      return await collectLocked(source, { ...options, out });
    } finally {
      releaseLock();
    }
  } catch (cause) {
    throw writeFailure(`dataset ${out}`, cause);
  }
}

async function collectLocked(source: MessageSource, options: CollectOptions): Promise<Collected> {
  const { out } = options;
  const partialDir = partialDirOf(out);
  if (isRenamed(partialDir, out)) {
    tidy(partialDir);
    if (options.overwrite !== true)
      return { dir: out, manifest: readManifest(out), resumedMessages: 0, wasFinished: true, notes: [], isCut: false };
  }
  assertNotExisting(out, options.overwrite === true);
  await awaitTopics(source, options);
  const partial = await openPartial(source, partialDir, {
    out,
    origin: {
      clusterId: await source.clusterId(),
      topicPrefix: source.topicPrefix,
      topics: options.topics?.toSorted() ?? null,
    },
    overwrite: options.overwrite === true,
    onStep: options.onStep ?? (() => undefined),
  });
  try {
    const resumedMessages = sumMessages(partial, topic => topic !== truthTopic);
    const notes = partial.checkpoint.status === 'collecting' ? await fetchMessages(source, partial, options) : [];
    const spans: string[] = [];
    const manifest = await finish(source, partial, { ...options, onNote: note => spans.push(note) });
    return {
      dir: out,
      manifest,
      resumedMessages,
      wasFinished: false,
      notes: [...notes, ...spans],
      isCut: partial.checkpoint.isCut === true,
    };
  } catch (error) {
    throw withLossHint(error, partial);
  } finally {
    partial.close();
    // Without a checkpoint there is nothing to resume.
    if (!existsSync(checkpointPath(partialDir))) rmSync(partialDir, { recursive: true, force: true });
  }
}

/** With `follow`, waits for named topics that are not there yet. @throws USAGE */
async function awaitTopics(source: MessageSource, { topics, follow, signal, onNote }: CollectOptions): Promise<void> {
  for (let looks = 0; ; looks++) {
    try {
      partitionsToCollect(await source.partitions(), topics);
      return;
    } catch (error) {
      if (follow !== true || !(error instanceof CqshopError) || error.code !== 'USAGE') throw error;
      if (looks === 0) onNote?.(`waiting: ${error.message}`);
      await setTimeout(lookEveryMs, undefined, { signal });
    }
  }
}

function assertNotExisting(out: string, isOverwriting: boolean): void {
  if (!existsSync(out) || (isOverwriting && existsSync(join(out, 'manifest.json')))) return;
  if (isEmptyDirectory(out)) return;
  const isDataset = existsSync(join(out, 'manifest.json'));
  throw cannot('DATASET_EXISTS', `collect to ${out}`)(
    isDataset ? 'there is a finished dataset' : 'something else is there',
    `a new directory; name another with --out${isDataset ? ' or replace it with --overwrite' : ''}`,
  );
}

function isEmptyDirectory(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

/** @returns what could not be verified, in words */
async function fetchMessages(
  source: MessageSource,
  partial: PartialDataset,
  options: CollectOptions,
): Promise<readonly string[]> {
  const isWhole = await untilAway(options, () => fetchRounds(source, partial, options));
  if (sumMessages(partial) === 0) {
    const { unreadable } = partial.checkpoint;
    rmSync(partial.dir, { recursive: true });
    options.signal?.throwIfAborted();
    throw nothingReadable(source, unreadable) ?? nothingToCollect(source, options);
  }
  const offsets = isWhole === undefined ? undefined : await untilAway(options, () => source.partitions());
  if (offsets === undefined) {
    partial.commit({ status: 'finishing', isCut: true });
    return [`${source.url} did not answer when this was ended: whether messages are missing is not known`];
  }
  const notes = assertCompleteRun(source, offsets, {
    checkpoint: partial.checkpoint,
    truth: collectedTruth(partial.dir, partial.checkpoint, source.isTimeOrdered),
    named: options.topics,
  });
  partial.commit({ status: 'finishing' });
  return notes;
}

function nothingReadable(
  { url, topicPrefix }: MessageSource,
  unreadable: Findings | undefined,
): CqshopError | undefined {
  const [first] = Object.entries(unreadable ?? {});
  if (first === undefined) return undefined;
  const [what, { messages, first: place }] = first;
  return cannot('BROKER_CORRUPT', `collect ${url}`)(
    `no message can be read: ${unreadNote(what, messages, topicPrefix + place)}`,
    'at least one that can',
  );
}

function nothingToCollect({ url }: MessageSource, { topics, mapping }: CollectOptions): CqshopError {
  const fails = cannot('BROKER_EMPTY', `collect ${url}`);
  if (topics !== undefined)
    return fails(`no message is in ${topics.join(', ')}`, 'at least one; --follow waits for it');
  return mapping !== undefined
    ? fails('the topics of a run hold no message', '--topics with those that the mapping is for')
    : fails('its topics hold no message', 'those of a run that this user may read; `cqshop simulate` writes one');
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
  const runEnd = new RunEndWatch(source, options.onNote ?? (() => undefined));
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
  const total = sumMessages(partial) + ranges.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
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

function sumMessages(partial: PartialDataset, isCounted: (topic: string) => boolean = () => true): number {
  const counted = partial.checkpoint.partitions.filter(({ topic }) => isCounted(topic));
  return counted.reduce((sum, { messages }) => sum + messages, 0);
}

async function finish(source: MessageSource, partial: PartialDataset, options: CollectOptions): Promise<Manifest> {
  const { out } = options;
  const onStep = options.onStep ?? (() => undefined);
  const target = targetDir(partial.dir);
  const total = sumMessages(partial);
  clearTarget(partial.dir);
  mkdirSync(target);
  onStep('target created');
  const manifest = await writeDataset(partial.dir, partial.checkpoint, target, {
    mapping: options.mapping,
    isTimeOrdered: source.isTimeOrdered,
    onNote: options.onNote ?? (() => undefined),
    signal: options.follow === true ? undefined : options.signal,
    onProgress: messages => options.onProgress?.({ stage: 'merging', messages, total }),
    onStep,
  }).catch(error => {
    throw withHint(error, partial.dir);
  });
  syncDirectory(target);
  onStep('target synced');
  renameDataset(partial.dir, out, onStep);
  return manifest;
}

/** An invalid message stays in the partial dataset, so the next call would fail at it again. */
function withHint(error: unknown, partialDir: string): unknown {
  if (!(error instanceof CqshopError) || error.code !== 'BROKER_CORRUPT') return error;
  return new CqshopError(
    error.code,
    `${error.message}; repair the log and collect with --overwrite to begin again (what was collected is in ${partialDir})`,
    { cause: error },
  );
}

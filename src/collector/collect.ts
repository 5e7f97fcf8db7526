import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Manifest, readManifest } from '../dataset/manifest.ts';
import { CqshopError } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';
import { parseMessageLine } from '../messaging/message-line.ts';
import type { MessageBatch, MessageSource, PartitionOffsets } from '../messaging/message-source.ts';
import { truthTopic } from '../messaging/topics.ts';
import { failedWrite } from '../messaging/write-failure.ts';
import { syncDirectory } from './checkpoint.ts';
import { acquireLock } from './lock.ts';
import { type Origin, PartialDataset } from './partial-dataset.ts';
import { partitionsToCollect } from './topics-to-collect.ts';
import { writeDataset } from './write-dataset.ts';

export type CollectOptions = {
  /** The dataset's directory: `datasets/NAME`. */
  readonly out: string;
  /** Topics named without the prefix; default: the command log and every events topic. The truth comes along always. */
  readonly topics?: readonly string[] | undefined;
  /** The prefix that the source was opened with; a dataset is resumed with the same one only. */
  readonly topicPrefix?: string | undefined;
  /** Go on until the run says that it is finished, or `signal` is aborted, which then finishes the dataset. */
  readonly follow?: boolean | undefined;
  /** Replace a finished dataset, and begin anew what cannot be resumed. */
  readonly overwrite?: boolean | undefined;
  /** Aborting stops at the last checkpoint (an AbortError), except with `follow`. */
  readonly signal?: AbortSignal | undefined;
  readonly toolVersion: string;
  readonly onProgress?: ((progress: CollectProgress) => void) | undefined;
  /** Called between the steps of commits and of finishing; throwing stops there as a crash would. For tests. */
  readonly onStep?: ((step: string) => void) | undefined;
  /** A checkpoint is made after so many bytes; default 8 MiB. */
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
  /** Messages that an earlier, interrupted call had collected. */
  readonly resumedMessages: number;
  /** True if that earlier call had finished the dataset but for tidying up. */
  readonly wasFinished: boolean;
};

const pollMs = 500;

/** Where a dataset lives until it is finished. */
export function partialDirOf(out: string): string {
  return `${withoutSlash(out)}.partial`;
}

/**
 * Dumps a broker's topics to a dataset. Killed at any moment, the next call goes on at the last checkpoint and gives the same
 * bytes; the dataset appears whole or not at all.
 *
 * @throws DATASET_EXISTS, LOCKED, BROKER_EMPTY, BROKER_MISMATCH (what was begun came from another broker), BROKER_CORRUPT,
 * DATASET_CORRUPT (the unfinished dataset is damaged), WRITE_FAILED
 */
export async function collect(source: MessageSource, options: CollectOptions): Promise<Collected> {
  const out = withoutSlash(options.out);
  try {
    makeDirectory(dirname(out));
    const releaseLock = acquireLock(`${out}.lock`);
    try {
      return await collectLocked(source, { ...options, out });
    } finally {
      releaseLock();
    }
  } catch (cause) {
    throw failedWrite(`dataset ${out}`, cause);
  }
}

async function collectLocked(source: MessageSource, options: CollectOptions): Promise<Collected> {
  const { out } = options;
  const partialDir = partialDirOf(out);
  if (isRenamed(partialDir, out)) {
    tidy(partialDir);
    if (options.overwrite !== true)
      return { dir: out, manifest: readManifest(out), resumedMessages: 0, wasFinished: true };
  }
  refuseExisting(out, options.overwrite === true);
  partitionsToCollect(await source.partitions(), options.topics);
  const partial = await openPartial(source, partialDir, options);
  try {
    const resumedMessages = sumMessages(partial);
    if (partial.checkpoint.status === 'collecting') await fetchMessages(source, partial, options);
    const manifest = await finish(source, partial, options);
    return { dir: out, manifest, resumedMessages, wasFinished: false };
  } finally {
    partial.close();
  }
}

/** True between the renaming of the finished dataset and the removal of what it was made from. */
function isRenamed(partialDir: string, out: string): boolean {
  return (
    existsSync(join(out, 'manifest.json')) &&
    existsSync(join(partialDir, renamedMark)) &&
    !existsSync(join(partialDir, 'dataset'))
  );
}

const renamedMark = 'renaming';

function refuseExisting(out: string, isOverwriting: boolean): void {
  if (!existsSync(out) || (isOverwriting && existsSync(join(out, 'manifest.json')))) return;
  if (isEmptyDirectory(out)) return;
  const isDataset = existsSync(join(out, 'manifest.json'));
  throw new CqshopError(
    'DATASET_EXISTS',
    isDataset
      ? `Cannot collect to ${out}: there is a finished dataset, expected a new directory; name another with --out or replace it with --overwrite`
      : `Cannot collect to ${out}: something else is there, expected a new directory; name another with --out`,
  );
}

function isEmptyDirectory(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

async function openPartial(
  source: MessageSource,
  partialDir: string,
  options: CollectOptions,
): Promise<PartialDataset> {
  const onStep = options.onStep ?? (() => undefined);
  const origin: Origin = {
    clusterId: await source.clusterId(),
    topicPrefix: options.topicPrefix ?? '',
    topics: options.topics?.toSorted() ?? null,
  };
  try {
    const resumed = PartialDataset.resume(partialDir, onStep);
    if (resumed !== undefined) {
      try {
        refuseOtherOrigin(source, resumed, origin);
        if (resumed.checkpoint.status === 'collecting') await refuseOtherMessages(source, resumed);
        return resumed;
      } catch (error) {
        resumed.close();
        throw error;
      }
    }
  } catch (error) {
    const isUnfit =
      error instanceof CqshopError && (error.code === 'BROKER_MISMATCH' || error.code === 'DATASET_CORRUPT');
    if (!isUnfit || options.overwrite !== true) throw error;
  }
  return PartialDataset.create(partialDir, origin, onStep);
}

function refuseOtherOrigin(source: MessageSource, partial: PartialDataset, now: Origin): void {
  const { clusterId, topicPrefix, topics } = partial.checkpoint;
  if (clusterId !== now.clusterId)
    throw mismatch(partial, source, `it was begun from cluster ${clusterId}, this is ${now.clusterId}`);
  if (topicPrefix !== now.topicPrefix) {
    throw mismatch(
      partial,
      source,
      `it was begun with the topic prefix "${topicPrefix}", this is "${now.topicPrefix}"`,
    );
  }
  if (topics?.join() !== now.topics?.join()) {
    throw mismatch(
      partial,
      source,
      `it was begun with ${topics?.join() ?? 'the default topics'}, this is ${now.topics?.join() ?? 'the default ones'}`,
    );
  }
}

/** A topic may have been deleted and written anew: the last message of each partition is looked up again. */
async function refuseOtherMessages(source: MessageSource, partial: PartialDataset): Promise<void> {
  const { partitions } = partial.checkpoint;
  const offsets = new Map((await source.partitions()).map(range => [`${range.topic}/${range.partition}`, range]));
  for (const { topic, partition, nextOffset } of partitions) {
    const line = partial.lastLine(topic, partition);
    if (line === undefined) continue;
    const name = `${topic}/${partition}`;
    const range = offsets.get(name);
    if (range === undefined || range.high < nextOffset)
      throw mismatch(partial, source, `${name} has fewer messages than were collected`);
    const last = parseMessageLine(line, () => `the last line of ${name} in ${partial.dir}`);
    if (last.offset < range.low) continue;
    for await (const batch of source.read([{ topic, partition, from: last.offset, to: nextOffset }])) {
      if (linesOf(batch)[0] !== line)
        throw mismatch(partial, source, `${name} has another message at offset ${last.offset}`);
    }
  }
}

function mismatch(partial: PartialDataset, source: MessageSource, what: string): CqshopError {
  return new CqshopError(
    'BROKER_MISMATCH',
    `Cannot resume ${partial.dir} from ${source.url}: ${what}, expected the broker it was begun from; delete the directory or collect with --overwrite to begin again`,
  );
}

async function fetchMessages(source: MessageSource, partial: PartialDataset, options: CollectOptions): Promise<void> {
  const stopsByItself = options.follow !== true;
  for (;;) {
    const wasFinished = partial.checkpoint.runFinished;
    const isFinished = await fetchRound(source, partial, options);
    // What was published before RunFinished may have come after this round's look at the offsets: one more round.
    if (isFinished && !wasFinished) continue;
    if (stopsByItself || isFinished || options.signal?.aborted === true) break;
    await setTimeout(pollMs, undefined, { signal: options.signal, ref: true }).catch(() => undefined);
  }
  if (sumMessages(partial) === 0) {
    rmSync(partial.dir, { recursive: true });
    throw new CqshopError(
      'BROKER_EMPTY',
      `Cannot collect ${source.url}: its topics hold no message, expected those of a run; \`cqshop simulate\` writes one`,
    );
  }
  partial.commit({ status: 'finishing' });
}

/** Reads to the ends that the partitions have now; true if the run has said that it is finished. */
async function fetchRound(source: MessageSource, partial: PartialDataset, options: CollectOptions): Promise<boolean> {
  const offsets = partitionsToCollect(await source.partitions(), options.topics);
  const ranges = offsets.map(range => ({
    topic: range.topic,
    partition: range.partition,
    from: startOf(partial, range),
    to: range.high,
  }));
  const total = sumMessages(partial) + ranges.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  let isFinished = partial.checkpoint.runFinished;
  for await (const batch of source.read(ranges)) {
    partial.append(batch);
    if (batch.topic === truthTopic && announcesEnd(batch)) isFinished = true;
    if (partial.uncommittedBytes >= (options.checkpointBytes ?? 8 * 1024 * 1024))
      partial.commit({ runFinished: isFinished });
    options.onProgress?.({ stage: 'collecting', messages: sumMessages(partial), total });
    if (options.signal?.aborted !== true) continue;
    if (options.follow === true) break;
    partial.commit({ runFinished: isFinished });
    options.signal.throwIfAborted();
  }
  if (partial.uncommittedBytes > 0) partial.commit({ runFinished: isFinished });
  return isFinished;
}

function startOf(partial: PartialDataset, { topic, partition, low }: PartitionOffsets): number {
  const state = partial.stateOf(topic, partition);
  if (state === undefined) partial.addPartition(topic, partition, low);
  return state?.nextOffset ?? low;
}

function announcesEnd(batch: MessageBatch): boolean {
  return linesOf(batch).some(line => line.includes('"type":"RunFinished"'));
}

function linesOf(batch: MessageBatch): string[] {
  return new TextDecoder().decode(batch.lines).split('\n').slice(0, -1);
}

function sumMessages(partial: PartialDataset): number {
  return partial.checkpoint.partitions.reduce((sum, { messages }) => sum + messages, 0);
}

async function finish(source: MessageSource, partial: PartialDataset, options: CollectOptions): Promise<Manifest> {
  const { out } = options;
  const onStep = options.onStep ?? (() => undefined);
  const target = join(partial.dir, 'dataset');
  const total = sumMessages(partial);
  rmSync(target, { recursive: true, force: true });
  rmSync(join(partial.dir, renamedMark), { recursive: true, force: true });
  mkdirSync(target);
  onStep('target created');
  const manifest = await writeDataset(partial.dir, partial.checkpoint, target, {
    toolVersion: options.toolVersion,
    isTimeOrdered: source.isTimeOrdered,
    signal: options.follow === true ? undefined : options.signal,
    onProgress: messages => options.onProgress?.({ stage: 'merging', messages, total }),
    onStep,
  }).catch(error => {
    throw withHint(error, partial.dir);
  });
  syncDirectory(target);
  onStep('target synced');
  publish(partial.dir, target, out, onStep);
  return manifest;
}

/** What is no fit message stays in what was collected, so that the next call would meet it again. */
function withHint(error: unknown, partialDir: string): unknown {
  if (!(error instanceof CqshopError) || error.code !== 'BROKER_CORRUPT') return error;
  return new CqshopError(
    error.code,
    `${error.message}; when the log is mended, delete ${partialDir} and collect again`,
    { cause: error },
  );
}

/** The dataset gets its name in one step; one that it replaces goes with the partial directory. */
function publish(partialDir: string, target: string, out: string, onStep: (step: string) => void): void {
  makeDirectory(join(partialDir, renamedMark));
  onStep('renaming announced');
  if (existsSync(out)) {
    rmSync(join(partialDir, 'replaced'), { recursive: true, force: true });
    renameSync(out, join(partialDir, 'replaced'));
    onStep('old dataset moved');
  }
  renameSync(target, out);
  onStep('dataset renamed');
  syncDirectory(dirname(out));
  onStep('name synced');
  tidy(partialDir);
  onStep('partial removed');
}

/** The mark goes last, so that what is left by a kill is known for what it is. */
function tidy(partialDir: string): void {
  for (const name of readdirSync(partialDir)) {
    if (name !== renamedMark) rmSync(join(partialDir, name), { recursive: true });
  }
  rmSync(partialDir, { recursive: true });
}

function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CqshopError, cannot, writeFailure } from '../../base/errors.ts';
import { lockOutput } from '../../base/lock.ts';
import { lookEveryMs } from '../../base/time.ts';
import { syncDirectory, withoutSlash } from '../../base/whole-file.ts';
import type { MessageSource } from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { type Manifest, readManifest } from '../dataset/manifest.ts';
import { checkpointPath, withRepairHint } from './checkpoint.ts';
import type { CollectOptions } from './collect-options.ts';
import { cutNote, fetchMessages, sumMessages } from './fetch-messages.ts';
import { openPartial, withLossHint } from './open-partial.ts';
import type { PartialDataset } from './partial-dataset.ts';
import { clearTarget, isRenamed, renameDataset, targetDir, tidy } from './rename-dataset.ts';
import { partitionsToCollect } from './topics-to-collect.ts';
import { writeDataset } from './write-dataset.ts';

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
    const releaseLock = lockOutput(out, { what: `dataset ${out}`, work: 'collecting' });
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
    const notes =
      partial.checkpoint.status === 'collecting'
        ? await fetchMessages(source, partial, options)
        : notesOnFinishing(source, partial, out);
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

/** About a dataset that an earlier call had begun to finish: topics without a run may have grown since then. */
function notesOnFinishing(source: MessageSource, { checkpoint }: PartialDataset, out: string): readonly string[] {
  if (checkpoint.isCut === true) return [cutNote(source)];
  if (checkpoint.runFinished) return [];
  return [
    `the interrupted call had read everything, so nothing was read now: what has come since then is not in ${out}`,
  ];
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

async function finish(source: MessageSource, partial: PartialDataset, options: CollectOptions): Promise<Manifest> {
  const { out } = options;
  const onStep = options.onStep ?? (() => undefined);
  const target = targetDir(partial.dir);
  const total = sumMessages(partial);
  clearTarget(partial.dir);
  mkdirSync(target);
  onStep('target created');
  const manifest = await writeDataset(partial.dir, partial.checkpoint, target, {
    ...options,
    isTimeOrdered: source.isTimeOrdered,
    signal: options.follow === true ? undefined : options.signal,
    onProgress: messages => options.onProgress?.({ stage: 'merging', messages, total }),
  }).catch(error => {
    throw withRepairHint(error, partial.dir);
  });
  syncDirectory(target);
  onStep('target synced');
  renameDataset(partial.dir, out, onStep);
  return manifest;
}

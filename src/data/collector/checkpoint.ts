import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CqshopError } from '../../base/errors.ts';

const checkpointSchema = z.object({
  format: z.literal(1),
  clusterId: z.string(),
  topicPrefix: z.string(),
  topics: z.array(z.string()).nullable().describe('as named by the user; null for the default ones'),
  status: z.enum(['collecting', 'finishing']).describe('finishing: every message is here'),
  runFinished: z.boolean().describe('the truth topic has said so'),
  isCut: z.boolean().optional().describe('finishing without the broker: what it has besides is not known'),
  unread: z.record(z.string(), z.int().positive()).optional().describe('messages by what could not be read of them'),
  partitions: z.array(
    z.object({
      topic: z.string(),
      partition: z.int().nonnegative(),
      low: z.int().nonnegative().describe('offset of the first message'),
      nextOffset: z.int().nonnegative(),
      messages: z.int().nonnegative(),
      bytes: z.int().nonnegative().describe('of the partition file that count; what follows was never committed'),
    }),
  ),
});

/** `checkpoint.json` of an unfinished dataset: the only commit point of a collection. */
export type Checkpoint = z.infer<typeof checkpointSchema>;
export type PartitionCheckpoint = Checkpoint['partitions'][number];

/** Where the checkpoint of an unfinished dataset is. */
export function checkpointPath(partialDir: string): string {
  return join(partialDir, 'checkpoint.json');
}

/** undefined before the first commit. @throws DATASET_CORRUPT when it is damaged, which no kill can do */
export function readCheckpoint(partialDir: string): Checkpoint | undefined {
  const path = checkpointPath(partialDir);
  if (!existsSync(path)) return undefined;
  try {
    return checkpointSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new CqshopError(
      'DATASET_CORRUPT',
      `Cannot resume ${partialDir}: checkpoint.json is damaged, expected a checkpoint of format 1; delete the directory or collect with --overwrite to begin again`,
      { cause },
    );
  }
}

/** Replaces the checkpoint so that, whatever happens, either the old or the new one is found. */
export function writeCheckpoint(partialDir: string, checkpoint: Checkpoint, onStep: (step: string) => void): void {
  const path = checkpointPath(partialDir);
  const descriptor = openSync(`${path}.tmp`, 'w');
  try {
    writeFileSync(descriptor, `${JSON.stringify(checkpoint, undefined, 1)}\n`);
    onStep('checkpoint written');
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  onStep('checkpoint synced');
  renameSync(`${path}.tmp`, path);
  onStep('checkpoint renamed');
  syncDirectory(partialDir);
  onStep('checkpoint committed');
}

/** Makes the names in a directory as durable as the files. */
export function syncDirectory(dir: string): void {
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CqshopError } from '../../base/errors.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { checkpointFile } from '../../base/whole-directory.ts';
import { syncDirectory, writeWhole } from '../../base/whole-file.ts';

const findings = z.record(z.string(), z.object({ messages: z.int().positive(), first: z.string() }));

const checkpointSchema = z.object({
  format: z.literal(2),
  clusterId: z.string(),
  topicPrefix: z.string(),
  topics: z.array(z.string()).nullable().describe('as named by the user; null for the default ones'),
  status: z.enum(['collecting', 'finishing']).describe('finishing: every message is here'),
  runFinished: z.boolean().describe('the truth topic has said so'),
  isCut: z.boolean().optional().describe('finishing without the broker: what it has besides is not known'),
  unread: findings.optional().describe('messages by what could not be read of them'),
  unreadable: findings.optional().describe('records that are no messages, by the reason'),
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
  return join(partialDir, checkpointFile);
}

/** undefined before the first commit. @throws DATASET_CORRUPT when it is damaged, which no kill can do */
export function readCheckpoint(partialDir: string): Checkpoint | undefined {
  const path = checkpointPath(partialDir);
  if (!existsSync(path)) return undefined;
  return readJsonFile(path, checkpointSchema, {
    code: 'DATASET_CORRUPT',
    what: 'checkpoint',
    expected: 'what `cqshop collect` writes',
    remedy: beginAgain,
  });
}

/** What a user can do about an unfinished dataset that cannot be resumed. */
export const beginAgain = 'delete the directory or collect with --overwrite to begin again';

/** An invalid message stays in the partial dataset, so the next call would fail at it again. */
export function withRepairHint(error: unknown, partialDir: string): unknown {
  if (!(error instanceof CqshopError) || error.code !== 'BROKER_CORRUPT') return error;
  return error.withHint(
    `; repair the log and collect with --overwrite to begin again (what was collected is in ${partialDir})`,
  );
}

/** Replaces the checkpoint so that, whatever happens, either the old or the new one is found. */
export function writeCheckpoint(partialDir: string, checkpoint: Checkpoint, onStep: (step: string) => void): void {
  writeWhole(checkpointPath(partialDir), `${JSON.stringify(checkpoint, undefined, 1)}\n`, {
    isDurable: true,
    onStep: step => onStep(`checkpoint ${step}`),
  });
  syncDirectory(partialDir);
  onStep('checkpoint committed');
}

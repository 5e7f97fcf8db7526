import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sum } from '../../base/sum.ts';
import { inThousands, pluralize } from '../../base/words.ts';
import { digestOf, type Manifest } from '../../data/dataset/manifest.ts';
import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { checkDigest } from '../../data/dataset/read-events.ts';
import type { Finding } from './finding.ts';

/**
 * Compares the data card with the manifest; every other file is compared where it is read.
 *
 * @throws DATASET_CORRUPT when they differ
 */
export async function checkDataCard({ dir, manifest }: Pick<Dataset, 'dir' | 'manifest'>): Promise<void> {
  const path = join(dir, 'README.md');
  checkDigest(path, digestOf(await readFile(path)), manifest.files['README.md']);
}

/** What a manifest says about the completeness of its dataset. */
export type IntegrityInput = {
  readonly name: string;
  readonly manifest: Pick<
    Manifest,
    'complete' | 'degraded' | 'scenario' | 'messages' | 'unread' | 'unreadable' | 'deletedBefore'
  >;
};

/**
 * Whether datasets are complete. They have been read to the end, so every hash, count and offset is correct. A run that was cut off lacks messages, and
 * maybe labels, and fails. So does a live run that was too slow for its customers. Data from another system have no defined end; the sentence says how many messages could not be read.
 */
export function integrity(inputs: readonly IntegrityInput[]): Finding {
  const cut = inputs.filter(({ manifest }) => manifest.scenario !== null && !manifest.complete).map(({ name }) => name);
  const degraded = inputs.filter(({ manifest }) => manifest.degraded === true).map(({ name }) => name);
  const messages = sum(inputs, ({ manifest }) => manifest.messages);
  const lost = sum(
    inputs,
    ({ manifest }) =>
      (manifest.deletedBefore ?? 0) + sum(Object.values(manifest.unreadable ?? {}), ({ messages: each }) => each),
  );
  // Of messages that are there.
  const unread = sum(inputs, ({ manifest }) => sum(Object.values(manifest.unread ?? {}), count => count));
  const notes = [
    ...(lost === 0
      ? []
      : [`; ${inThousands(lost)} more were deleted before they were collected, or could not be read`]),
    ...(unread === 0 ? [] : [`; ${pluralize(unread, 'time')}, the mapping could not read a part of a message`]),
  ];
  return {
    check: 'integrity',
    anomaly: null,
    verdict: cut.length + degraded.length > 0 ? 'fail' : 'pass',
    sentence:
      cut.length > 0
        ? `the run was cut off, messages and labels may be missing: ${cut.join(', ')}`
        : degraded.length > 0
          ? `the machine was too slow for the live run, and customers gave up because of it: ${degraded.join(', ')}`
          : `hashes, counts and offsets of ${pluralize(messages, 'message')} are what the manifest says${notes.join('')}`,
    figures: { messages, cutOff: cut, degraded, lost },
  };
}

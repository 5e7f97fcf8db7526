import { chmodSync, copyFileSync, linkSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLinkImpossible } from '../../../base/hard-link.ts';
import { makeDirectory } from '../../../base/whole-file.ts';
import { readManifest } from '../../../data/dataset/manifest.ts';

/** What the manifest of a dataset says that a detector may know. */
const harmless = ['format', 'toolVersion', 'start', 'end', 'messages', 'topics'] as const;

/** Read-only. */
const mode = 0o444;

/**
 * Makes a directory with what a detector may see of a dataset: `events.csv`, and a `manifest.json` that names neither scenario nor seed. Its files
 * cannot be written: other programs get them too, and `events.csv` may be the dataset's own.
 *
 * @param withLabels adds `labels.jsonl`
 */
export function writeBlindDataset(dir: string, out: string, withLabels: boolean): void {
  makeDirectory(out);
  linkOrCopy(join(dir, 'events.csv'), join(out, 'events.csv'));
  if (withLabels) writeFileSync(join(out, 'labels.jsonl'), readFileSync(join(dir, 'labels.jsonl')), { mode });
  const manifest = readManifest(dir);
  const known = Object.fromEntries(harmless.map(key => [key, manifest[key]]));
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(known, undefined, 2)}\n`, { mode });
  chmodSync(join(out, 'events.csv'), mode);
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!isLinkImpossible(error)) throw error;
    copyFileSync(from, to);
  }
}

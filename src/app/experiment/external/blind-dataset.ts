import { chmodSync, copyFileSync, linkSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writing } from '../../../base/errors.ts';
import { isLinkImpossible } from '../../../base/hard-link.ts';
import { makeDirectory } from '../../../base/whole-file.ts';
import { readManifest } from '../../../data/dataset/manifest.ts';

/** What the manifest of a dataset says that a detector may know. */
const harmless = ['format', 'toolVersion', 'start', 'end', 'messages', 'topics'] as const;

const readOnly = 0o444;

/**
 * Makes a directory with what a detector may see of a dataset: `events.csv`, and a `manifest.json` that names neither scenario nor seed. Its files
 * cannot be written: other programs get them too, and `events.csv` may be the dataset's own.
 *
 * @param withLabels adds `labels.jsonl`
 * @throws WRITE_FAILED
 */
export function writeBlindDataset(dir: string, out: string, withLabels: boolean): void {
  const manifest = readManifest(dir);
  const known = Object.fromEntries(harmless.map(key => [key, manifest[key]]));
  writing(`dataset ${out}`, () => {
    makeDirectory(out);
    linkOrCopy(join(dir, 'events.csv'), join(out, 'events.csv'));
    if (withLabels) copyFileSync(join(dir, 'labels.jsonl'), join(out, 'labels.jsonl'));
    writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(known, undefined, 2)}\n`);
    for (const name of readdirSync(out)) chmodSync(join(out, name), readOnly);
  });
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!isLinkImpossible(error)) throw error;
    copyFileSync(from, to);
  }
}

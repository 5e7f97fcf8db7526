import { createReadStream, createWriteStream, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { writeFailure } from '../../base/errors.ts';
import { writeWhole } from '../../base/whole-file.ts';
import { digestOf, readManifest } from './manifest.ts';

const plain = 'events.csv';
const packed = 'events.csv.gz';
const cardFile = 'README.md';

/** The file that holds a dataset's events: `events.csv`, or `events.csv.gz` where that was packed. */
export function eventsPath(dir: string): string {
  const path = join(dir, plain);
  return !existsSync(path) && existsSync(join(dir, packed)) ? join(dir, packed) : path;
}

export function isPacked(path: string): boolean {
  return path.endsWith('.gz');
}

/**
 * Replaces `events.csv` of a dataset by `events.csv.gz`, about a fifth as large, also where the data card names it. The manifest keeps size and
 * hash of the content.
 *
 * @throws WRITE_FAILED
 */
export async function packEvents(dir: string): Promise<void> {
  try {
    await pack(dir);
  } catch (cause) {
    throw writeFailure(`dataset ${dir}`, cause);
  }
}

async function pack(dir: string): Promise<void> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  await pipeline(createReadStream(join(dir, plain)), gzip, createWriteStream(join(dir, packed)));
  rmSync(join(dir, plain));
  const card = packedCard(readFileSync(join(dir, cardFile), 'utf8'));
  const { files, ...manifest } = readManifest(dir);
  writeWhole(join(dir, cardFile), card);
  const changed = { ...manifest, files: { ...files, [cardFile]: digestOf(card) } };
  writeWhole(join(dir, 'manifest.json'), `${JSON.stringify(changed, undefined, 2)}\n`);
}

/** A data card for packed events: pandas, polars, DuckDB and R read them as they are. */
export function packedCard(card: string): string {
  return card.replaceAll(plain, packed).replace(`- \`${packed}\`: `, `- \`${packed}\`: \`${plain}\` packed by gzip, `);
}

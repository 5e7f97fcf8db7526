import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';

const plain = 'events.csv';
const packed = 'events.csv.gz';

/** The file that holds a dataset's events: `events.csv`, or `events.csv.gz` where that was packed. */
export function eventsPath(dir: string): string {
  const path = join(dir, plain);
  return !existsSync(path) && existsSync(join(dir, packed)) ? join(dir, packed) : path;
}

export function isPacked(path: string): boolean {
  return path.endsWith('.gz');
}

/** Replaces `events.csv` of a dataset by `events.csv.gz`, about a fifth as large. The manifest keeps size and hash of the content. */
export async function packEvents(dir: string): Promise<void> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  await pipeline(createReadStream(join(dir, plain)), gzip, createWriteStream(join(dir, packed)));
  rmSync(join(dir, plain));
}

import { type FileHandle, open } from 'node:fs/promises';
import { eventsPath, isPacked } from './packed-events.ts';
import type { Dataset } from './read-dataset.ts';
import { readEvents } from './read-events.ts';
import type { EventRecord } from './record.ts';

/** A row is shorter, whatever its payload. */
const probeBytes = 64 * 1024;
const timeLength = '2026-03-02T00:00:00.000Z'.length;

/**
 * The events of a dataset from one moment up to another one, without it. Finds the first by bisection, since the file is ordered by time: costs what the
 * range holds, not the whole file, whose hash is not checked. A packed file is read up to the end of the range.
 *
 * @throws DATASET_CORRUPT when a row is not an event
 */
export async function readEventsIn(
  { dir }: Pick<Dataset, 'dir'>,
  fromMs: number,
  toMs: number,
): Promise<EventRecord[]> {
  const path = eventsPath(dir);
  const found: EventRecord[] = [];
  for await (const batch of readEvents(path, undefined, isPacked(path) ? 0 : await byteOf(path, fromMs))) {
    found.push(...batch.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs));
    if ((batch.at(-1)?.timeMs ?? 0) >= toMs) break;
  }
  return found;
}

/** Where a row begins that is not after the moment's first event, and near it. */
async function byteOf(path: string, fromMs: number): Promise<number> {
  const file = await open(path, 'r');
  try {
    let low = 0;
    let high = (await file.stat()).size;
    while (high - low > probeBytes) {
      const middle = Math.floor((low + high) / 2);
      const row = await firstRowAfter(file, middle);
      if (row === undefined || row.timeMs >= fromMs) high = middle;
      else low = row.byte;
    }
    return low;
  } finally {
    await file.close();
  }
}

/** The first line after a byte that begins with a time. */
async function firstRowAfter(file: FileHandle, byte: number) {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(probeBytes), 0, probeBytes, byte);
  const text = buffer.toString('latin1', 0, bytesRead);
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    const timeMs = Date.parse(text.slice(end + 1, end + 1 + timeLength));
    if (!Number.isNaN(timeMs)) return { byte: byte + end + 1, timeMs };
  }
  return undefined;
}

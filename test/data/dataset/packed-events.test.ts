import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { eventsPath, packEvents } from '../../../src/data/dataset/packed-events.ts';
import { type Dataset, readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function sample(): string {
  const dir = join(temporaryDirectory(), 'sample');
  cpSync('datasets/sample', dir, { recursive: true });
  return dir;
}

async function packedSample(): Promise<string> {
  const dir = sample();
  await packEvents(dir);
  return dir;
}

async function idsOf({ records }: Dataset): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const batch of records()) ids.push(...batch.map(({ id }) => id));
  return ids;
}

test('packEvents replaces events.csv, and a packed dataset is read like another one', async () => {
  const dir = await packedSample();
  expect(existsSync(join(dir, 'events.csv'))).toBe(false);
  const content = readFileSync('datasets/sample/events.csv');
  const packed = readFileSync(eventsPath(dir));
  expect(gunzipSync(packed).equals(content)).toBe(true);
  expect(packed.length).toBeLessThan(content.length / 4);
  const [plain, read] = [await readDataset('datasets/sample'), await readDataset(dir)];
  expect(await idsOf(read)).toEqual(await idsOf(plain));
  const card = readFileSync(join(dir, 'README.md'), 'utf8');
  expect(card).toContain('- `events.csv.gz`: `events.csv` packed by gzip, one message a row');
  expect(card).toContain('pd.read_csv("events.csv.gz", ');
  const digest = { bytes: Buffer.byteLength(card), sha256: createHash('sha256').update(card).digest('hex') };
  expect(read.manifest.files).toEqual({ ...plain.manifest.files, 'README.md': digest });
});

test('a packed file that is damaged, or holds something else, is refused', async () => {
  const dir = await packedSample();
  const path = eventsPath(dir);
  const packed = readFileSync(path);
  const isRefused = async (content: Buffer) => {
    writeFileSync(path, content);
    const dataset = await readDataset(dir);
    await expectCqshopError(() => idsOf(dataset), 'DATASET_CORRUPT', 'events.csv.gz');
  };
  await isRefused(packed.subarray(0, packed.length / 2));
  const rows = gunzipSync(packed).toString().trimEnd().split('\n');
  await isRefused(gzipSync(`${rows.slice(0, -1).join('\n')}\n`));
});

test('packEvents says what cannot be written', async () => {
  const dir = sample();
  mkdirSync(join(dir, 'events.csv.gz'));
  await expectCqshopError(() => packEvents(dir), 'WRITE_FAILED', `Cannot write dataset ${dir}`);
});

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { PartialDataset } from '../../../src/data/collector/partial-dataset.ts';
import { clearTarget, isRenamed, targetDir } from '../../../src/data/collector/rename-dataset.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** How many removals are made before the kill; what is removed next goes only in part: all that is in it but `renaming`. */
const kill = { after: Number.POSITIVE_INFINITY };

vi.mock('node:fs', async load => {
  const fs = await load<typeof import('node:fs')>();
  const rmSync: typeof fs.rmSync = (path, options) => {
    kill.after -= 1;
    if (kill.after >= 0) return fs.rmSync(path, options);
    const dir = String(path);
    const inside = fs.existsSync(dir) ? fs.readdirSync(dir) : [];
    for (const name of inside) if (name !== 'renaming') fs.rmSync(join(dir, name), options);
    throw new Error('killed');
  };
  return { ...fs, rmSync };
});

beforeEach(() => {
  kill.after = Number.POSITIVE_INFINITY;
});

/** What is left of a collection that was killed just before its dataset got the name of an older one. */
function leftByKill() {
  const out = join(temporaryDirectory(), 'one');
  const partial = `${out}.partial`;
  for (const dir of [out, partial, targetDir(partial), join(partial, 'renaming')]) mkdirSync(dir);
  writeFileSync(join(out, 'manifest.json'), '{}');
  return { out, partial };
}

const origin = { clusterId: 'a', topicPrefix: '', topics: null } as const;

test.each<readonly [name: string, clear: (partial: string) => void, removals: number]>([
  ['taking back a finishing', clearTarget, 2],
  ['beginning anew', partial => PartialDataset.create(partial, origin, () => undefined).close(), 3],
])('killed while %s, no old dataset passes for the new one', (_name, clear, removals) => {
  for (let after = 0; after < removals; after += 1) {
    const { out, partial } = leftByKill();
    kill.after = after;
    expect(() => clear(partial)).toThrow('killed');
    expect({ after, isRenamed: isRenamed(partial, out) }).toEqual({ after, isRenamed: false });
    kill.after = Number.POSITIVE_INFINITY;
    clear(partial);
    expect(isRenamed(partial, out)).toBe(false);
  }
});

test('a dataset that has its name is known by the mark that is left', () => {
  const { out, partial } = leftByKill();
  clearTarget(partial);
  expect(existsSync(out)).toBe(true);
  mkdirSync(join(partial, 'renaming'));
  expect(readdirSync(partial)).toEqual(['renaming']);
  expect(isRenamed(partial, out)).toBe(true);
});

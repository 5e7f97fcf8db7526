import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listScenarios } from '../../../src/shop/scenarios/find-scenario.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cqshop-scenarios-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function read(name: string, content?: string | Uint8Array): Promise<unknown> {
  const file = join(directory, name);
  if (content !== undefined) await writeFile(file, content);
  return readScenario(file);
}

describe('readScenario', () => {
  test('reads by name and by file', async () => {
    const byName = await readScenario('clean');
    expect(byName).toMatchObject({ name: 'clean', anomalies: [] });
    expect(await readScenario('./scenarios/clean.yaml')).toEqual({ ...byName, positions: expect.any(Map) });
  });

  test('a directory is none', async () => {
    await expect(readScenario('test')).rejects.toThrow(
      /^Cannot read scenario test: it is a directory, expected a file or /,
    );
  });

  test('suggests the nearest name', async () => {
    await expect(readScenario('stock-exhuastion')).rejects.toMatchObject({
      code: 'SCENARIO_NOT_FOUND',
      message: expect.stringMatching(
        /^Cannot read scenario stock-exhuastion: there is no scenario of that name, expected a file or .*clean.*did you mean stock-exhaustion\?$/,
      ),
    });
    await expect(read('claen.yaml')).rejects.toMatchObject({
      code: 'SCENARIO_NOT_FOUND',
      message: expect.stringMatching(/did you mean clean\?$/),
    });
  });

  test('tells the first of several mistakes, and how to see them all', async () => {
    const error = read('several.yaml', 'version: 1\nname: several\ndays: 0\n');
    await expect(error).rejects.toMatchObject({
      code: 'SCENARIO_INVALID',
      message: expect.stringMatching(
        /several.yaml:1:1: Cannot read .* \(and 4 more: see cqshop validate .*several.yaml\)$/,
      ),
      details: { problems: { length: 5 } },
    });
  });

  test.each([
    ['binary', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]), 'it is not text in UTF-8'],
    ['zeros', new Uint8Array(16), 'it is not text'],
    ['large', new Uint8Array(5 * 1024 * 1024).fill(0x23), 'it is larger than 4 MiB'],
  ])('refuses a %s file', async (name, bytes, found) => {
    await expect(read(`${name}.yaml`, bytes)).rejects.toMatchObject({
      code: 'SCENARIO_INVALID',
      message: `Cannot read scenario ${join(directory, name)}.yaml: ${found}, expected a YAML file`,
    });
  });

  test('refuses a directory', async () => {
    await mkdir(join(directory, 'folder.yaml'));
    await expect(read('folder.yaml')).rejects.toMatchObject({
      code: 'SCENARIO_INVALID',
      message: expect.stringMatching(/folder.yaml: it is a directory, expected a YAML file$/),
    });
  });
});

describe('listScenarios', () => {
  test('lists those that come with cqshop', async () => {
    const names = (await listScenarios()).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['clean', 'price-error', 'stock-exhaustion', 'traffic-intensity', 'workload-shape']),
    );
    expect(names).toEqual([...names].sort());
  });
});

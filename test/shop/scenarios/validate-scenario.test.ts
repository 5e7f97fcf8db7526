import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateScenario } from '../../../src/shop/scenarios/validate-scenario.ts';

async function validate(text: string): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'cqshop-validate-'));
  try {
    const file = join(directory, 'mine.yaml');
    await writeFile(file, text);
    const lines = await validateScenario(file);
    return lines.map(line => line.replaceAll(directory, ''));
  } finally {
    await rm(directory, { recursive: true });
  }
}

const head = 'version: 1\nname: mine\ndescription: words\nseed: 7\nstart: 2026-03-02\ndays: 2\n';

describe('validateScenario', () => {
  test('finds nothing wrong with what can be run', async () => {
    expect(await validateScenario('price-error')).toEqual([]);
  });

  test('gives a line for every mistake', async () => {
    expect(await validate(`${head}anomalies: []\nscale: 0\nallowOverlap: perhaps\n`)).toEqual([
      '/mine.yaml:8:8: Cannot read scenario: scale is 0, expected a number above 0',
      '/mine.yaml:9:15: Cannot read scenario: allowOverlap is "perhaps", expected true or false',
    ]);
  });

  test('finds what cannot be placed', async () => {
    const lines = await validate(
      `${head}anomalies:\n  - { id: a, anomaly: price-error, variant: zero-price, intensity: subtle, at: 5d, duration: 1h }\n`,
    );
    expect(lines).toEqual([
      '/mine.yaml:8:80: Cannot place a: 2026-03-07T00:00:00Z for 1h is not inside the run, expected a time within 2026-03-02T00:00:00Z for 2d, or more days',
    ]);
  });

  test('finds what cannot be placed beside anomalies with other mistakes', async () => {
    const lines = await validate(
      `${head}anomalies:\n  - { id: a, anomaly: price-error, variant: zero-prise, intensity: subtle, at: 1d }\n  - { id: b, anomaly: price-error, variant: zero-price, intensity: subtle, at: 5d, duration: 1h }\n`,
    );
    expect(lines).toEqual([
      expect.stringMatching(/^\/mine.yaml:8:45: .*variant is "zero-prise".*did you mean zero-price\?$/),
      expect.stringMatching(/^\/mine.yaml:9:80: Cannot place b: 2026-03-07T00:00:00Z for 1h is not inside the run/),
    ]);
  });

  test('says that a scenario is missing', async () => {
    expect(await validateScenario('clen')).toEqual([expect.stringMatching(/did you mean clean\?$/)]);
  });
});

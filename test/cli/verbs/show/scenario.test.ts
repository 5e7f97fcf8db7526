import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { nearMissKinds } from '../../../../src/shop/near-misses/registry.ts';
import { runCommand } from '../../../support/fake-host.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const kinds = nearMissKinds.map(({ id }) => id);
const shownSchema = z.object({
  nearMisses: z.array(z.object({ id: z.string(), startMs: z.number(), endMs: z.number() })),
});
const simulatedSchema = z.object({
  nearMisses: z.array(z.object({ id: z.string(), start: z.string(), end: z.string() })),
});

function scenarioFile(dir: string): string {
  const file = join(dir, 'misses.yaml');
  const misses = kinds.map(kind => `  - { id: ${kind}, kind: ${kind}, at: day 1 09:17, duration: 3h }`);
  const head = 'version: 1\nname: misses\ndescription: words\nseed: 3\nstart: 2026-03-02\ndays: 3\nscale: 0.02\n';
  writeFileSync(file, `${head}anomalies: []\nnearMisses:\n${misses.join('\n')}\n`);
  return file;
}

describe('cqshop show scenario', () => {
  test('gives near misses the hours that a run gives them', async () => {
    const dir = temporaryDirectory();
    const file = scenarioFile(dir);
    const run = await runCommand(['simulate', file, '--broker', `embedded:${join(dir, 'broker')}`, '--json']);
    const simulated = simulatedSchema.parse(JSON.parse(run.stdout)).nearMisses;
    const { stdout } = await runCommand(['show', 'scenario', file, '--json']);
    const shown = shownSchema.parse(JSON.parse(stdout)).nearMisses;
    const time = (ms: number) => new Date(ms).toISOString();
    expect(shown.map(({ id, startMs, endMs }) => ({ id, start: time(startMs), end: time(endMs) }))).toEqual(
      simulated.map(({ id, start, end }) => ({ id, start, end })),
    );
    const text = (await runCommand(['show', 'scenario', file])).stdout;
    expect(text).toMatch(/^2026-03-03 00:00 +1d +holiday /m);
    expect(text).toMatch(/^2026-03-03 18:00 +5h +busy-evening /m);
    expect(text).toMatch(/^2026-03-03 06:00 +5h +quiet-morning /m);
  });
});

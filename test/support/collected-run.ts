import { join } from 'node:path';
import { expect } from 'vitest';
import { runCommand } from './fake-host.ts';
import { writeSyntheticRun } from './synthetic-run.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A small run on an embedded broker, and the dataset that `cqshop collect` makes of it. */
export async function collectedRun(
  visits = 20,
): Promise<{ dir: string; broker: string; out: string; causedIds: readonly string[] }> {
  const dir = temporaryDirectory();
  const broker = `embedded:${join(dir, 'broker')}`;
  const out = join(dir, 'one');
  const { causedIds } = writeSyntheticRun(join(dir, 'broker'), { visits });
  expect((await runCommand(['collect', '--broker', broker, '--out', out])).exitCode).toBe(0);
  return { dir, broker, out, causedIds };
}

import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const dir = temporaryDirectory(afterAll);

test('cqshop run leaves a directory alone that holds something else, and says so before any work', async () => {
  writeFileSync(join(dir, 'thesis.txt'), 'mine');
  const { exitCode, stderr } = await runCommand(['run', 'stock-exhaustion', '--out', dir]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/it holds other files/);
  expect(readdirSync(dir)).toEqual(['thesis.txt']);
  const file = await runCommand(['run', 'stock-exhaustion', '--out', join(dir, 'thesis.txt')]);
  expect(file).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/it is a file/) });
});

test('cqshop run refuses a scenario without anomalies, and seeds of training and validation', async () => {
  expect(await runCommand(['run', 'clean'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/has no anomaly/),
  });
  const reserved = await runCommand(['run', 'stock-exhaustion', '--seed', '1000001', '--out', join(dir, 'new')]);
  expect(reserved).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/reserved for training and validation/),
  });
});

test('cqshop evaluate refuses a gate for a dataset', async () => {
  const command = ['evaluate', '--dataset', 'd', '--detections', 'f', '--gate', 'models/accuracy.json'];
  expect(await runCommand(command)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/--gate/) });
});

test('cqshop run replaces results of the same command, and others with --overwrite only', async () => {
  const out = join(dir, 'prices');
  const runPrices = async (...options: readonly string[]) => {
    const argv = ['run', 'price-error', ...options, '--out', out, '--quiet'];
    const { exitCode, stderr } = await runCommand(argv, AbortSignal.abort());
    return `${exitCode} ${stderr.trim()}`;
  };
  const holds = (text: string) => {
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, 'results.json'), text);
  };
  holds(JSON.stringify({ command: 'cqshop run price-error --seed 11', seed: 11, version: '0', rows: [] }));
  expect(await runPrices('--seed', '2')).toBe(
    `2 error: Cannot write results to ${out}: it holds the results of "cqshop run price-error --seed 11", expected --overwrite to replace them`,
  );
  expect(readdirSync(out)).toEqual(['results.json']);
  expect(await runPrices('--seed', '11')).toBe('130 interrupted');
  expect(await runPrices('--seed', '2', '--overwrite')).toBe('130 interrupted');
  holds('{"comm');
  expect(await runPrices()).toMatch(/^2 .* it holds the results of an unknown command, expected --overwrite/);
});

test('cqshop run: its command quotes a path as a shell reads it', async () => {
  const file = join(dir, "my shop's.yaml");
  copyFileSync('scenarios/workload-shape.yaml', file);
  const { stdout } = await runCommand(['run', file, '--dry-run', '--json']);
  expect(JSON.parse(stdout).command).toBe(`cqshop run '${dir}/my shop'\\''s.yaml'`);
});

test('cqshop run --dry-run prints the experiment, and writes nothing', async () => {
  const out = join(dir, 'planned');
  const { exitCode, stdout } = await runCommand(['run', 'workload-shape', '--dry-run', '--out', out]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/workload-shape service-outage/);
  expect(stdout).toMatch(/1 test run, train \d+ detectors on \d+ runs of 22 days, .* on \d+ runs of 22 days without/);
  expect(stdout).toMatch(/Nothing was written\.$/m);
  expect(stdout.replace(/\s+/g, ' ')).toContain('choose thresholds, unless they are known,');
  const fromScratch = await runCommand(['run', 'workload-shape', '--dry-run', '--from-scratch', '--out', out]);
  expect(fromScratch.stdout.replace(/\s+/g, ' ')).toContain('choose their thresholds on');
  expect(existsSync(out)).toBe(false);
});

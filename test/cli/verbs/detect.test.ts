import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const sample = 'datasets/sample';

async function detected(anomaly: string): Promise<string> {
  const argv = ['detect', anomaly, '--dataset', sample, '--out', join(temporaryDirectory(), 'out')];
  const { exitCode, stdout } = await runCommand(argv);
  expect(exitCode).toBe(0);
  return stdout;
}

describe('cqshop detect', () => {
  test('counts in words, and tells a score from its threshold', async () => {
    const stdout = await detected('stock-exhaustion');
    expect(stdout).toMatch(/^1 alarm in /);
    const [, score, threshold] = / {2}score (\d\S+) \(threshold (\S+)\)$/m.exec(stdout) ?? [];
    expect(Number(score)).toBeGreaterThan(Number(threshold));
  });

  test('warns before it searches where the model was trained on other data', async () => {
    const model = join(temporaryDirectory(), 'model');
    cpSync('models/traffic-intensity', model, { recursive: true });
    const file = join(model, 'model.json');
    const description = JSON.parse(readFileSync(file, 'utf8'));
    description.training.messagesPerDay = 12_000;
    writeFileSync(file, JSON.stringify(description));
    const out = join(temporaryDirectory(), 'out');
    const argv = ['detect', 'traffic-intensity', '--dataset', sample, '--model', model, '--out', out];
    const { exitCode, stderr } = await runCommand(argv);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      `warning: ${model} was trained on 12,000 messages a day, ${sample} has 3,900: expect false`,
    );
    expect(stderr).toContain(`warning: ${sample} has 2 days: `);
  });

  test('lets one of two that write to the same directory finish, and says to the other who is there', async () => {
    const out = join(temporaryDirectory(), 'out');
    const argv = ['detect', 'price-error', '--dataset', sample, '--out', out];
    const both = await Promise.all([runCommand(argv), runCommand(argv)]);
    expect(both.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    expect(both.map(({ stderr }) => stderr).join('')).toContain(
      `Cannot take ${join(out, 'detections.lock')}: process ${process.pid} is detecting`,
    );
    expect(readdirSync(join(out, '..'))).toEqual(['out']);
    expect(readdirSync(out).sort()).toEqual(['detections.csv', 'scores.csv']);
  });

  test('says in one line that a file is in the way of what it writes', async () => {
    const out = join(temporaryDirectory(), 'out');
    writeFileSync(out, 'mine');
    expect(await runCommand(['detect', 'price-error', '--dataset', sample, '--out', out])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `error: Cannot write detections to ${out}: a file of that name is in the way, expected a directory\n`,
    });
  });

  test.each(['detections.csv', 'scores.csv'])(
    'says that a directory is in the way of %s, and leaves no half',
    async name => {
      const out = join(temporaryDirectory(), 'out');
      mkdirSync(join(out, name), { recursive: true });
      const argv = ['detect', 'price-error', '--dataset', sample, '--out', out, '--quiet'];
      const { exitCode, stderr } = await runCommand(argv);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: `error: Cannot write ${join(out, name)}: it is a directory, expected a file\n`,
      });
      expect(readdirSync(out).filter(file => file.endsWith('.partial'))).toEqual([]);
    },
  );

  test.each(['detections.csv', 'scores.csv', 'results.json'])(
    'replaces detections beside %s with --overwrite only, and says so before it opens the dataset',
    async name => {
      const out = temporaryDirectory();
      writeFileSync(join(out, name), 'earlier');
      const detect = ['detect', 'price-error', '--out', out, '--dataset'];
      expect(await runCommand([...detect, 'there/is/none'])).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: `error: Cannot write detections to ${out}: it holds ${name}, expected another directory with --out, or --overwrite to replace earlier detections\n`,
      });
      expect(readdirSync(out)).toEqual([name]);
      expect(await runCommand([...detect, sample, '--overwrite'])).toMatchObject({ exitCode: 0, stderr: '' });
      expect(readFileSync(join(out, 'detections.csv'), 'utf8')).toMatch(/^start,end,/);
    },
  );

  test('says that a dataset is not complete', async () => {
    const dir = join(temporaryDirectory(), 'cut');
    cpSync(sample, dir, { recursive: true });
    const manifest = join(dir, 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"complete": true', '"complete": false'));
    const argv = ['detect', 'price-error', '--dataset', dir, '--out', join(dir, 'out'), '--quiet'];
    expect(await runCommand(argv)).toMatchObject({
      exitCode: 0,
      stderr: `warning: ${dir} is not complete: the run was interrupted or had not ended; messages and labels may be missing\n`,
    });
  });

  test('says that there is nothing to score where the dataset has no label of the anomaly, and calls the whole shop the shop', async () => {
    const stdout = await detected('traffic-intensity');
    expect(stdout).toContain(`\n\nno label of traffic-intensity in ${sample}: nothing to score`);
    expect(stdout).not.toContain('precision');
    expect(stdout).toMatch(/ {2}the shop {2}/);
  });

  test('says that a dataset is too short for it to score anything', async () => {
    const dir = temporaryDirectory();
    const broker = ['--broker', `embedded:${join(dir, 'broker')}`, '--quiet'];
    const day = join(dir, 'day');
    await runCommand(['simulate', 'one-day', ...broker]);
    await runCommand(['collect', '--out', day, ...broker]);
    const argv = ['detect', 'workload-shape', '--dataset', day, '--out', join(dir, 'out'), '--quiet'];
    expect(await runCommand(argv)).toMatchObject({
      exitCode: 0,
      stderr: `warning: lstm scored nothing in ${day}, so the absence of alarms means nothing\n`,
    });
  });
});

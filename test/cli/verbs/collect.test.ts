import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectedRun } from '../../support/collected-run.ts';
import { runCommand } from '../../support/fake-host.ts';
import { syntheticBroker } from '../../support/synthetic-run.ts';

const cli = fileURLToPath(new URL('../../../bin/cqshop.js', import.meta.url));
const run = (argv: readonly string[]) => spawnSync(process.execPath, [cli, ...argv], { encoding: 'utf8' });

describe('collect', () => {
  test('collects, verifies and refuses', async () => {
    const { broker, out } = await collectedRun();
    const again = await runCommand(['collect', '--broker', broker, '--out', out]);
    expect(again).toMatchObject({ exitCode: 2, stdout: '' });
    expect(again.stderr).toContain('--overwrite');
    const json = await runCommand(['collect', '--broker', broker, '--out', out, '--overwrite', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({ dataset: out, messages: 160, labels: 1, nearMisses: 1, complete: true });
    expect(await runCommand(['collect', '--verify', '--broker', broker, '--out', out])).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
  });

  test('stops verifying with 130 on Ctrl-C', async () => {
    const { broker, out } = await collectedRun();
    const argv = ['collect', '--verify', '--broker', broker, '--out', out];
    expect(await runCommand(argv, AbortSignal.abort())).toMatchObject({ exitCode: 130, stdout: '' });
  });

  test('exits 1 with the first differences when the broker has something else', async () => {
    const { dir, broker, out } = await collectedRun();
    const file = join(dir, 'broker/warehouse-events/0.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"id":"[0-9a-f]{4}/, '"id":"ffff'));
    const { exitCode, stderr } = await runCommand(['collect', '--verify', '--broker', broker, '--out', out]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/warehouse-events\/0 offset 0: message [0-9a-f]{16} in the dataset, ffff/);
  });

  test('warns of a run that was cut off', async () => {
    const dir = syntheticBroker({ visits: 5, isFinished: false });
    const broker = `embedded:${join(dir, 'broker')}`;
    const { exitCode, stderr } = await runCommand([
      'collect',
      '--broker',
      broker,
      '--out',
      join(dir, 'one'),
      '--quiet',
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: the run has no RunFinished');
  });

  test('stops with 130 on Ctrl-C, says how to go on, and goes on', async () => {
    const dir = syntheticBroker({ visits: 5 });
    const argv = ['collect', '--broker', `embedded:${join(dir, 'broker')}`, '--out', join(dir, 'one')];
    const stopped = await runCommand(argv, AbortSignal.abort());
    expect(stopped).toMatchObject({ exitCode: 130, stdout: '' });
    expect(stopped.stderr).toContain('one.partial; the same command continues from there');
    expect(existsSync(join(dir, 'one'))).toBe(false);
    const resumed = await runCommand(argv);
    expect(resumed.exitCode).toBe(0);
    expect(resumed.stderr).toContain('resumed after');
  });

  test('finishes the dataset on SIGINT with --follow and exits 0', async () => {
    const dir = syntheticBroker({ visits: 20, isFinished: false });
    const argv = [cli, 'collect', '--broker', `embedded:${join(dir, 'broker')}`, '--out', join(dir, 'one'), '--follow'];
    const child = spawn(process.execPath, argv, { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = new Promise<number | null>(resolve => child.on('exit', resolve));
    const hasCheckpoint = () => existsSync(join(dir, 'one.partial/checkpoint.json'));
    const poll = setInterval(() => {
      if (!hasCheckpoint()) return;
      clearInterval(poll);
      child.kill('SIGINT');
    }, 10);
    onTestFinished(() => clearInterval(poll));
    expect(await ended).toBe(0);
    expect(readdirSync(dir).sort()).toEqual(['broker', 'one']);
    expect(
      run(['collect', '--verify', '--broker', `embedded:${join(dir, 'broker')}`, '--out', join(dir, 'one')]).status,
    ).toBe(0);
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const never = new AbortController().signal;

describe('cqshop demo', () => {
  test('shows the hoarder, its alarm, its messages and what to do next, and replaces its own results only', async () => {
    const out = join(temporaryDirectory(), 'demo');
    for (const width of [60, 80]) {
      const { exitCode, ...printed } = await runCommand(['demo', '--out', out], never, width);
      expect(exitCode).toBe(0);
      // CI systems show colours.
      const stdout = stripVTControlCharacters(printed.stdout);
      expect(stdout).toMatch(/^alarms +▲+$/m);
      expect(stdout).toContain('It is right: it names the hoarder');
      expect(stdout).toMatch(/^ {2}\d\d:\d\d:\d\d .*ProductReservationReleased/m);
      expect(stdout).toMatch(/flash-sale {2}highest score 0\.\d/);
      expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/% of the subtle hoarders/);
      // A command is one line, so that it can be copied.
      const tooWide = stdout.split('\n').filter(line => line.length > width && !line.startsWith('  npx cqshop'));
      expect(tooWide).toEqual([]);
      expect(stdout.match(/^ {2}npx cqshop /gm)).toHaveLength(3);
    }

    const own = temporaryDirectory();
    writeFileSync(join(own, 'notes.txt'), 'mine');
    expect(await runCommand(['demo', '--out', own])).toMatchObject({ exitCode: 2, stdout: '' });
    expect(readFileSync(join(own, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('ends with 130 when it is interrupted', async () => {
    const out = join(temporaryDirectory(), 'demo');
    expect(await runCommand(['demo', '--out', out], AbortSignal.abort())).toMatchObject({ exitCode: 130, stdout: '' });
  });

  test('writes a dataset in which its next commands work', async () => {
    const out = join(temporaryDirectory(), 'demo');
    const { stdout, stderr } = await runCommand(['demo', '--out', out, '--json', '--quiet']);
    expect(stderr).toBe('');
    const { alarms, nearMisses, chain, next } = JSON.parse(stdout);
    expect(alarms).toMatchObject([{ label: 'hoarder', entity: { type: 'user' } }]);
    for (const { highestScore } of nearMisses) expect(highestScore).toBeLessThan(alarms[0].threshold);
    expect(chain[0].type).toBe('CreateCart');
    expect(readdirSync(out).sort()).toEqual(['dataset', 'detections.csv', 'results.csv', 'results.json']);
    const [show] = next.map(({ command }: { command: string }) => command.split(' ').slice(2));
    expect(await runCommand(show)).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { whole, writtenShards } from '../../support/made-up-shards.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('cqshop evaluate --merge gives the results, the sweep and the gate of the whole evaluation', async () => {
  const shards = await writtenShards(3);
  const dir = temporaryDirectory();
  const [out, gate] = [join(dir, 'out'), join(dir, 'gate.json')];
  const accepted = await runCommand(['evaluate', '--merge', ...shards, '--out', out, '--gate', gate, '--update-gate']);
  expect(accepted.stdout).toMatch(/^Test runs of seeds 826101 to 826107\n/);
  const stderr = `${out}: report.html, results.json, results.csv, sweep.csv, sweep.md\n${gate}: rewritten\n`;
  expect({ ...accepted, stdout: '' }).toEqual({ exitCode: 0, stdout: '', stderr });
  const results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
  const { command, seed, rows, sweep } = results;
  expect({ command, seed }).toEqual({ command: whole.command, seed: 826101 });
  expect([rows.length > 0, sweep.length > 0]).toEqual([true, true]);
  const { stdout } = await runCommand(['evaluate', '--merge', ...shards, '--json']);
  expect(JSON.parse(stdout)).toEqual({ ...results, externalFailures: [] });

  const figures = readFileSync(gate, 'utf8');
  expect((await runCommand(['evaluate', '--merge', ...shards, '--gate', gate])).exitCode).toBe(0);
  writeFileSync(gate, figures.replace(/"recall": 0\.\d+/, '"recall": 0.999'));
  const [junit, markdown] = [join(dir, 'ci', 'junit.xml'), join(dir, 'summary.md')];
  writeFileSync(markdown, 'Before.\n');
  const files = ['--junit', junit, '--markdown', markdown];
  const judged = await runCommand(['evaluate', '--merge', ...shards, '--gate', gate, ...files]);
  expect(readFileSync(junit, 'utf8')).toMatch(/<testsuites name="cqshop evaluate [^"]*" tests="\d+" failures="1">/);
  expect(readFileSync(markdown, 'utf8')).toMatch(/^Before\.\n### Detection accuracy: 1 of \d+ figures failed\n/);
  expect(judged.exitCode).toBe(3);
  expect(judged.stdout).toContain(`gate failed: below ${gate}:`);
});

test('cqshop evaluate refuses shards that are none, and what has no effect beside them', async () => {
  const refused = async (...words: string[]) => {
    const { exitCode, stderr } = await runCommand(['evaluate', ...words]);
    expect(exitCode).toBe(2);
    return stderr;
  };
  expect(await refused('--shard', '9/8', '--out', 'x')).toContain(
    'Cannot take --shard "9/8": it is not a part of a whole',
  );
  expect(await refused('--shard', '1/8')).toContain(
    'Cannot take --shard: nothing is written, expected it with --out DIR',
  );
  expect(await refused('--seeds', '3', '--shard', '1/8', '--out', 'x')).toContain(
    'Cannot evaluate shard 1/8: there are 3 seeds, expected at most as many shards',
  );
  expect(await refused('--merge', 'a', '--seeds', '3')).toMatch(/--seeds .* --merge/s);
  expect(await refused('--merge', 'datasets/sample')).toContain(
    'Cannot read shard datasets/sample/shard.json: there is no such file, expected what evaluate --shard writes',
  );
});

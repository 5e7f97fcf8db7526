import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRunReport } from '../../../src/lab/report/report-files.ts';
import { runCommand } from '../../support/fake-host.ts';
import { sampleReportData } from '../../support/sample-report-data.ts';
import { sampleResults } from '../../support/sample-results.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('cqshop report writes the same report anew from what a run left', async () => {
  const dir = temporaryDirectory();
  const path = writeRunReport(dir, sampleReportData());
  const first = readFileSync(path, 'utf8');
  expect(first).toContain('8 of 9 found');
  expect(first).toContain('Apache Software Foundation');
  rmSync(path);
  expect(await runCommand(['report', dir])).toEqual({ exitCode: 0, stdout: `${path}\n`, stderr: '' });
  expect(readFileSync(path, 'utf8') === first).toBe(true);
  expect(readdirSync(dir).sort()).toEqual(['report-data.json', 'report.html']);
});

test.each([
  [
    'no data',
    undefined,
    'it has no report-data.json, results.json or series-report.json, expected a directory that `cqshop run`',
  ],
  ['a torn file', '{"format":', 'it is not JSON, expected what `cqshop run` writes'],
  ['another format', '{"format":99}', 'format is 99, expected 1; another version of cqshop wrote it'],
  ['something missing', '{"format":1,"rows":[],"anomalies":[]}', 'there is no run, expected keys with values'],
])('cqshop report refuses %s in one line and writes nothing', async (_, content, message) => {
  const dir = temporaryDirectory();
  if (content !== undefined) writeFileSync(join(dir, 'report-data.json'), content);
  const { exitCode, stdout, stderr } = await runCommand(['report', dir]);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr.trimEnd()).not.toContain('\n');
  expect(existsSync(join(dir, 'report.html'))).toBe(false);
});

test('cqshop report makes a page of an evaluation, with an audit that is kept beside it', async () => {
  const dir = temporaryDirectory();
  writeFileSync(join(dir, 'results.json'), JSON.stringify(sampleResults()));
  const finding = { check: 'density', anomaly: null, verdict: 'pass', sentence: 'few labels' };
  writeFileSync(join(dir, 'audit.json'), JSON.stringify({ datasets: [{ dir: 'd' }], findings: [finding] }));
  expect(await runCommand(['report', dir])).toMatchObject({ exitCode: 0, stdout: `${join(dir, 'report.html')}\n` });
  const page = readFileSync(join(dir, 'report.html'), 'utf8');
  expect(page).toContain('20 runs of each scenario');
  expect(page).toContain('<a href="#audit">audit</a>');
  writeFileSync(join(dir, 'audit.json'), '{}');
  const { exitCode, stderr } = await runCommand(['report', dir]);
  expect([exitCode, stderr.includes('audit.json: there is no datasets')]).toEqual([2, true]);
});

test('cqshop report A B compares two results beside the second', async () => {
  const dir = temporaryDirectory();
  for (const name of ['one', 'two']) {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'results.json'), JSON.stringify(sampleResults()));
  }
  const both = [join(dir, 'one'), `${join(dir, 'two')}/`];
  expect((await runCommand(['report', ...both])).stdout).toBe(`${join(dir, 'one-vs-two.html')}\n`);
  expect(readFileSync(join(dir, 'one-vs-two.html'), 'utf8')).toContain('before: one, 20 runs; after: two, 20 runs');
  expect((await runCommand(['report', ...both, '--out', join(dir, 'x.html')])).stdout).toBe(`${join(dir, 'x.html')}\n`);
  expect(await runCommand(['report', ...both, dir])).toMatchObject({
    exitCode: 2,
    stderr: 'error: Cannot report: 3 directories are named, expected one, or two to compare\n',
  });
  expect((await runCommand(['report', join(dir, 'one'), join(dir, 'none')])).stderr).toContain(
    'none: there is no such directory, expected a directory that `cqshop run` or `cqshop evaluate --out` wrote',
  );
});

test('cqshop report says that results of series cannot be compared', async () => {
  const dir = temporaryDirectory();
  writeFileSync(join(dir, 'series-report.json'), '{}');
  expect((await runCommand(['report', dir, temporaryDirectory()])).stderr).toContain(
    'results of series cannot be compared, ',
  );
});

test('cqshop report says that a place is no directory', async () => {
  const file = join(temporaryDirectory(), 'notes.txt');
  expect((await runCommand(['report', file])).stderr).toContain(`${file}: there is no such directory`);
  writeFileSync(file, '');
  expect((await runCommand(['report', file])).stderr).toContain(`${file}: it is a file`);
});

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeReportData } from '../../../src/lab/report/report-files.ts';
import { runCommand } from '../../support/fake-host.ts';
import { sampleReportData } from '../../support/sample-report-data.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('cqshop report writes the same report anew from what a run left', async () => {
  const dir = temporaryDirectory();
  writeReportData(dir, sampleReportData());
  expect(await runCommand(['report', dir])).toEqual({
    exitCode: 0,
    stdout: `${join(dir, 'report.html')}\n`,
    stderr: '',
  });
  const first = readFileSync(join(dir, 'report.html'), 'utf8');
  expect(first).toContain('8 of 9 found');
  expect(first).toContain('Apache Software Foundation');
  await runCommand(['report', dir]);
  expect(readFileSync(join(dir, 'report.html'), 'utf8') === first).toBe(true);
  expect(readdirSync(dir).sort()).toEqual(['report-data.json', 'report.html']);
});

test.each([
  ['no data', undefined, 'report-data.json cannot be read, expected a directory that `cqshop run` wrote'],
  ['a torn file', '{"format":', 'it is no JSON, expected what `cqshop run` writes'],
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

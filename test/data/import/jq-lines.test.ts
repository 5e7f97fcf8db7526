import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type ImportOptions, importSeries } from '../../../src/data/import/import-series.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** The lines of docs/import.md run in a shell, or else in a Python with the package jq, which `.ci/run` makes and names. */
const hasJq = spawnSync('jq', ['--version']).status === 0;
const { CQSHOP_PYTHON } = process.env;
const python = CQSHOP_PYTHON === undefined ? 'python3' : resolve(CQSHOP_PYTHON);
const canRun = hasJq || CQSHOP_PYTHON !== undefined || spawnSync(python, ['-c', 'import jq']).status === 0;
if (!canRun) console.warn('NOT TESTED: the jq lines of docs/import.md, as jq is not there');

const lines = [...readFileSync('docs/import.md', 'utf8').matchAll(/^jq -c '(.*)' answer\.json > rows\.json$/gm)];
const inPython = `import jq, json, sys
for row in jq.compile(sys.argv[1]).input_text(open('answer.json').read()): print(json.dumps(row))`;

/** What a line of docs/import.md makes of an answer, as imported. */
async function importedBy(line: number, answer: object, options: Partial<ImportOptions>): Promise<readonly string[]> {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'answer.json'), JSON.stringify(answer, undefined, 2));
  const [command = '', program = ''] = lines[line] ?? [];
  const rows = join(cwd, 'rows.json');
  if (hasJq) execFileSync('sh', ['-c', command], { cwd });
  else writeFileSync(rows, execFileSync(python, ['-c', inPython, program], { cwd }));
  const out = join(cwd, 'out');
  await importSeries({ files: [rows], out, ...options });
  return readFileSync(join(out, 'series.csv'), 'utf8').trimEnd().split('\n').slice(1);
}

const valueBy = { time: 'time', values: ['value'], by: 'by' };
const at = (minute: number) => `2026-03-02T10:0${minute}:00`;
const seconds = (minute: number) => Date.parse(`${at(minute)}Z`) / 1000;

test.skipIf(!canRun)('the line for Prometheus', async () => {
  const series = (instance: string, ...values: readonly string[]) => ({
    metric: { __name__: 'up', instance },
    values: values.map((value, index) => [seconds(index), value]),
  });
  const result = [series('a:9090', '1.5', 'NaN', '3'), series('b:9090', '4', '5', '6')];
  const answer = { status: 'success', data: { resultType: 'matrix', result } };
  expect(await importedBy(0, answer, valueBy)).toEqual([
    `${at(0)}.000Z,a:9090,1.5`,
    `${at(0)}.000Z,b:9090,4`,
    `${at(1)}.000Z,b:9090,5`,
    `${at(2)}.000Z,a:9090,3`,
    `${at(2)}.000Z,b:9090,6`,
  ]);
});

test.skipIf(!canRun)('the line for get-metric-data of CloudWatch', async () => {
  const series = (Label: string, Values: readonly number[]) => {
    const Timestamps = Values.map((_, index) => `${at(Values.length - 1 - index)}+00:00`);
    return { Id: 'm1', Label, Timestamps, Values, StatusCode: 'Complete' };
  };
  const answer = { MetricDataResults: [series('cpu', [2.5, 1]), series('disk', [4, 3])], Messages: [] };
  expect(await importedBy(1, answer, valueBy)).toEqual([
    `${at(0)}.000Z,cpu,1`,
    `${at(0)}.000Z,disk,3`,
    `${at(1)}.000Z,cpu,2.5`,
    `${at(1)}.000Z,disk,4`,
  ]);
});

test.skipIf(!canRun)('the line for get-metric-statistics of CloudWatch', async () => {
  const point = (minute: number, Average: number) => ({ Timestamp: `${at(minute)}+00:00`, Average, Unit: 'Percent' });
  const answer = { Label: 'CPUUtilization', Datapoints: [point(2, 3), point(0, 1.5), point(1, 2)] };
  expect(await importedBy(2, answer, { time: 'Timestamp', values: ['Average'] })).toEqual([
    `${at(0)}.000Z,Average,1.5`,
    `${at(1)}.000Z,Average,2`,
    `${at(2)}.000Z,Average,3`,
  ]);
});

test.skipIf(!canRun)('the line for Elasticsearch', async () => {
  const hit = (minute: number, ms: number) => ({
    ...{ _index: 'logs', _id: `${minute}`, _score: 1 },
    _source: { '@timestamp': `${at(minute)}.000Z`, took: { ms } },
  });
  const answer = { took: 3, timed_out: false, hits: { total: { value: 2 }, hits: [hit(0, 12), hit(1, 7)] } };
  expect(await importedBy(3, answer, { time: '@timestamp', values: ['took.ms'] })).toEqual([
    `${at(0)}.000Z,took.ms,12`,
    `${at(1)}.000Z,took.ms,7`,
  ]);
});

test('docs/import.md has four jq lines', () => {
  expect(lines).toHaveLength(4);
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { hourMs } from '../../src/base/time.ts';
import { runCommand } from '../support/fake-host.ts';
import { madeUpCounts, madeUpStartMs, seriesFile } from '../support/made-up-series.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** Lines that are longer than the terminal, without commands, which are copied in one piece, and single words, such as paths. */
async function longLines(line: readonly string[], columns: number): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await runCommand(line, undefined, columns);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stripVTControlCharacters(stdout)
    .split('\n')
    .filter(text => text.length > columns && text.trim().includes(' ') && !text.includes('npx cqshop'));
}

test.each([40, 60])('verbs that write files print lines of %i columns', async columns => {
  const dir = temporaryDirectory();
  const [dataset, broker, collected] = [join(dir, 's'), `embedded:${join(dir, 'b')}`, join(dir, 'd')];
  const file = seriesFile({ web: madeUpCounts({ days: 20 }) });
  const series = ['--time', 'time', '--count', 'count', '--timezone', 'America/New_York', '--out', dataset];
  for (const line of [
    ['import', file, ...series],
    ['train', 'series', '--dataset', dataset, '--out', join(dir, 'm')],
    ['train', 'stock-exhaustion', '--dataset', 'datasets/sample', '--detector', 'stump', '--out', join(dir, 'stump')],
    ['simulate', 'sample', '--broker', broker],
    ['collect', '--broker', broker, '--out', collected],
    ['collect', '--broker', broker, '--out', collected, '--verify'],
  ])
    expect(await longLines(line, columns)).toEqual([]);
});

test.each([40, 60])('benchmark nab prints lines of %i columns', async columns => {
  const dir = temporaryDirectory();
  mkdirSync(join(dir, 'data'));
  const at = (row: number) => new Date(madeUpStartMs + row * hourMs).toISOString().slice(0, 19).replace('T', ' ');
  const rows = Array.from({ length: 500 }, (_, row) => `${at(row)},${row === 300 ? 9 : row % 3}\n`);
  writeFileSync(join(dir, 'data', 'wave.csv'), `timestamp,value\n${rows.join('')}`);
  writeFileSync(join(dir, 'combined_windows.json'), JSON.stringify({ 'wave.csv': [[at(290), at(310)]] }));
  expect(await longLines(['benchmark', 'nab', dir], columns)).toEqual([]);
});

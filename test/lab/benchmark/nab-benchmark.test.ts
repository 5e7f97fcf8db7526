import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nabRows, readNab, recordScores } from '../../../src/lab/benchmark/nab-benchmark.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A wave with noise, and a burst of ten values from the 1,500th on. */
function wave(length = 2000): readonly number[] {
  const stream = randomStreams(5).stream('wave');
  return Array.from({ length }, (_, row) => {
    const burst = row >= 1500 && row < 1510 ? 40 : 0;
    return 50 + 10 * Math.sin((2 * Math.PI * row) / 100) + stream.uniform() + burst;
  });
}

/** With a hundred rows a day, as the wave has. */
function scoresOf(values: readonly number[]): readonly number[] {
  const times = values.map((_, row) => new Date(row * 864_000).toISOString());
  return recordScores({ times, values });
}

describe('recordScores', () => {
  test('no value depends on a later one', () => {
    const values = wave();
    const scores = scoresOf(values);
    for (const cut of [149, 150, 151, 700, 1500, 1505]) {
      expect(scoresOf(values.slice(0, cut))).toEqual(scores.slice(0, cut));
    }
  });

  test('a burst has the highest score, and values after it have none', () => {
    const scores = scoresOf(wave());
    expect(scores.indexOf(Math.max(...scores))).toBe(1500);
    expect(scores.slice(1510, 1620).filter(score => score > 0)).toEqual([]);
  });

  test('the time of day is judged where it predicts: a wave that stays away for half a day is within all values before', () => {
    const values = wave(1400).map((value, row) => (row >= 1205 && row < 1245 ? 50 + (value % 1) : value));
    const highest = Math.max(...scoresOf(values).slice(1205, 1245));
    expect(highest).toBeGreaterThan(Math.max(...scoresOf(values).slice(400, 1205)));
    const times = values.map((_, row) => new Date(row * 5 * 3_600_000).toISOString());
    expect(Math.max(...recordScores({ times, values }).slice(1205, 1245))).toBeLessThan(highest);
  });

  test('series without spread, short ones and constant ones with a blip have finite scores', () => {
    const blip = new Array(600).fill(7);
    blip[400] = 8;
    for (const values of [[], [1], new Array(1000).fill(3), blip]) {
      const scores = scoresOf(values);
      expect(scores).toHaveLength(values.length);
      expect(scores.every(score => score >= 0 && score <= 1)).toBe(true);
    }
    const scores = scoresOf(blip);
    expect(scores[400]).toBe(1);
    expect(scoresOf(new Array(1000).fill(3)).every(score => score === 0)).toBe(true);
  });
});

test('published scores on all files are shown where the results of others are not at hand', async () => {
  const dir = nabFolder();
  const words = async () => JSON.parse((await runCommand(['benchmark', 'nab', dir, '--json'])).stdout);
  expect(await words()).not.toHaveProperty('publishedOnAllFiles');
  rmSync(join(dir, 'results'), { recursive: true });
  expect((await words()).publishedOnAllFiles[0]).toMatchObject({ detector: 'ARTime', profiles: { standard: 74.8538 } });
  const { stdout } = await runCommand(['benchmark', 'nab', dir]);
  expect(stdout).toContain('Published, on all 58 files of the NAB, not on these 1:');
});

function nabFolder(): string {
  const dir = temporaryDirectory();
  for (const folder of ['data/real', 'labels', 'results/other/real']) mkdirSync(join(dir, folder), { recursive: true });
  const time = (row: number) => new Date(row * 300_000).toISOString().slice(0, 19).replace('T', ' ');
  const values = wave();
  const rows = values.map((value, row) => `${time(row)},${value}`);
  writeFileSync(join(dir, 'data/real/wave.csv'), `timestamp,value\n${rows.join('\n')}\n`);
  const windows = { 'real/wave.csv': [[`${time(1490)}.000000`, `${time(1520)}.000000`]], 'real/absent.csv': [] };
  writeFileSync(join(dir, 'labels/combined_windows.json'), JSON.stringify(windows));
  const others = rows.map((row, index) => `${row},${index === 1490 ? 1 : 0},0`);
  const header = 'timestamp,value,anomaly_score,label';
  writeFileSync(join(dir, 'results/other/real/other_wave.csv'), `${header}\n${others.join('\n')}\n`);
  return dir;
}

function put(dir: string, text: string): void {
  writeFileSync(join(dir, 'data/real/wave.csv'), text);
}

function putWindows(dir: string, text: string): void {
  writeFileSync(join(dir, 'labels/combined_windows.json'), text);
}

describe('nabRows', () => {
  test('reads gzipped files, and those with a byte order mark', () => {
    const dir = nabFolder();
    const file = join(dir, 'data/real/wave.csv');
    const plain = readNab(dir);
    const text = readFileSync(file);
    rmSync(file);
    writeFileSync(`${file}.gz`, gzipSync(Buffer.concat([Buffer.from('\ufeff'), text])));
    expect(readNab(dir)).toEqual(plain);
  });

  test('reads files and windows, and scores published results on the same files', async () => {
    const dir = nabFolder();
    const series = readNab(dir);
    expect(series).toMatchObject([{ name: 'real/wave.csv', windows: [{ first: 1490, last: 1520 }] }]);
    const rows = await nabRows(series, dir);
    expect(rows.map(({ detector, role }) => `${detector} ${role}`)).toEqual([
      ...['records learner', 'record-jump baseline', 'random control', 'null control', 'other published'],
    ]);
    // It alarms in the first row of the window and never else.
    expect(rows.at(-1)?.profiles.standard).toBeCloseTo(100, 6);
    expect(rows[0]?.profiles.standard).toBeGreaterThan(80);
    expect(rows[3]?.profiles).toEqual({ standard: 0, reward_low_FP_rate: 0, reward_low_FN_rate: 0 });
  });

  test('benchmark nab writes the format of the NAB, which it reads again to the same score', async () => {
    const dir = nabFolder();
    const run = async (...more: readonly string[]) => {
      const { exitCode, stdout } = await runCommand(['benchmark', 'nab', dir, '--json', ...more]);
      expect(exitCode).toBe(0);
      return JSON.parse(stdout);
    };
    const { profiles, files, windows } = await run('--out', join(dir, 'out'));
    expect({ files, windows }).toEqual({ files: 1, windows: 1 });
    expect(Object.keys(profiles)).toEqual(['standard', 'reward_low_FP_rate', 'reward_low_FN_rate']);
    const written = readFileSync(join(dir, 'out/records/real/records_wave.csv'), 'utf8');
    expect(written).toMatch(/^timestamp,value,anomaly_score,label\n1970-01-01 00:00:00,50\.\d+,0,0\n/);
    mkdirSync(join(dir, 'results/again/real'), { recursive: true });
    writeFileSync(join(dir, 'results/again/real/again_wave.csv'), written);
    const { rows } = await run();
    expect(rows.find(({ detector }: { detector: string }) => detector === 'again').profiles).toEqual(profiles);
  });

  test('refuses a value that is not a number, with file and line', async () => {
    const dir = nabFolder();
    appendFileSync(join(dir, 'data/real/wave.csv'), '2014-04-01 00:00:00,n/a\n');
    const { exitCode, stderr } = await runCommand(['benchmark', 'nab', dir]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: Cannot read .*wave\.csv, line \d+: "n\/a" is not a number, expected a value\n$/);
  });

  test.each<[fault: string, change: (dir: string) => void, expected: RegExp]>([
    [
      'broken windows',
      dir => putWindows(dir, '{\n  "real/wave.csv": [[\n'),
      /windows .*windows.json, line \d: it is not JSON/,
    ],
    ['one end only', dir => putWindows(dir, '{"real/wave.csv": [["1970-01-01"]]}'), /windows.json: real\/wave.csv/],
    [
      'no such time',
      dir => putWindows(dir, '{"real/wave.csv": [["1980-01-01", "1980-01-02"]]}'),
      /wave.csv: no row is in its window from 1980-01-01T00:00:00.000Z to 1980-01-02T/,
    ],
    [
      'no windows at all',
      dir => putWindows(dir, '{"real/wave.csv": []}'),
      /none of its files has a window in .*windows/,
    ],
    [
      'an empty file',
      dir => put(dir, ''),
      /wave.csv: its columns are "", expected rows with the columns timestamp,value/,
    ],
    ['no rows', dir => put(dir, 'timestamp,value\n'), /wave.csv: it has no rows, expected rows/],
    ['other columns', dir => put(dir, 'time,v\n1,2\n'), /wave.csv: its columns are "time,v", expected/],
    ['a short row', dir => put(dir, 'timestamp,value\n1970-01-01 00:00:00\n'), /wave.csv: Invalid Record Length/],
  ])('refuses %s, and names the file', async (_, change, expected) => {
    const dir = nabFolder();
    change(dir);
    const { exitCode, stderr } = await runCommand(['benchmark', 'nab', dir]);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/^error: Cannot read .*, expected .*\n$/);
    expect(exitCode).toBe(2);
  });

  test('warns of rows that go back and of files without labels, and leaves out published results that are damaged', async () => {
    const dir = nabFolder();
    const path = join(dir, 'data/real/wave.csv');
    writeFileSync(join(dir, 'data/real/other.csv'), readFileSync(path));
    mkdirSync(join(dir, 'data/real/folder.csv'));
    const back = Array.from({ length: 60 }, (_, row) => `1970-01-02 0${row % 2}:00:00,50\n`);
    appendFileSync(path, back.join(''));
    const { exitCode, stdout, stderr } = await runCommand(['benchmark', 'nab', dir]);
    expect(exitCode).toBe(0);
    expect(stderr.match(/^warning: .*$/gm)).toEqual([
      'warning: real/other.csv is not in combined_windows.json, and counts as a file without anomalies',
      'warning: rows of real/wave.csv earlier than the row before: 30; the order of the file counts, not the times',
      expect.stringMatching(/other has no row. Cannot read .*other_wave.csv: it has 2,000 rows, expected 2,060, one/),
    ]);
    expect(stdout).not.toContain('other');
  });

  test('asks for the windows', async () => {
    const { exitCode, stderr } = await runCommand(['benchmark', 'nab', 'datasets/sample']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no combined_windows.json');
  });

  test.each([
    ['package.json', 'it is a file'],
    ['no-such-folder', 'there is no such folder'],
  ])('asks for a folder in place of %s', async (path, problem) => {
    const { exitCode, stderr } = await runCommand(['benchmark', 'nab', path]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`Cannot read ${path}: ${problem}, expected a folder of the NAB`);
  });
});

const nab = process.env.NAB_DIR ?? '../NAB';
if (!existsSync(nab))
  console.warn(`NOT TESTED on files of the NAB: there is no ${nab}; NAB_DIR names another checkout of it`);

test.skipIf(!existsSync(nab))('the figures of docs/benchmark.md', async () => {
  const page = readFileSync('docs/benchmark.md', 'utf8');
  const row = /^\| records, ours \| (\S+) \| (\S+) \| (\S+) \|$/m.exec(page)?.slice(1).map(Number);
  const names = ['artificialNoAnomaly', 'artificialWithAnomaly', 'realKnownCause'];
  const series = readNab(nab).filter(({ name }) => names.some(folder => name.startsWith(folder)));
  const [ours] = await nabRows(series, nab);
  expect(row).toEqual(Object.values(ours?.profiles ?? {}).map(score => Number(score.toFixed(2))));
});

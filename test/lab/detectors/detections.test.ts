import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Alarm } from '../../../src/lab/detectors/detector.ts';
import { readDetections, readScores, unnamedDetector } from '../../../src/lab/detectors/read-detections.ts';
import { readGridScores } from '../../../src/lab/detectors/read-grid-scores.ts';
import { scoreColumns, scoreWriter, writeDetections } from '../../../src/lab/detectors/write-detections.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const dir = temporaryDirectory(afterAll);
const path = join(dir, 'detections.csv');

const startMs = Date.parse('2025-03-03T10:00:00Z');
const alarm: Alarm = {
  startMs,
  endMs: startMs + 3_600_000,
  detectedAtMs: startMs + 1_800_000,
  score: 0.93,
  threshold: 0.5,
  anomaly: 'stock-exhaustion',
  entity: { type: 'user', id: 'u-1' },
  detector: 'cart',
  evidence: { text: 'held 60 units, "paid" nothing', features: {} },
};

const header = 'start,end,detected_at,score,threshold,anomaly,entity_type,entity_id,detector,incident,evidence';

/** That the file is refused, with these words. */
const refused = (...words: readonly string[]) =>
  expectCqshopError(() => readDetections(path), 'DETECTIONS_INVALID', ...words);

test('writeDetections: columns and formats of the contract, ordered by start', () => {
  writeDetections(path, [{ ...alarm, startMs: startMs + 1 }, alarm]);
  const [first, second, third] = readFileSync(path, 'utf8').split('\n');
  expect(first).toBe(header);
  expect(second).toBe(
    '2025-03-03T10:00:00.000Z,2025-03-03T11:00:00.000Z,2025-03-03T10:30:00.000Z,0.93,0.5,stock-exhaustion,user,u-1,cart,1,"held 60 units, ""paid"" nothing"',
  );
  expect(third).toMatch(/^2025-03-03T10:00:00\.001Z/);
});

test('readDetections: gives back what was written', () => {
  writeDetections(path, [alarm]);
  expect(readDetections(path)).toEqual([alarm]);
  writeDetections(path, []);
  expect(readDetections(path)).toEqual([]);
});

test('readDetections: takes columns in any order, offsets and no threshold', () => {
  writeFileSync(
    path,
    'detector,evidence,end,start,detected_at,score,threshold,anomaly,entity_type,entity_id\nmine,,2025-03-03T12:00:00+01:00,2025-03-03T11:00:00+01:00,2025-03-03T11:30:00+01:00,1e-1,,stock-exhaustion,user,u-1\n',
  );
  expect(readDetections(path)[0]).toMatchObject({
    startMs,
    endMs: startMs + 3_600_000,
    score: 0.1,
    threshold: Number.NaN,
  });
});

const least = 'start,end,anomaly,entity_type,entity_id';
const leastRow = '2025-03-03T10:00:00Z,2025-03-03T11:00:00Z,stock-exhaustion,user,u-1';
const defaults: Alarm = {
  ...alarm,
  detectedAtMs: alarm.endMs,
  score: Number.NaN,
  threshold: Number.NaN,
  detector: unnamedDetector,
  evidence: { text: '', features: {} },
};

test('readDetections: needs the columns that scoring needs, and takes the documented defaults for the others', () => {
  writeFileSync(path, `${least}\n${leastRow}\n`);
  expect(readDetections(path)).toEqual([defaults]);
});

test('readDetections: takes an empty cell for a missing one', () => {
  writeFileSync(path, `${least},detected_at,score,threshold,detector,evidence\n${leastRow},,,,,\n`);
  expect(readDetections(path)).toEqual([defaults]);
});

test('readDetections: ignores columns that it does not know, an incident among them', () => {
  writeFileSync(path, `Unnamed: 0,${least},incident,score\n0,${leastRow},i-1,1.5\n1,${leastRow},,2.5\n`);
  expect(readDetections(path)).toEqual([
    { ...defaults, score: 1.5 },
    { ...defaults, score: 2.5 },
  ]);
});

test('readDetections: takes a quote inside a cell for text, and leaves out a line of blanks', () => {
  writeFileSync(path, `${least},evidence,note\n${leastRow},5" disk,a\n${leastRow},"3"" disk",7" b\n  \n`);
  expect(readDetections(path).map(({ evidence }) => evidence.text)).toEqual(['5" disk', '3" disk']);
});

test.each([
  ['start "" is not a time', leastRow.replace('2025-03-03T10:00:00Z', '')],
  ['anomaly is ""', leastRow.replace('stock-exhaustion', '')],
  ['entity_type is ""', leastRow.replace('user', '')],
])('readDetections: refuses an empty cell: %s', async (message, row) => {
  writeFileSync(path, `${least}\n${row}\n`);
  await refused('line 2', message);
});

const rowOf = (changes: Readonly<Record<string, string>>) => {
  const row: Record<string, string> = {
    start: '2025-03-03T10:00:00Z',
    end: '2025-03-03T11:00:00Z',
    detected_at: '2025-03-03T10:30:00Z',
    score: '0.9',
    threshold: '0.5',
    anomaly: 'a',
    entity_type: 'user',
    entity_id: 'u-1',
    detector: 'd',
    incident: '',
    evidence: '',
  };
  return header
    .split(',')
    .map(column => changes[column] ?? row[column])
    .join();
};

test.each([
  [{ start: 'yesterday' }, 'start "yesterday" is not a time, expected one such as 2026-03-02T14:30:00Z'],
  [{ score: 'high' }, 'score is "high"'],
  [{ score: 'NaN' }, 'score is "NaN", expected a number such as 0.93'],
  [{ score: '"1,5"' }, 'score is "1,5", expected a number such as 0.93'],
  [{ entity_type: 'users' }, 'entity_type is "users", expected user, product, service'],
  [{ start: '2025-03-03T09:00:00' }, 'start "2025-03-03T09:00:00" has no zone, expected --timezone ZONE'],
  [{ start: '2025-02-30T09:00:00Z' }, 'start "2025-02-30T09:00:00Z" is not a time'],
  [{ end: '3/4/2025 10:00' }, 'end "3/4/2025 10:00" has its day or its month first, expected the year first'],
  [{ anomaly: '' }, 'anomaly is ""'],
  [{ end: '2025-03-03T10:00:00Z' }, 'end is not after start'],
  [{ detected_at: '2025-03-03T09:00:00Z' }, 'detected_at is before start'],
])('readDetections: refuses %o, with the line', async (changes, message) => {
  writeFileSync(path, `${header}\n${rowOf({})}\n${rowOf(changes)}\n`);
  await refused('line 3', message);
});

test('readDetections: refuses the first bad row, and counts the others, whatever is wrong with them', async () => {
  const [unknown, reversed] = [rowOf({ start: 'x' }), rowOf({ end: '2025-03-03T10:00:00Z' })];
  writeFileSync(path, `${header}\n${rowOf({})}\n${reversed}\n${unknown}\n${rowOf({})},\n`);
  await refused('line 3: end is not after start, expected an interval (and 2 more bad rows)');
});

test.each([
  ['dmy', '3.4.2026 10:00', '2026-04-03T09:00:00Z'],
  ['mdy', '3/4/2026 10:00', '2026-03-04T10:00:00Z'],
] as const)('readDetections, readScores: dates in the order %s', (dateOrder, start, moment) => {
  const row = `${start},2026-12-31 10:00Z,a,user,u-1,d,0.5\n`;
  writeFileSync(path, `start,end,anomaly,entity_type,entity_id,detector,score\n${row}`);
  const style = { dateOrder, timezone: 'Europe/London' };
  for (const read of [readDetections, readScores])
    expect(read(path, style)).toMatchObject([{ startMs: Date.parse(moment) }]);
});

test.each(['2026-10-25 00:30', '2026-10-25 03:00', '2026-06-01 02:30'])(
  'of %s no message says that it comes twice',
  async at => {
    writeFileSync(path, `start,end,anomaly,entity_type,entity_id\n${at},${at},a,user,u-1\n`);
    const read = () => readDetections(path, { timezone: 'Europe/Berlin' });
    await expectCqshopError(read, 'DETECTIONS_INVALID', 'end is not after start, expected an interval');
  },
);

test.each<readonly [string, string, () => unknown]>([
  [
    '2026-10-25 02:00,2026-10-25 02:00',
    'end is not after start',
    () => readDetections(path, { timezone: 'Europe/Berlin' }),
  ],
  [
    '2026-10-25 02:00,2026-10-25 02:30',
    'it scores the unit of line 2 again',
    () => readScores(path, { timezone: 'Europe/Berlin' }),
  ],
])('times of the hour that comes twice are refused with the reason: %s', async (times, found, read) => {
  const row = `${times},a,user,u-1,d,0.5\n`;
  writeFileSync(path, `start,end,anomaly,entity_type,entity_id,detector,score\n${row}${row}`);
  const expected = 'times with their offset from UTC, since this hour comes twice when clocks are set back';
  await expectCqshopError(read, 'DETECTIONS_INVALID', `${found}, expected ${expected}`);
});

test('readDetections: refuses a file without a column, with short rows, or that is not there', async () => {
  writeFileSync(path, 'start,end\n');
  await refused('column anomaly is missing, expected start,end,anomaly,entity_type,entity_id');
  writeFileSync(path, `${header.replace('start', 'Start')}\n`);
  await refused('start is missing (Start is there; case matters)');
  writeFileSync(path, `${header}\n${rowOf({})},more\n`);
  await refused('line 2', '12 fields');
  await expectCqshopError(() => readDetections(join(dir, 'none.csv')), 'DETECTIONS_INVALID', 'none.csv');
});

test.each([
  ['semicolons', (text: string) => Buffer.from(text.replaceAll(',', ';'))],
  ['tabs', (text: string) => Buffer.from(text.replaceAll(',', '\t'))],
  ['bars', (text: string) => Buffer.from(text.replaceAll(',', '|'))],
  ['a byte order mark and CRLF', (text: string) => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`)],
  ['UTF-16, little-endian', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  [
    'UTF-16, big-endian, and tabs',
    (text: string) => Buffer.from(`\ufeff${text.replaceAll(',', '\t')}`, 'utf16le').swap16(),
  ],
])('readDetections: reads a file with %s', (_, encode) => {
  writeFileSync(path, encode(`${least}\n${leastRow}\n`));
  expect(readDetections(path)).toEqual([defaults]);
});

test.each([
  '2025-03-03 10:00:00+00:00',
  '2025-03-03 10:00:00.000000+00:00',
  '2025-03-03T11:00:00+0100',
  'Mon, 03 Mar 2025 10:00:00 GMT',
  '1740996000',
  '1740996000000',
])('readDetections: reads the time %s', time => {
  writeFileSync(
    path,
    `${least}\n${leastRow.replace('2025-03-03T10:00:00Z', time.includes(',') ? `"${time}"` : time)}\n`,
  );
  expect(readDetections(path)).toEqual([defaults]);
});

test.each([
  ['', 'it is empty, expected a header with start,end,anomaly,entity_type,entity_id'],
  ['\n \n', 'it is empty'],
  [`${least},score,score\n${leastRow},1,2\n`, 'column score is there twice, expected it once'],
  [`${least},note\n${leastRow},"open\n`, 'a quote is not closed'],
  [`${least},note\n${leastRow},"5" disk"\n`, 'line 2: a quote stands inside a quoted cell, expected CSV, with "'],
  [`${least}\n${leastRow}\nlast\n`, 'line 3: it has 1 field, expected 5 as in line 1'],
  [Buffer.from(`${least}\n${leastRow.replace('u-1', 'Müller')}\n`, 'latin1'), 'it is not UTF-8'],
])('readDetections: refuses the file %j', async (content, message) => {
  writeFileSync(path, content);
  await refused(message);
});

test('readScores: refuses a second score of a unit, and takes one of another detector, anomaly, window or entity', async () => {
  const file = join(dir, 'twice.csv');
  const write = (...rows: readonly string[]) => writeFileSync(file, `${[scoreColumns.join(), ...rows].join('\n')}\n`);
  const row = '2025-03-03T10:00:00Z,2025-03-03T11:00:00Z,0.9,a,user,u-1,d';
  const others = [
    row.replace(',d', ',e'),
    row.replace(',a,', ',b,'),
    row.replace('11:00', '11:30'),
    row.replace('u-1', 'u-2'),
    row.replace('user', 'product'),
  ];
  write(row, ...others);
  expect(readScores(file)).toHaveLength(6);
  write(row, ...others, row.replace('0.9', '0.1').replace('10:00:00Z', '11:00:00+01:00'));
  await expectCqshopError(
    () => readScores(file),
    'DETECTIONS_INVALID',
    'line 8: it scores the unit of line 2 again, expected one score a unit',
  );
});

test('scoreWriter: writes rows that readScores reads, under the name only when finished', () => {
  const file = join(dir, 'scores.csv');
  const rows = Array.from({ length: 4500 }, (_, index) => ({
    startMs: startMs + index,
    endMs: startMs + index + 1,
    score: index / 7,
    anomaly: 'a',
    entity: { type: 'user' as const, id: `u-${index}` },
    detector: 'd',
  }));
  const writer = scoreWriter(file);
  for (const row of rows) writer.push(row);
  expect(existsSync(file)).toBe(false);
  writer.finish();
  expect(readScores(file)).toEqual(rows);
  const aborted = scoreWriter(join(dir, 'aborted.csv'));
  aborted.close();
  expect(existsSync(join(dir, 'aborted.csv.partial'))).toBe(false);
});

test('scores of a program: a file of more than 50 MB is refused before it is read', async () => {
  const scores = join(dir, 'large.csv');
  writeFileSync(scores, 'start,end,entity_type,entity_id,score\n');
  const span = { startMs, endMs: startMs + 3_600_000 };
  const of = { anomaly: 'price-error', detector: 'mine', run: 'a/1', span };
  expect(readGridScores(scores, of)).toEqual({ windowMs: 0, scores: [] });
  // Blocks of zeros, which take no room on the disk.
  truncateSync(scores, 50_000_001);
  await expectCqshopError(
    () => readGridScores(scores, of),
    'DETECTIONS_INVALID',
    'Cannot read the scores of mine for a/1: it has 51 MB, expected at most 50 MB',
  );
});

test('readGridScores: refuses windows that are no grid, such as those that end with the last moment before the next', async () => {
  const scores = join(dir, 'grid.csv');
  const span = { startMs, endMs: startMs + 86_400_000 };
  const of = { anomaly: 'stock-exhaustion', detector: 'mine', run: 'a run', span };
  const row = (start: string, end: string) => `2025-03-03T${start}Z,2025-03-03T${end}Z,user,u-1,1\n`;
  const written = (...rows: readonly string[]) =>
    writeFileSync(scores, `start,end,entity_type,entity_id,score\n${rows.join('')}`);
  written(row('10:00:00', '11:00:00'), row('13:00:00', '14:00:00'), row('11:00:00', '12:00:00'));
  expect(readGridScores(scores, of).scores).toHaveLength(3);
  for (const [first, second] of [
    [row('10:00:00', '10:59:00'), row('11:00:00', '11:59:00')],
    [row('10:00:00', '10:59:00'), row('10:59:00', '11:59:00')],
  ] as const) {
    written(first, second);
    await expectCqshopError(
      () => readGridScores(scores, of),
      'DETECTIONS_INVALID',
      'expected a window of 59 min, as in line 2, that begins a whole number of windows before or after it: one ends where the next begins',
    );
  }
});

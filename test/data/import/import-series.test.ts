import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { CqshopError } from '../../../src/base/errors.ts';
import { type ImportOptions, importSeries } from '../../../src/data/import/import-series.ts';
import { openSeries } from '../../../src/data/series/read-series.ts';
import { seriesIn } from '../../../src/data/series/series-in.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

type Content = string | Uint8Array;

/** Imports one file. */
async function imported(content: Content, options: Partial<ImportOptions>, name = 'data.csv') {
  const dir = temporaryDirectory();
  writeFileSync(join(dir, name), content);
  const out = join(dir, 'out');
  const notes: string[] = [];
  const onNote = (note: string) => notes.push(note);
  const manifest = await importSeries({ files: [join(dir, name)], time: 'time', out, onNote, ...options });
  const rows = readFileSync(join(options.out ?? out, 'series.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1);
  return { manifest, rows, notes, out };
}

/** The error of an import that ends at the first broken row, without the directory. */
async function failure(content: Content, options: Partial<ImportOptions>, name = 'data.csv') {
  const error = await imported(content, { strict: true, ...options }, name).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CqshopError);
  return String(error).replace(/\/\S*\/(?=data)/, '');
}

const three = ['2026-03-02T10:00:00.000Z,v,1', '2026-03-02T10:05:00.000Z,v,2.50', '2026-03-02T10:10:00.000Z,v,-3'];
const csv = 'time,v\n2026-03-02T10:00:00Z,1\n2026-03-02T10:05:00Z,2.50\n2026-03-02T10:10:00Z,-3\n';

describe('a damaged row', () => {
  const log = (minute: number) => `h - - [02/Mar/2026:10:0${minute}:00 +0000] "GET / HTTP/1.1" 200 5\n`;
  const json = (minute: number, value: string) => `{"time":"2026-03-02T10:0${minute}:00Z","v":${value}}\n`;
  const cases: readonly (readonly [string, string, Partial<ImportOptions>, number, string])[] = [
    ['of an access log', `${log(0)}${log(1)}h - - [02/M\n${log(2)}`, { time: undefined }, 3, 'it is not a line of'],
    ['at the begin of a log', `2] "GET\n${log(0)}${log(1)}${log(2)}`, { time: undefined }, 1, 'it is not a line of'],
    ['of CSV: a cell too few', csv.replace(',2.50', ''), { values: ['v'] }, 3, 'it has 1 cell, expected 2'],
    ['of CSV: no time', csv.replace('2026-03-02T10:05:00Z', 'soon'), { values: ['v'] }, 3, '"soon" is not a time'],
    ['of CSV: no number', csv.replace('2.50', 'x'), { values: ['v'] }, 3, '"x" is not a number'],
    ['of JSON: cut off', `${json(0, '1')}${json(1, '2')}{"time":"2026-0`, { values: ['v'] }, 3, 'it is not JSON'],
    ['of JSON: a list', `${json(0, '1')}${json(1, '[2]')}${json(2, '3')}`, { values: ['v'] }, 2, 'a list'],
  ];
  test.each(cases)('%s is left out, counted and shown with its place', async (_, content, options, line, reason) => {
    const { manifest, notes } = await imported(content, options);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('1 row cannot be read and is left out');
    expect(notes[0]).toContain(`line ${line}`);
    expect(notes[0]).toContain(reason);
    expect(manifest.unreadable?.rows).toBe(1);
    expect(manifest.channels.map(({ missing }) => missing)).toEqual([0]);
    expect(manifest.unreadable?.first).toMatch(new RegExp(`^Cannot import data.csv, line ${line}`));
    expect(await failure(content, options)).toContain(reason);
  });

  test('of several values leaves out what cannot be read alone', async () => {
    const text = 'time,v,w\n2026-03-02T10:00:00Z,1,x\n2026-03-02T10:05:00Z,2,3\n';
    const { rows, notes, manifest } = await imported(text, { values: ['v', 'w'] });
    expect(rows).toHaveLength(3);
    expect(notes[0]).toContain('1 row cannot be read completely; what cannot be read is left out');
    expect(manifest.unreadable?.rows).toBe(1);
  });

  test('is no damage if most rows are so: the import fails with the first', async () => {
    const names = 'time,v\n2026-03-02T10:00:00Z,a\n2026-03-02T10:05:00Z,1\n2026-03-02T10:10:00Z,b\n';
    expect(await failure(names, { values: ['v'], strict: false })).toContain('line 2, column v: "a" is not a number');
  });

  test('is a header that comes again, unless its columns have another order', async () => {
    const joined = (header: string) =>
      `${csv.replace(/,(\S+)\n/g, ',$1,0\n').replace('v,0', 'v,w')}${header}\n2026-03-02T10:15:00Z,4,0\n`;
    const { rows, manifest } = await imported(joined('time,v,w'), { values: ['v'] });
    expect(rows.at(-1)).toBe('2026-03-02T10:15:00.000Z,v,4');
    expect(manifest.unreadable?.rows).toBe(1);
    const other = await failure(joined('time,w,v'), { values: ['v'], strict: false });
    expect(other).toContain(
      'line 5: it is a header with other columns, or in another order, expected files of the same columns',
    );
    expect(await failure(joined('v,time,w'), { values: ['v'], strict: false })).toContain('line 5: it is a header');
    expect(await failure(joined('TIME,x,w'), { values: ['v'], strict: false })).toContain('line 5: it is a header');
    const index = (header: string) => joined(header).replace('time,', ',');
    const unnamed = { time: 'Unnamed: 0', values: ['v'], strict: false };
    expect((await imported(index(',v,w'), unnamed)).rows.at(-1)).toBe('2026-03-02T10:15:00.000Z,v,4');
    expect(await failure(index(',w,v'), unnamed)).toContain('line 5: it is a header');
  });

  test('without a zone still needs --timezone', async () => {
    const local = csv.replace('10:05:00Z', '10:05:00');
    expect(await failure(local, { values: ['v'], strict: false })).toContain('--timezone ZONE');
  });
});

describe('importSeries reads', () => {
  const utf16 = Buffer.from(`\uFEFF${csv}`, 'utf16le');
  const quoted = '"ti""me";"v"\n"2026-03-02T10:00:00Z";"1"\n\n2026-03-02T10:05:00Z;2.50\r\n2026-03-02T10:10:00Z;"-3"';
  const bothEnds = 'time,v\r\n"2026-03-02T10:00:00Z",1\r\n"2026-03-02T10:05:00Z",2.50\n"2026-03-02T10:10:00Z",-3\n';
  const table: readonly (readonly [string, Content, string])[] = [
    ['commas', csv, 'time'],
    ['lines that end in two ways, and quotes', bothEnds, 'time'],
    ['a byte order mark and CRLF', `\uFEFF${csv.replaceAll('\n', '\r\n')}`, 'time'],
    ['UTF-16', utf16, 'time'],
    ['gzip, whatever its name is', gzipSync(csv), 'time'],
    ['semicolons', csv.replaceAll(',', ';'), 'time'],
    ['tabs', csv.replaceAll(',', '\t'), 'time'],
    ['bars', csv.replaceAll(',', '|'), 'time'],
    ['carets', csv.replaceAll(',', '^'), 'time'],
    ['blanks', csv.replaceAll(',', ' '), 'time'],
    ['control characters', csv.replaceAll(',', '\u0001'), 'time'],
    ['a separator that the first line names', `sep=~\r\n${csv.replaceAll(',', '~')}`, 'time'],
    ['lines of blanks', csv.replaceAll('\n', '\n \n'), 'time'],
    ['quotes', quoted, 'ti"me'],
  ];
  test.each(table)('%s', async (_, content, time) => {
    const { rows, manifest } = await imported(content, { values: ['v'], time });
    expect(rows).toEqual(three);
    expect(manifest).toMatchObject({ kind: 'value', periodMs: 300_000, rows: 3, timezone: 'UTC', gaps: [] });
    expect(manifest.end).toBe('2026-03-02T10:15:00.000Z');
  });

  test('a column without a name, such as the index of pandas, by the name that pandas gives it', async () => {
    const index = csv.replace('time', '');
    expect((await imported(index, { values: ['v'], time: 'Unnamed: 0' })).rows).toEqual(three);
    expect(await failure(index, { values: ['v'] })).toContain('there is no column time, expected Unnamed: 0 or v');
  });

  test('quotes inside cells without quotes, which are part of their text', async () => {
    const names = ['5" disk', 'a "b" c', ' "d"', '"""e"" f"', '"g\nh"', 'i"', 'j'];
    const lines = names.map((name, minute) => `${name};2026-03-02T10:0${minute}:00Z;${minute}`);
    const named = `size"s;time;v\r\n${lines.join('\r\n')}\r\n`;
    const { manifest } = await imported(named, { values: ['v'], by: 'size"s', strict: true });
    expect(manifest.channels.map(({ id }) => id)).toEqual(['5" disk', 'a "b" c', '"d"', '"e" f', 'g h', 'i"', 'j']);
    expect(manifest.rows).toBe(7);
  });

  test('a quote after a blank as text, so that a separator behind it is one', async () => {
    const at = (minute: number, name: string) => `${name},2026-03-02T10:0${minute}:00Z\n`;
    const lines = ['name,time\n', at(0, '"a"'), at(1, ' "b,c"'), at(2, '"d"')];
    const { manifest } = await imported(lines.join(''), { by: 'name' });
    expect(manifest.channels.map(({ id }) => id)).toEqual(['a', 'd']);
    expect(manifest.unreadable).toEqual({ rows: 1, first: expect.stringContaining('line 3: it has 3 cells') });
  });

  test('a quote inside a cell of a file of several blocks', async () => {
    const cell = (second: number) => (second % 7000 === 3 ? '5" disk' : '"a\nb"');
    const lines = Array.from({ length: 20_000 }, (_, second) => `${1_772_445_600 + second},${cell(second)},1\n`);
    const { manifest } = await imported(`time,name,v\n${lines.join('')}`, { values: ['v'], by: 'name', strict: true });
    expect(manifest.channels.map(({ id, rows }) => [id, rows])).toEqual([
      ['a b', 19_997],
      ['5" disk', 3],
    ]);
  });

  test('JSON lines, with paths and times as numbers', async () => {
    const lines = [1, 2, 3].map(v => JSON.stringify({ at: 1_772_445_600 + v * 60, a: { v }, 'x.y': v * 10 }));
    const { rows } = await imported(lines.join('\n'), { time: 'at', values: ['a.v', 'x.y'] });
    expect(rows.slice(0, 2)).toEqual(['2026-03-02T10:01:00.000Z,a.v,1', '2026-03-02T10:01:00.000Z,x.y,10']);
    expect(rows).toHaveLength(6);
  });

  test('JSON lines, with all digits of whole numbers', async () => {
    const ids = ['9007199254740992', '9007199254740993', '-9007199254740993', '12'];
    const lines = ids.map(id => `{"time":"2026-03-02T10:00:00Z","id":${id},"v":1.50,"w":[1234567890123456789]}`);
    const { rows } = await imported(lines.join('\n'), { values: ['v'], by: 'id' });
    expect(rows).toEqual(ids.map(id => `2026-03-02T10:00:00.000Z,${id},1.5`));
  });

  test('JSON lines with NaN, which Python writes, as a missing value', async () => {
    const at = (minute: number, v: string) => `{"time":"2026-03-02T10:0${minute}:00Z","by":"is NaN, so","v":${v}}`;
    const lines = [at(0, '1'), at(1, 'NaN'), at(2, 'NaN'), at(3, 'NaN'), at(4, '5')];
    const { manifest } = await imported(lines.join('\n'), { values: ['v'], by: 'by', strict: true });
    expect(manifest.channels).toMatchObject([{ id: 'is NaN, so', rows: 2, missing: 3 }]);
  });

  test('seconds of 2034 and milliseconds of 1976, which look like dates at times', async () => {
    for (const [start, step] of [
      [2_026_030_200, 1],
      [202_603_020_000, 10],
    ] as const) {
      const lines = Array.from({ length: 30 }, (_, index) => `${start + index * step},${index}\n`);
      const { manifest } = await imported(`time,v\n${lines.join('')}`, { values: ['v'], strict: true });
      expect(manifest.rows).toBe(30);
    }
  });

  test('JSON lines, with dots in keys', async () => {
    const json = '{"time":"2026-03-02T10:00:00Z","attributes":{"http":{"path":"/"},"http.status":{"code":200}}}\n';
    expect((await imported(json, { values: ['attributes.http.status.code'] })).rows).toEqual([
      '2026-03-02T10:00:00.000Z,attributes.http.status.code,200',
    ]);
  });

  test('access logs, common and combined, of which some requests are odd', async () => {
    const lines = [
      '1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326',
      '::1 - bob smith [10/Oct/2000:13:55:50 -0700] "GET /"b HTTP/1.0" 200 -',
      'shop.example:443 1.2.3.4 - bob [10/Oct/2000:13:56:10 -0700] "-" 404 0 "http://a/?q=\\"x\\"" "Mozilla/5.0 (X11)"',
    ];
    const { rows, manifest } = await imported(lines.join('\n'), { time: undefined, by: 'status' }, 'data.log');
    expect(manifest).toMatchObject({ kind: 'count', periodMs: null });
    expect(rows).toEqual(['2000-10-10T20:45:00.000Z,200,2', '2000-10-10T20:45:00.000Z,404,1']);
  });

  test('access logs of IPv6 clients, with ports and without', async () => {
    const hosts = ['::1', '2001:db8::8a2e:370:7334', '[::1]:443', '10.0.0.1:5555', '[fe80::1]:80 10.0.0.2'];
    const lines = hosts.map(host => `${host} - - [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.0" 200 1`);
    const { manifest } = await imported(lines.join('\n'), { time: undefined, by: 'host' }, 'data.log');
    expect(manifest.channels.map(({ id }) => id)).toEqual([...hosts.slice(0, 4), '10.0.0.2']);
  });

  test('access logs of clients behind proxies', async () => {
    const lines = ['1.2.3.4, 10.0.0.1', '1.2.3.4, ::1, 10.0.0.1', '-'].map(
      (host, index) => `${host} - ${index < 2 ? 'bob' : '-'} [10/Oct/2000:13:55:36 +0000] "GET / HTTP/1.0" 200 1`,
    );
    for (const [by, ids] of [
      ['host', ['1.2.3.4, 10.0.0.1', '1.2.3.4, ::1, 10.0.0.1', '-']],
      ['user', ['bob', '-']],
    ] as const) {
      const { manifest } = await imported(lines.join('\n'), { time: undefined, by }, 'data.log');
      expect(manifest.channels.map(({ id }) => id)).toEqual(ids);
    }
  });

  test('Parquet', async () => {
    const moments = three.map(row => new Date(row.slice(0, 24)));
    const columnData = [
      { name: 'time', data: moments, type: 'TIMESTAMP' as const },
      { name: 'v', data: [1, 2.5, -3] },
    ];
    const { rows } = await imported(new Uint8Array(parquetWriteBuffer({ columnData })), { values: ['v'] });
    expect(rows).toEqual(three.map(row => row.replace('2.50', '2.5')));
  });

  test('Parquet with dates and times of day', async () => {
    const optional = { repetition_type: 'OPTIONAL' } as const;
    const micros = { type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS' } as const;
    const schema = [
      { name: 'root', num_children: 4 },
      { name: 'd', type: 'INT32' as const, converted_type: 'DATE' as const, ...optional },
      { name: 'ms', type: 'INT32' as const, converted_type: 'TIME_MILLIS' as const, ...optional },
      { name: 'us', type: 'INT64' as const, logical_type: micros, ...optional },
      { name: 'v', type: 'INT32' as const, ...optional },
    ];
    const columnData = [
      { name: 'd', data: [new Date('2026-03-02')] },
      { name: 'ms', data: [37_800_000] },
      { name: 'us', data: [37_801_500_000n] },
      { name: 'v', data: [1] },
    ];
    const file = new Uint8Array(parquetWriteBuffer({ schema, columnData }));
    const options = { values: ['v'], timezone: 'UTC' };
    expect((await imported(file, { time: 'd,ms', ...options })).rows).toEqual(['2026-03-02T10:30:00.000Z,v,1']);
    expect((await imported(file, { time: 'd,us', ...options })).rows).toEqual(['2026-03-02T10:30:01.500Z,v,1']);
    expect((await imported(file, { time: 'd', ...options })).rows).toEqual(['2026-03-02T00:00:00.000Z,v,1']);
  });

  test('Parquet with groups, whose fields are no columns, and decimals as they are', async () => {
    const optional = { repetition_type: 'OPTIONAL' } as const;
    const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional } as const;
    const schema = [
      { name: 'root', num_children: 3 },
      { name: 'place', num_children: 2, ...optional },
      { name: 'time', ...text },
      { name: 'v', ...text },
      { name: 'time', type: 'INT64' as const, converted_type: 'TIMESTAMP_MILLIS' as const, ...optional },
      { name: 'v', type: 'INT32' as const, converted_type: 'DECIMAL' as const, scale: 2, precision: 9, ...optional },
    ];
    const columnData = [
      { name: 'place', data: three.map(() => ({ time: 'x', v: 'y' })) },
      { name: 'time', data: three.map(row => new Date(row.slice(0, 24))) },
      { name: 'v', data: [0.29, 0.57, 1.15] },
    ];
    const { rows } = await imported(new Uint8Array(parquetWriteBuffer({ schema, columnData })), { values: ['v'] });
    expect(rows.map(row => row.split(',').at(-1))).toEqual(['0.29', '0.57', '1.15']);
    const withoutValues = {
      schema: schema.slice(0, -1).with(0, { name: 'root', num_children: 2 }),
      columnData: columnData.slice(0, -1),
    };
    expect(await failure(new Uint8Array(parquetWriteBuffer(withoutValues)), { values: ['place'] })).toContain(
      'there is no column place, expected time',
    );
  });
});

describe('importSeries takes what other programs write', () => {
  const at = (minute: number) => `2026-03-02T10:0${minute}:00Z`;

  test('decimal commas, if an option says so', async () => {
    const text = `time;v\n${at(0)};1,50\n${at(5)};-2\n`;
    expect((await imported(text, { values: ['v'], decimalComma: true })).rows.map(row => row.slice(27))).toEqual([
      ...['1.50', '-2'],
    ]);
    const commas = await failure(text, { values: ['v'] });
    expect(commas).toContain('"1,50" is not a number, expected a number with a decimal point');
    const points = await failure(text.replace('-2', '1.234'), { values: ['v'], decimalComma: true });
    expect(points).toContain(
      '"1.234" is not a number, expected a number with a decimal comma, such as 1234,5, or --thousands',
    );
  });

  test.each<readonly [string, boolean, string]>([
    ['"1,234"', false, '1234'],
    ['"-12,345,678.5"', false, '-12345678.5'],
    ['1 234.5', false, '1234.5'],
    ["1'234.5", false, '1234.5'],
    ['1.5', false, '1.5'],
    ['1.234', false, '1.234'],
    ['1.234', true, '1234'],
    ['1.234.567,5', true, '1234567.5'],
    ['1\u202f234,5', true, '1234.5'],
    ['1,234', true, '1.234'],
  ])('separators of thousands, if an option says so: %s with decimalComma %s', async (cell, decimalComma, value) => {
    const text = `time;v\n${at(0)};${cell}\n`;
    const { rows } = await imported(text, { values: ['v'], decimalComma, thousands: true });
    expect(rows).toEqual([`2026-03-02T10:00:00.000Z,v,${value}`]);
  });

  test.each(['"0,123"', '"1,23"', '"1,2345"', '"1,234.567,8"', '1.234.567', '1 2345'])(
    '%s, which has none',
    async cell => {
      const text = `time,v\n${at(0)},${cell}\n`;
      expect(await failure(text, { values: ['v'], thousands: true })).toContain('is not a number');
    },
  );

  const list = [
    { time: at(0), v: 1 },
    { time: at(5), v: 2.5, note: 'a "quoted" ] } \\' },
    { time: at(10 - 1), v: -3, nested: { deep: [1, { a: 2 }] } },
  ];
  const listed = ['2026-03-02T10:00:00.000Z,v,1', '2026-03-02T10:05:00.000Z,v,2.5', '2026-03-02T10:09:00.000Z,v,-3'];
  test.each([
    ['in one line', JSON.stringify(list)],
    ['over many lines', ` \n${JSON.stringify(list, null, 2)}\n`],
    ['an object a line', `[\n${list.map(row => JSON.stringify(row)).join(',\r\n')}\n]`],
  ])('a JSON list %s', async (_, text) => {
    const { rows, notes } = await imported(text, { values: ['v'] });
    expect(rows).toEqual(listed);
    expect(notes).toEqual([]);
  });

  test('a JSON list that is longer than a block, with the line of a damaged object', async () => {
    const objects = Array.from({ length: 20_000 }, (_, i) => ({ time: 1_772_445_600 + 60 * i, v: i }));
    const text = JSON.stringify(objects, null, 1).replace('"v": 15000', '"v": 1500O');
    const { manifest, notes } = await imported(text, { values: ['v'] });
    expect(manifest.rows).toBe(19_999);
    expect(notes[0]).toContain(`line ${2 + 4 * 15_000}: it is not JSON`);
  });

  test('a JSON list that is cut off, up to there', async () => {
    const { rows, notes } = await imported(JSON.stringify(list, null, 2).slice(0, -40), { values: ['v'] });
    expect(rows).toEqual(listed.slice(0, 2));
    expect(notes[0]).toContain('line 11: an object of the list does not end');
  });

  test('no JSON list with an object in its midst that does not end, which hides those that follow', async () => {
    const text = JSON.stringify(list, null, 2);
    const says = 'an object of the list does not end, expected a JSON list of objects';
    const noBrace = text.replace(/\}(?=,\n {2}\{\n.*09)/, '');
    await expect(imported(noBrace, { values: ['v'] })).rejects.toThrow(`line 6: ${says}`);
    const noQuote = '[{"time":1772445600,"v":1},\n{"time":1772445660,"v:2},\n{"time":1772445720,"v":3}]';
    await expect(imported(noQuote, { values: ['v'] })).rejects.toThrow(`line 2: ${says}`);
  });

  test('a JSON list with an object that does not begin, which counts as a row that cannot be read', async () => {
    const { rows, manifest } = await imported(JSON.stringify(list).replace(',{"time"', ',"time"'), { values: ['v'] });
    expect([rows.length, manifest.unreadable?.rows]).toEqual([2, 1]);
  });

  test('JSON lists that follow each other', async () => {
    const text = list.map(row => JSON.stringify([row])).join('\n');
    const { rows, notes } = await imported(text, { values: ['v'] });
    expect([rows, notes]).toEqual([listed, []]);
  });

  test('objects in one line, of which each that cannot be read counts', async () => {
    const objects = Array.from({ length: 10 }, (_, i) => ({ time: 1_772_445_600 + 60 * i, v: i < 6 ? i : 'x' }));
    const { manifest } = await imported(JSON.stringify(objects), { values: ['v'] });
    expect(manifest.unreadable?.rows).toBe(4);
    const most = JSON.stringify(objects.slice(3));
    await expect(imported(most, { values: ['v'] })).rejects.toThrow('line 1, column v: "x" is not a number');
  });

  test.each([
    ['', 'Station: Berlin\nUnit: kW\n\n', 3],
    ['of spreadsheets', 'Station,Berlin\nMade,2026-03-01\n', 2],
    ['that are comments', '# made by "logger 5"\n', 1],
    ['that are sentences with the names of columns', 'The time and v were read by a logger\n', 1],
    ['that are no CSV', '"North, A\n"x" y,2\n', 2],
    ['that are no CSV and hold the names of columns', '"North" at time, v\n', 1],
  ])('lines above the header %s', async (_, above, lines) => {
    const { rows, notes } = await imported(above + csv, { values: ['v'] });
    expect(rows).toEqual(three);
    expect(notes[0]).toContain(
      `data.csv: ${lines} line${lines === 1 ? ' above the header is' : 's above the header are'} left out`,
    );
  });

  test.each(['2026-03-02T10:00:00Z,1', '"2026-03-02T10:00:00Z","1"', '31.12.2026 14:30,1', '12/31/26 2:30 PM,1'])(
    'no lines above the header that are rows: %s',
    async row => {
      const joined = await failure(`${row}\n${row}\n${csv}`, { values: ['v'] });
      expect(joined).toContain('line 1: it holds a time and no names of columns');
    },
  );

  test('a time above the header that is no row of its columns', async () => {
    expect((await imported(`Report\n2026-03-01\n${csv}`, { values: ['v'] })).rows).toEqual(three);
  });

  test('names of columns that span lines, with blanks for line breaks', async () => {
    const text = csv.replace('time,v', '"time\r\n(UTC)","load\nkW"');
    const { rows, notes } = await imported(text, { time: 'time (UTC)', values: ['load kW'] });
    expect([rows.length, notes]).toEqual([3, []]);
  });

  test('a separator of which names hold as many others', async () => {
    const text = `time;v, inside\n${at(0)};1\n${at(5)};2\n`;
    expect((await imported(text, {})).manifest.kind).toBe('count');
  });

  test('logs of the W3C, as IIS writes them', async () => {
    const fields = '#Software: IIS\n#Date: 2026-03-02 10:00:00\n#Fields: date time cs-method time-taken\n';
    const text = `${fields}2026-03-02 10:00:00 GET 15\n2026-03-02 10:05:00 GET 20\n`;
    const { rows } = await imported(text, { time: 'date,time', values: ['time-taken'], timezone: 'UTC' });
    expect(rows.map(row => row.split(',').at(-1))).toEqual(['15', '20']);
  });

  test('logs of CloudFront, with blanks between the names and tabs between the cells', async () => {
    const text = '#Version: 1.0\n#Fields: date time sc-bytes\n2026-03-02\t10:00:00\t15\n2026-03-02\t10:05:00\t20\n';
    const { rows } = await imported(text, { time: 'date,time', values: ['sc-bytes'], timezone: 'UTC' });
    expect(rows.map(row => row.split(',').at(-1))).toEqual(['15', '20']);
  });

  test('logs of Zeek, with their notes', async () => {
    const names = '#separator \\x09\n#fields\tts\tproto\torig_bytes\n#types\ttime\tenum\tcount\n';
    const text = `${names}1772445600.25\ttcp\t15\n1772445601.5\ttcp\t-\n#close\t2026-03-02-10-00-00\n`;
    const { rows, notes } = await imported(text, { time: 'ts', values: ['orig_bytes'], by: 'proto' });
    expect(rows).toEqual(['2026-03-02T10:00:00.250Z,tcp,15']);
    expect(notes).toEqual([expect.stringContaining('1 line above the header is left out')]);
  });

  test.each<readonly [string, string, readonly string[]]>([
    ['the same', 'date time a b', ['1', '3']],
    ['other', 'date time b a', []],
  ])('logs of the W3C that name %s columns again', async (_, again, values) => {
    const text = `#Fields: date time a b\n2026-03-02 10:00:00 1 2\n#Software: IIS\n#Fields: ${again}\n2026-03-02 10:05:00 3 4\n`;
    const options = { time: 'date,time', values: ['a'], timezone: 'UTC' };
    if (values.length === 0) {
      expect(await failure(text, options)).toContain('line 4: it names other columns than line 1,');
      return;
    }
    const { rows, notes } = await imported(text, options);
    expect(rows.map(row => row.split(',').at(-1))).toEqual(values);
    expect(notes).toEqual([]);
  });

  test.each(['', ' '])('logs of IIS with a blank after the names of columns, and %j after each row', async end => {
    const part = (minute: number) =>
      `#Software: IIS\n#Fields: date time a \n2026-03-02 10:0${minute}:00 ${minute}${end}\n`;
    const options = { time: 'date,time', values: ['a'], timezone: 'UTC' };
    const { rows, notes } = await imported(part(1) + part(2), options);
    expect(rows.map(row => row.split(',').at(-1))).toEqual(['1', '2']);
    expect(notes).toEqual([expect.stringContaining('1 line above the header is left out')]);
  });

  test('a row of CSV that begins with # is no note of a log', async () => {
    const { rows, notes } = await imported('time,v\n#2026,1\n2026-03-02T10:00:00Z,2\n', { values: ['v'] });
    expect(rows).toHaveLength(1);
    expect(notes).toEqual([expect.stringContaining('1 row cannot be read')]);
  });

  test('gzipped files of a folder, with the windows of the NAB', async () => {
    const folder = temporaryDirectory();
    const text = csv.replace('time,v', 'timestamp,value');
    writeFileSync(join(folder, 'a.csv'), text);
    writeFileSync(join(folder, 'b.csv.gz'), gzipSync(text));
    const window = ['2026-03-02 10:00:00', '2026-03-02 10:05:00'];
    writeFileSync(join(folder, 'combined_windows.json'), JSON.stringify({ 'b.csv': [window] }));
    const out = join(temporaryDirectory(), 'out');
    const { manifest } = await imported('', { files: [folder], time: undefined, timezone: 'UTC', out });
    expect(manifest).toMatchObject({ channels: [{ id: 'a' }, { id: 'b' }], labels: 1 });
  });

  test.each([
    ['a blank', ' '],
    ['a caret', '^'],
  ])('names in quotes, with %s between them, as R writes them', async (_, mark) => {
    const text = `"time"${mark}"v"\n"2026-03-02 10:00:00"${mark}15\n"2026-03-02 10:05:00"${mark}20\n`;
    const { rows } = await imported(text, { values: ['v'], timezone: 'UTC' });
    expect(rows.map(row => row.split(',').at(-1))).toEqual(['15', '20']);
  });

  test.each([
    ['2026/03/02 10:00:00', '2026-03-02T09:00:00.000Z'],
    ['2026/3/2 9:05', '2026-03-02T08:05:00.000Z'],
    ['20260302T100000Z', '2026-03-02T10:00:00.000Z'],
    ['20260302T1000', '2026-03-02T09:00:00.000Z'],
    ['20260302100000', '2026-03-02T09:00:00.000Z'],
    ['2026-03-02 10:00:00 PM', '2026-03-02T21:00:00.000Z'],
    ['2-Mar-2026 10:00', '2026-03-02T09:00:00.000Z'],
    ['2026-03', '2026-02-28T23:00:00.000Z'],
  ])('the time %s', async (time, moment) => {
    const { rows } = await imported(`time,v\n${time},1\n`, { values: ['v'], timezone: 'Europe/Berlin' });
    expect(rows).toEqual([`${moment},v,1`]);
  });

  test.each<readonly [string, string, Partial<ImportOptions>, string]>([
    ['d,c', '2026-03-02,14:30', {}, '2026-03-02T14:30:00.000Z'],
    ['d,c', '2026-03-02,5', {}, '2026-03-02T05:00:00.000Z'],
    ['d,c', '2.3.2026,18.00.00', { dateOrder: 'dmy' }, '2026-03-02T18:00:00.000Z'],
    ['t', '02.03.2026 14:30', { dateOrder: 'dmy' }, '2026-03-02T14:30:00.000Z'],
    ['t', '"02/03/2026, 14:30:05"', { dateOrder: 'dmy' }, '2026-03-02T14:30:05.000Z'],
    ['t', '3/2/2026 9:05', { dateOrder: 'mdy' }, '2026-03-02T09:05:00.000Z'],
    ['t', '3-2-2026', { dateOrder: 'mdy' }, '2026-03-02T00:00:00.000Z'],
    ['t', '03/02/2026 12:05:00 AM', { dateOrder: 'mdy' }, '2026-03-02T00:05:00.000Z'],
    ['t', '"3/2/2026, 11:05:00\u202fPM"', { dateOrder: 'mdy' }, '2026-03-02T23:05:00.000Z'],
    ['t', '2.3.26 14:30', { dateOrder: 'dmy' }, '2026-03-02T14:30:00.000Z'],
    ['t', '2-Mar-26 2:30 PM', { dateOrder: 'dmy' }, '2026-03-02T14:30:00.000Z'],
    ['t', '12/31/99', { dateOrder: 'mdy' }, '1999-12-31T00:00:00.000Z'],
    ['d,c', '3/2/2026,02:30 pm', { dateOrder: 'mdy' }, '2026-03-02T14:30:00.000Z'],
    ['d,c', '2026-03-01,24', {}, '2026-03-02T00:00:00.000Z'],
    ['t', '31.3.2026 24:00', { dateOrder: 'dmy' }, '2026-04-01T00:00:00.000Z'],
    ['d,c', '20260302,2 PM', {}, '2026-03-02T14:00:00.000Z'],
    ['t', '2026-03-02 14:30', { dateOrder: 'dmy' }, '2026-03-02T14:30:00.000Z'],
  ])('times of the columns %s: %s', async (time, cells, options, moment) => {
    const text = `${time},by,v\n${cells},b,1\n`;
    const { rows } = await imported(text, { values: ['v'], by: 'by', timezone: 'UTC', time, ...options });
    expect(rows).toEqual([`${moment},b,1`]);
  });

  test('no file with a date that is one in the other order only: the others may be in that order, too', async () => {
    const dates = ['3/11/2026', '3/12/2026', '4/1/2026', '3/13/2026'];
    const text = `time,v\n${dates.map(date => `${date},1\n`).join('')}`;
    await expect(imported(text, { values: ['v'], timezone: 'UTC', dateOrder: 'dmy' })).rejects.toThrow(
      '"3/13/2026" is not a time in the order dmy, expected one such as 31.12.2026 14:30; did you mean --date-order mdy?',
    );
  });

  test('a column of JSON whose name has a comma is one column', async () => {
    const { rows } = await imported('{"d,c":"2026-03-02T14:30:00Z","v":1}', { values: ['v'], time: 'd,c' });
    expect(rows).toEqual(['2026-03-02T14:30:00.000Z,v,1']);
  });

  test('a clock such as 14.50 may be half past two, and is left out', async () => {
    const text = ['d,c,v', '2026-03-02,14.50,1', '2026-03-02,15:00,2', '2026-03-02,15:30,3', '2026-03-02,16:00,4'];
    const { manifest } = await imported(text.join('\n'), { values: ['v'], timezone: 'UTC', time: 'd,c' });
    expect(manifest.unreadable?.rows).toBe(1);
  });

  test('times of two columns of JSON; a row without one of them is left out', async () => {
    const lines = [
      '{"d":"2026-03-02","c":"14:30","v":1}',
      '{"d":"2026-03-02","c":"","v":2}',
      '{"d":"2026-03-02","v":3}',
    ];
    const good = ['15:00', '15:30', '16:00'].map(clock => `{"d":"2026-03-02","c":"${clock}","v":4}`);
    const { rows, manifest } = await imported([...lines, ...good].join('\n'), {
      ...{ values: ['v'], timezone: 'UTC', time: 'd,c' },
    });
    expect(rows.map(row => row.slice(11, 16))).toEqual(['14:30', '15:00', '15:30', '16:00']);
    expect(manifest.unreadable?.rows).toBe(2);
  });

  test('a column of times whose name has a comma', async () => {
    const { rows } = await imported(`"d,c",v\n${at(0)},1\n`, { values: ['v'], time: 'd,c' });
    expect(rows).toHaveLength(1);
  });

  test('names of channels in one line, also where labels name them', async () => {
    const labels = join(temporaryDirectory(), 'labels.csv');
    writeFileSync(labels, `start,end,channel\n${at(0)},${at(1)},"a\nb"\n`);
    const { manifest, rows } = await imported(`time,by,v\n${at(0)},"a\nb",1\n${at(1)},"a\nb",2\n`, {
      ...{ values: ['v'], by: 'by', labels },
    });
    expect([manifest.channels.map(({ id }) => id), manifest.labels]).toEqual([['a b'], 1]);
    expect(rows[0]).toBe('2026-03-02T10:00:00.000Z,a b,1');
  });

  test('the hour that comes twice, however a time is written', async () => {
    const times = ['2026/10/25 2:30', '2026/10/25 2:30', '2026/10/25 3:30'];
    const { rows } = await imported(`time,v\n${times.map(time => `${time},1\n`).join('')}`, {
      ...{ count: 'v', timezone: 'Europe/Berlin' },
    });
    expect(rows.map(row => row.slice(11, 16))).toEqual(['00:30', '01:30', '02:30']);
  });

  test('missing values as pandas, R and spreadsheets write them', async () => {
    const words = ['#N/A', '<NA>', '-nan', '?', 'NA', '', 'nil', '\\N', '--', '.'];
    const text = `time,v\n${at(0)},1\n${words.map(word => `${at(1)},${word}\n`).join('')}`;
    expect((await imported(text, { values: ['v'] })).manifest.channels).toMatchObject([{ rows: 1, missing: 10 }]);
  });

  test('channels without blanks around their names; an empty one is -', async () => {
    const text = `time,by,v\n${at(0)},x ,1\n${at(0)}, x,2\n${at(0)},,3\n`;
    const { rows, manifest } = await imported(text, { values: ['v'], by: 'by' });
    expect(manifest.channels.map(({ id }) => id)).toEqual(['x', '-']);
    expect(rows.map(row => row.slice(25))).toEqual(['x,1', 'x,2', '-,3']);
  });

  test('keys that only some rows of only some files have', async () => {
    const dir = temporaryDirectory();
    const files = ['{"time":1000000000,"a":1}\n{"time":1000000060}\n', '{"time":1000000120,"b":null}\n'].map(
      (text, index) => {
        const file = join(dir, `${index}.json`);
        writeFileSync(file, text);
        return file;
      },
    );
    const { rows, notes } = await imported('', { files, values: ['a', 'b'] });
    expect(rows).toEqual(['2001-09-09T01:46:40.000Z,a,1']);
    expect(notes).toEqual(['1 channel has no value, and is left out: b']);
  });

  test('times that repeat, and says so: a file may be there twice', async () => {
    const twice = `${csv}${csv.slice('time,v\n'.length)}`;
    const measured = await imported(twice, { values: ['v'] });
    expect(measured.rows).toHaveLength(6);
    expect(measured.notes).toEqual([
      expect.stringMatching(/^3 values repeat times of their channel, and all measurements of a time stay: do files/),
    ]);
    const counted = await imported(twice.replaceAll('-3', '3'), { count: 'v' });
    expect(counted.rows).toHaveLength(3);
    expect(counted.notes).toEqual([expect.stringContaining('and counts of a time are added up')]);
  });

  test('channels without a value, which are left out, and named', async () => {
    const text = `time,by,v\n${at(0)},a,1\n${at(0)},b,NaN\n`;
    const { manifest, notes } = await imported(text, { values: ['v'], by: 'by' });
    expect(manifest).toMatchObject({ start: '2026-03-02T10:00:00.000Z', channels: [{ id: 'a' }] });
    expect(notes).toEqual(['1 channel has no value, and is left out: b']);
  });
});

describe('importSeries names what it cannot read', () => {
  const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x2c, 0x22, 0x0a]);
  const latin1 = Buffer.from('time,by\n2026-03-02T10:00:00Z,M\u00fcnchen\n', 'latin1');
  const table: readonly (readonly [string, Content, string])[] = [
    ['a spreadsheet', 'PK\u0003\u0004,"x', 'data.csv: it is a ZIP archive, as a spreadsheet in .xlsx is, expected'],
    ['zstd', zstd, 'data.csv: it is packed by zstd, expected its content, unpacked or packed by gzip'],
    ['UTF-16 without a mark', Buffer.from(csv, 'utf16le'), 'data.csv: it is not text, expected UTF-8, or UTF-16 with'],
    ['CR alone', csv.replaceAll('\n', '\r'), 'data.csv, line 1: its lines end with CR alone, expected'],
    [
      'a JSON list of lists',
      '[[1,2],[3,4]]',
      'data.csv: it is a JSON list of no objects, expected a list of objects, or',
    ],
    ['Latin-1', latin1, 'line 2, column by: "M\ufffdnchen" holds bytes that are not UTF-8, expected a file in UTF-8'],
  ];
  test.each(table)('%s', async (_, content, expected) => {
    expect(await failure(content, { by: 'by' })).toContain(expected);
  });
});

describe('importSeries counts', () => {
  test('each row as an event, with zeros between', async () => {
    const at = (minute: number) => new Date(Date.parse('2026-03-02T10:00:00Z') + minute * 60_000).toISOString();
    const rows = [...Array.from({ length: 40 }, (_, index) => at(index / 20)), at(5)];
    const { rows: counts, manifest } = await imported(`time\n${rows.join('\n')}`, {});
    expect(manifest).toMatchObject({ kind: 'count', periodMs: 300_000, gaps: [] });
    expect(counts).toEqual(['2026-03-02T10:00:00.000Z,events,40', '2026-03-02T10:05:00.000Z,events,1']);
  });

  test('sums of rows of the same time and channel; a missing row is a gap, and no zero', async () => {
    const lines = ['10:00,a,1', '10:00,a,2', '10:00,b,0', '10:01,a,4', '10:02,a,5', '10:05,a,6', '10:05,b,NaN'];
    const text = `time,who,n\n${lines.map(line => `2026-03-02T${line.replace(',', ':00Z,')}`).join('\n')}`;
    const { rows, manifest } = await imported(text, { count: 'n', by: 'who' });
    expect(rows.map(row => row.slice(11, 16) + row.slice(24))).toEqual([
      ...['10:00,a,3', '10:00,b,0', '10:01,a,4', '10:02,a,5', '10:05,a,6'],
    ]);
    const gap = { channel: 'a', start: '2026-03-02T10:03:00.000Z', end: '2026-03-02T10:05:00.000Z' };
    expect(manifest.gaps).toEqual([gap]);
    expect(manifest.channels.map(({ id, missing }) => `${id} ${missing}`)).toEqual(['a 0', 'b 1']);
  });

  test('rows in any order, more than are sorted at a time', async () => {
    const total = 450_000;
    const startMs = Date.parse('2026-03-02T00:00:00Z');
    // 7919 and the total share no factor, so each second comes once.
    const seconds = Array.from({ length: total }, (_, index) => (index * 7919) % total);
    const lines = seconds.map(second => `${new Date(startMs + second * 1000).toISOString()},${second}`);
    const written: number[] = [];
    const onWriting = (samples: number, of: number) => written.push(samples / of);
    const { rows, manifest } = await imported(`time,v\n${lines.join('\n')}\n`, { values: ['v'], onWriting });
    expect(written.slice(0, 2)).toEqual([20_000 / total, 40_000 / total]);
    expect(written).toHaveLength(22);
    expect(rows).toHaveLength(total);
    expect(rows.every((row, second) => row.endsWith(`,${second}`))).toBe(true);
    expect(manifest).toMatchObject({ periodMs: 1000, gaps: [] });
  });
});

describe('importSeries, clocks that change', () => {
  const table = (clocks: readonly string[]) => `time,n\n${clocks.map((clock, n) => `2026-${clock},${n}`).join('\n')}`;
  const timezone = 'Europe/Berlin';

  test('an hour that comes twice is two hours', async () => {
    const text = table(['10-25 01:00', '10-25 02:00', '10-25 02:00', '10-25 03:00']);
    const { rows, manifest, notes } = await imported(text, { count: 'n', timezone });
    expect(rows.map(row => row.slice(0, 16) + row.slice(24))).toEqual([
      ...['2026-10-24T23:00,n,0', '2026-10-25T00:00,n,1', '2026-10-25T01:00,n,2', '2026-10-25T02:00,n,3'],
    ]);
    expect(manifest.gaps).toEqual([]);
    expect(notes).toEqual([
      expect.stringMatching(
        /data.csv: 2 times occur twice in Europe\/Berlin, since clocks were set back \(the last is 2026-10-25 00:00 or 2026-10-25 01:00 UTC\); each was imported as/,
      ),
    ]);
  });

  test('half hours and several channels keep their order too', async () => {
    const clocks = ['01:30', '02:00', '02:30', '02:00', '02:30', '03:00'];
    const lines = clocks.flatMap((clock, n) => ['a', 'b'].map(by => `2026-10-25 ${clock},${by},${n}`));
    const { manifest, rows } = await imported(`time,by,n\n${lines.join('\n')}`, { count: 'n', by: 'by', timezone });
    expect(rows).toHaveLength(12);
    expect(manifest).toMatchObject({ periodMs: 1_800_000, gaps: [] });
  });

  test('lines of a log that are a little out of order stay in their hour', async () => {
    const text = table(['10-25 02:10:05', '10-25 02:10:04', '10-25 02:10:06', '10-25 02:10:00']);
    const { rows } = await imported(text, { timezone });
    expect(rows).toEqual(['2026-10-25T00:10:00.000Z,events,4']);
  });

  test('the newest row first: the last moment that does not go forward', async () => {
    const text = table(['10-25 03:00', '10-25 02:30', '10-25 02:00', '10-25 02:30', '10-25 02:00', '10-25 01:30']);
    const { rows, manifest } = await imported(text, { count: 'n', timezone });
    expect(rows.map(row => row.slice(11, 16) + row.slice(24))).toEqual([
      ...['23:30,n,5', '00:00,n,4', '00:30,n,3', '01:00,n,2', '01:30,n,1', '02:00,n,0'],
    ]);
    expect(manifest.gaps).toEqual([]);
  });

  test('a time that does not exist is an hour later, and counted', async () => {
    const { rows, notes } = await imported(table(['03-29 01:30', '03-29 02:30', '03-29 03:10']), {
      ...{ values: ['n'], timezone },
    });
    expect(rows.map(row => row.slice(11, 16))).toEqual(['00:30', '01:10', '01:30']);
    expect(notes).toEqual([expect.stringContaining('data.csv: 1 time does not exist in Europe/Berlin, since clocks')]);
  });

  test('an hour that is skipped is no gap', async () => {
    const text = table(['03-29 00:00', '03-29 01:00', '03-29 03:00', '03-29 04:00']);
    const { manifest } = await imported(text, { values: ['n'], timezone });
    expect(manifest).toMatchObject({ periodMs: 3_600_000, gaps: [] });
  });
});

describe('importSeries, ranges and labels', () => {
  test('--from belongs to the range, --to does not', async () => {
    const range = { from: '2026-03-02T10:05:00Z', to: '2026-03-02T10:10:00Z' };
    expect((await imported(csv, { values: ['v'], ...range })).rows).toEqual([three[1]]);
  });

  test.each([
    ['start,end\n', /labels holds no label of these files$/],
    ['start,end\n2027-03-02T10:00:00Z,2027-03-02T10:05:00Z\n', /^1 label of \S+labels is outside of the data$/],
  ])('labels that say nothing about the data are noted: %j', async (text, note) => {
    const labels = join(temporaryDirectory(), 'labels');
    writeFileSync(labels, text);
    const { notes } = await imported(csv, { values: ['v'], labels });
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  test.each([
    ['start,end\n2026-03-02T10:00:00Z,2026-03-02T10:05:00Z\n'],
    ['2026-03-02 11:00,2026-03-02 11:05,v\n'],
    ['{"id":"x","start":"2026-03-02T10:00:00Z","end":"2026-03-02T10:05:00Z","channel":"v"}\n'],
    ['start;end\n2026-03-02T10:00:00Z;2026-03-02T10:05:00Z\n'],
    ['start,end,note\n2026-03-02T10:00:00Z,2026-03-02T10:05:00Z,5" disk\n \n'],
    ['2026-03-02T10:00:00,000Z;2026-03-02T10:05:00,000Z\n'],
    ['[{"start":"2026-03-02T10:00:00Z","end":"2026-03-02T10:05:00Z"}]\n'],
    ['[["2026-03-02T10:00:00Z", "2026-03-02 11:05"]]\n'],
    ['[{"start":1772445600,"end":1772445900000}]'],
    ['[[1772445600,1772445900]]'],
    ['timestamp,value,is_anomaly\n2026-03-02 11:00,1,1\n2026-03-02 11:05,2,1\n2026-03-02 11:10,3,0\n'],
    ['sep=;\ntime;label\n2026-03-02 11:00;1\n2026-03-02 11:05;1\n2026-03-02 11:10;0\n'],
    ['{"time":1772445600,"anomaly":true}\n{"time":1772445900,"anomaly":true}\n{"time":1772446200,"anomaly":false}\n'],
    [
      '{"data.csv":[["2026-03-02 11:00:00.000000","2026-03-02 11:05:00.000000"]],"other.csv":[["2001-01-01","2001-01-02"]]}',
    ],
  ])('labels: %s', async text => {
    const labels = join(temporaryDirectory(), 'labels');
    writeFileSync(labels, text);
    const { manifest, out } = await imported(csv, { values: ['v'], labels, timezone: 'Europe/Berlin' });
    expect(manifest.labels).toBe(1);
    expect(JSON.parse(readFileSync(join(out, 'labels.jsonl'), 'utf8'))).toMatchObject({
      ...{ anomaly: 'series', entities: [{ type: 'channel', id: 'v' }] },
      ...{ start: '2026-03-02T10:00:00.000Z', end: '2026-03-02T10:05:00.000Z' },
    });
  });

  test('labels in the rows of Parquet', async () => {
    const columnData = [
      { name: 'time', data: ['10:00', '10:05', '10:10'].map(clock => new Date(`2026-03-02T${clock}:00Z`)) },
      { name: 'v', data: [1, 2, 3], type: 'INT32' as const },
      { name: 'is_anomaly', data: [true, true, false] },
    ];
    const labels = join(temporaryDirectory(), 'labels.parquet');
    writeFileSync(labels, new Uint8Array(parquetWriteBuffer({ columnData })));
    const { out } = await imported(csv, { values: ['v'], labels });
    expect(JSON.parse(readFileSync(join(out, 'labels.jsonl'), 'utf8'))).toMatchObject({
      ...{ start: '2026-03-02T10:00:00.000Z', end: '2026-03-02T10:05:00.000Z' },
    });
  });

  test('labels in the rows of a series, whose columns --time and --by name', async () => {
    const at = (minute: number) => `2026-03-02T10:0${minute}:00Z`;
    const rows = [0, 1, 2, 3, 4].flatMap(minute => [
      `${at(minute)},${minute},a,${minute === 1 || minute === 2 ? 1 : 0}`,
      `${at(minute)},${minute},b,0`,
    ]);
    const text = `when,v,host,is_anomaly\n${rows.join('\n')}\n`;
    const labels = join(temporaryDirectory(), 'labels.csv');
    writeFileSync(labels, text);
    const { manifest, out } = await imported(text, { time: 'when', values: ['v'], by: 'host', labels });
    expect(manifest.labels).toBe(1);
    expect(JSON.parse(readFileSync(join(out, 'labels.jsonl'), 'utf8'))).toMatchObject({
      ...{ entities: [{ type: 'channel', id: 'a' }] },
      ...{ start: '2026-03-02T10:01:00.000Z', end: '2026-03-02T10:02:00.000Z' },
    });
  });

  test.each([
    ['oldest', [0, 1, 2, 3, 4]],
    ['newest', [4, 3, 2, 1, 0]],
    ['any', [2, 4, 1, 0, 3]],
  ])('labels in the rows of a series that has the %s row first', async (_, minutes) => {
    const row = (minute: number) => `2026-03-02T10:0${minute}:00Z,1,${minute === 1 || minute === 2 ? 1 : 0}\n`;
    const text = `time,v,is_anomaly\n${minutes.map(row).join('')}`;
    const labels = join(temporaryDirectory(), 'labels.csv');
    writeFileSync(labels, text);
    const { manifest, out } = await imported(text, { values: ['v'], labels });
    expect(manifest.labels).toBe(1);
    expect(JSON.parse(readFileSync(join(out, 'labels.jsonl'), 'utf8'))).toMatchObject({
      ...{ start: '2026-03-02T10:01:00.000Z', end: '2026-03-02T10:02:00.000Z' },
    });
  });

  test('labels in rows of the hour that comes twice are at the moments of the rows', async () => {
    const clocks = ['02:00', '02:30', '02:00', '02:30', '03:00'];
    const text = `time,v,is_anomaly\n${clocks.map((clock, index) => `2026-10-25 ${clock},1,${index === 2 || index === 3 ? 1 : 0}\n`).join('')}`;
    const labels = join(temporaryDirectory(), 'labels.csv');
    writeFileSync(labels, text);
    const { out } = await imported(text, { values: ['v'], labels, timezone: 'Europe/Berlin' });
    expect(JSON.parse(readFileSync(join(out, 'labels.jsonl'), 'utf8'))).toMatchObject({
      ...{ start: '2026-10-25T01:00:00.000Z', end: '2026-10-25T01:30:00.000Z' },
    });
  });

  test('labels in rows of several channels, one after the other, are at the moments of the rows of each', async () => {
    const clocks = ['02:00', '02:30', '02:00', '02:30', '03:00'];
    const row = (host: string, clock: string, index: number) =>
      `2026-10-25 ${clock},${host},1,${index === 1 || index === 2 ? 1 : 0}\n`;
    const rowsOf = (host: string) => clocks.map((clock, index) => row(host, clock, index)).join('');
    const text = `time,host,v,is_anomaly\n${rowsOf('a')}${rowsOf('b')}`;
    const labels = join(temporaryDirectory(), 'labels.csv');
    writeFileSync(labels, text);
    const { out } = await imported(text, { values: ['v'], by: 'host', labels, timezone: 'Europe/Berlin' });
    const found = readFileSync(join(out, 'labels.jsonl'), 'utf8').trim().split('\n');
    expect(found.map(line => JSON.parse(line))).toMatchObject(
      ['a', 'b'].map(id => ({
        ...{ entities: [{ id }], start: '2026-10-25T00:30:00.000Z', end: '2026-10-25T01:00:00.000Z' },
      })),
    );
  });

  test.each([
    ['start,end\n02.03.2026 10:05,02.03.2026 10:10\n'],
    [
      'Tag,Uhr,v,label\n02.03.2026,10.05.00,1,1\n02.03.2026,10.10.00,2,1\n02.03.2026,10.15.00,2,0\n02.03.2026,10.20.00,2,1\n',
    ],
    ['[["2.3.26 10:05", "2.3.26 10:10"]]'],
  ])('labels, --from and --to are written as the times of the rows: %j', async content => {
    const labels = join(temporaryDirectory(), 'labels');
    writeFileSync(labels, content);
    const rows = ['10.00.00', '10.05.00', '10.10.00', '10.15.00'].map(clock => `02.03.2026,${clock},1\n`).join('');
    const style = { time: 'Tag,Uhr', dateOrder: 'dmy', timezone: 'Europe/Berlin' } as const;
    const range = { from: '2.3.2026 10:05', to: '2.3.2026 10:15' };
    const { out, manifest } = await imported(`Tag,Uhr,v\n${rows}`, { values: ['v'], labels, ...style, ...range });
    expect(manifest).toMatchObject({ rows: 2, start: '2026-03-02T09:05:00.000Z' });
    const [label] = readFileSync(join(out, 'labels.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(label ?? '')).toMatchObject({
      start: '2026-03-02T09:05:00.000Z',
      end: '2026-03-02T09:10:00.000Z',
    });
  });

  test.each([
    ['02.03.2026 10:00;02.03.2026 10:05\n', 'line 1: "02.03.2026 10:00" has its day or its month first'],
    ['start,end\n\n2026-03-02T10:00:00Z,2026-03-02T10:05:00Z\n\nsoon,later\n', 'line 5: "soon" is not a time'],
    ['time,is_anomaly\nsoon,1\n', 'line 2: "soon" is not a time'],
    ['time,is_anomaly\nsoon,0\n2026-03-02 10:00,1\n', 'line 3: "2026-03-02 10:00" has no zone'],
  ])('labels without a time it can read are refused: %j', async (content, message) => {
    const labels = join(temporaryDirectory(), 'labels');
    writeFileSync(labels, content);
    await expectCqshopError(() => imported(csv, { values: ['v'], labels }), 'LABELS_INVALID', message);
  });

  test('a label about a value of --by is about each of its columns of values', async () => {
    const rows = ['a,0', 'b,1'].flatMap(row => [0, 1].map(minute => `2026-03-02T10:0${minute}:00Z,1,2,${row}`));
    const text = `time,cpu,mem,host,is_anomaly\n${rows.join('\n')}\n`;
    const labels = join(temporaryDirectory(), 'labels.csv');
    writeFileSync(labels, text);
    const { out } = await imported(text, { values: ['cpu', 'mem'], by: 'host', labels });
    const { entities } = JSON.parse(readFileSync(join(out, 'labels.jsonl'), 'utf8'));
    expect(entities.map(({ id }: { id: string }) => id)).toEqual(['b/cpu', 'b/mem']);
  });

  test.each([
    ['PAR1\0\u0015', 'it is Parquet without columns such as timestamp,is_anomaly, expected labels as CSV or JSON'],
    ['\0\u0001', 'it is not text, expected labels as CSV or JSON'],
  ])('labels that are not text are refused: %j', async (content, message) => {
    const labels = join(temporaryDirectory(), 'labels');
    writeFileSync(labels, content);
    await expectCqshopError(() => imported(csv, { values: ['v'], labels }), 'LABELS_INVALID', message);
  });

  test.each([
    [
      'start,end\n2026-03-02T10:00:00Z,x\n2026-03-02T10:00:00Z,2026-03-02T11:00:00Z\ny,z\n',
      'line 2: "x" is not a time',
    ],
    ['timestamp,is_anomaly\nx,1\n2026-03-02T10:00:00Z,maybe\n', 'line 2: "x" is not a time'],
    ['[["x","y"],["2026-03-02T11:00:00Z","2026-03-02T10:00:00Z"]]', 'item 1: "x" is not a time'],
    ['{"start":"x","end":"x"}\n{\n', 'line 1: "x" is not a time'],
    ['{"data.csv":["x"],"b.csv":["y"]}', 'data.csv[0]: "x" is not a time'],
  ])('of bad labels the first is named, and the others are counted: %j', async (content, message) => {
    const labels = join(temporaryDirectory(), 'labels');
    writeFileSync(labels, content);
    const parts = [message, ' (and 1 more bad row)'];
    await expectCqshopError(() => imported(csv, { values: ['v'], labels }), 'LABELS_INVALID', ...parts);
  });

  test('of labelled rows that are broken at most 1,000 are counted', async () => {
    const labels = join(temporaryDirectory(), 'labels');
    writeFileSync(labels, `{"time":"2026-03-02T10:00:00Z","label":1}\n${'{broken\n'.repeat(2000)}`);
    const message = 'line 2: it is not JSON by itself';
    const more = '(and at least 1,000 more bad rows)';
    await expectCqshopError(() => imported(csv, { values: ['v'], labels }), 'IMPORT_INVALID', message, more);
  });

  test.each([
    ['gzipped', gzipSync('start,end\n2026-03-02 10:00,2026-03-02 10:05\n')],
    ['in UTF-16', Buffer.from('\ufeffstart;end\n2026-03-02 10:00 AM;2026-03-02 10:05 AM\n', 'utf16le')],
  ])('labels %s', async (_, content) => {
    const labels = join(temporaryDirectory(), 'labels');
    writeFileSync(labels, content);
    expect((await imported(csv, { values: ['v'], labels, timezone: 'UTC' })).manifest.labels).toBe(1);
  });
});

test.each([
  ['#Software: IIS\n#Fields: date time time-taken\n2026-03-02 10:00:00 15\n', 'date,time', 'time_taken', 2],
  ['Name,X\n\nDATE,START,USAGE\n2026-03-02,10:00,1.5\n', 'DATE,START', 'Usage', 3],
])(
  'a column that is not there is searched for in the header below other lines: %j',
  async (text, time, value, line) => {
    const message = await failure(text, { time, values: [value], timezone: 'UTC' });
    expect(message).toMatch(new RegExp(`line ${line}: there is no column ${value}, expected .*did you mean`));
  },
);

describe('importSeries refuses', () => {
  const nested = '{"time":"2026-03-02T10:00:00Z","ms":{"cpu":1,"of":[]},"host":"a"}\n';
  const row = (cell: string) => `time,n\n2026-03-02T10:00:00Z,1\n${cell}\n`;
  test.each<readonly [Content, Partial<ImportOptions>, string]>([
    [row('2026-03-02 10:00,2'), {}, 'line 3, column time: "2026-03-02 10:00" has no zone, expected --timezone'],
    [row('2026-02-30T10:00:00Z,2'), {}, 'line 3, column time: "2026-02-30T10:00:00Z" is not a time'],
    [row(',2'), {}, 'data.csv, line 3, column time: it is empty, expected a time'],
    [row('02.03.2026 10:00,2'), { timezone: 'UTC' }, 'the year first: 2026-03-02 14:30, or --date-order dmy or mdy'],
    [row('02.03.2026 10:00,2'), { dateOrder: 'dmy' }, '"02.03.2026 10:00" has no zone, expected --timezone'],
    [
      row('02.13.2026 10:00,2'),
      { dateOrder: 'dmy', timezone: 'UTC' },
      '"02.13.2026 10:00" is not a time in the order dmy, expected one such as 31.12.2026 14:30; did you mean --date-order mdy?',
    ],
    [
      row('13.13.2026 10:00,2'),
      { dateOrder: 'mdy', timezone: 'UTC' },
      '"13.13.2026 10:00" is not a time in the order mdy, expected one such as 12/31/2026 14:30',
    ],
    [row('3/2/2026 10:00 PM,2'), { dateOrder: 'mdy' }, '"3/2/2026 10:00 PM" has no zone, expected --timezone'],
    [
      'time  v\n2026-03-02T10:00:00Z  1\n',
      { values: ['v'] },
      'line 1: its only column is "time  v", expected a header',
    ],
    [row('2026-03-02T10:00:00Z,1'), { time: 'time,m' }, 'data.csv, line 1: there is no column m, expected time or n'],
    [
      row('2026-03-02T10:00:00Z,"1,500"'),
      { values: ['n'] },
      '"1,500" is not a number, expected a number with a decimal point, such as 1234.5, or --thousands or --decimal-comma',
    ],
    [
      row('2026-03-02T10:00:00Z,"1,5"'),
      { values: ['n'] },
      'line 3, column n: "1,5" is not a number, expected a number',
    ],
    [row('2026-03-02T10:00:00Z,-1'), { count: 'n' }, 'line 3, column n: "-1" is below 0, expected a number from 0'],
    [row('2026-03-02T10:00:00Z'), {}, 'data.csv, line 3: it has 1 cell, expected 2, as the header has'],
    [row('2026-03-02T10:00:00Z,"a\n\nb'), {}, 'data.csv, line 3: a quoted cell begins here and does not end, expected'],
    [
      row('2026-03-02T10:00:00Z,a\r"b"'),
      {},
      'data.csv, line 4: a quote stands inside a cell without quotes, expected CSV',
    ],
    [row('2026-03-02T10:00:00Z,"a"b"'), {}, 'data.csv, line 3: a quote stands inside a quoted cell, expected CSV'],
    [row(''), { values: ['m'] }, 'data.csv, line 1: there is no column m, expected time or n'],
    // Not a separator of blanks, of parentheses or of dashes.
    ['time (UTC)\n2026-03-02T10:00:00Z\n', {}, 'line 1: its only column is "time (UTC)", expected a header'],
    ['time of day\n2026-03-02T10:00:00Z\n', {}, 'line 1: its only column is "time of day", expected a header'],
    ['start-time\n2026-03-02T10:00:00Z\n', {}, 'line 1: its only column is "start-time", expected a header'],
    [
      `Report of March\n\n${row('')}`,
      { time: 'when', values: ['load'] },
      'line 1: its only column is "Report of March", expected a header with column when in the first 100 lines, such as',
    ],
    [`Report of March\n\n${row('')}`, { values: ['load'] }, 'line 3: there is no column load, expected time or n'],
    [
      `time,${Array.from({ length: 100 }, (_, index) => `c${index}`).join()}\n`,
      { values: ['load'] },
      'line 1: there is no column load, expected time, c0, c1, c2, c3, c4, c5, c6, c7, c8 and 91 more',
    ],
    [row(''), { time: undefined }, 'data.csv: no column of times is named, expected --time COL (columns: time, n)'],
    [
      '2026-03-02T10:00:00Z,1\n',
      {},
      'line 1: it holds a time and no names of columns, expected a header, such as time',
    ],
    [
      'time,n\n2026030224,1\n2026030300,2\n',
      {},
      'column time: all its times are digits such as 2026030300, a date and a clock or a count since 1970, expected times',
    ],
    ['time,n\n202603022350,1\n202603030000,2\n', {}, 'digits such as 202603030000, a date and a clock or a count'],
    [
      'time,n\n1.77245E+12,1\n1.77246E+12,2\n',
      {},
      'column time: all its times are rounded, such as 1.77246E+12, expected times with all digits, such as 1772445600000',
    ],
    [row('02.03.2026 10:00,2'), {}, 'line 3, column time: "02.03.2026 10:00" has its day or its month first, expected'],
    [row('2-Mar-26 10:00,2'), {}, 'line 3, column time: "2-Mar-26 10:00" has its day or its month first, expected'],
    [row('3/2/26 10:00,2'), {}, 'line 3, column time: "3/2/26 10:00" has its day or its month first, expected'],
    [
      row('2026-03-02 14:30 PM,2'),
      { timezone: 'UTC' },
      'column time: "2026-03-02 14:30 PM" is not a time, expected one',
    ],
    [row(''), { values: ['n', 'n'] }, 'Cannot import: column n is named twice, expected each column once'],
    ['time,v\n', { values: ['v'] }, 'data.csv: no row has a value, expected rows with a time and a value'],
    [
      Buffer.from('time,gr\u00fcn\n', 'latin1'),
      { values: ['gr\u00fcn'] },
      'line 1: "gr\ufffdn" holds bytes that are not',
    ],
    ['time,time\n1,2\n', {}, 'data.csv, line 1: it has 2 columns time, expected each name once'],
    ['', {}, 'data.csv: it is empty'],
    [row(''), { timezone: 'Berlin' }, 'Cannot take --timezone "Berlin": it is unknown'],
    [row(''), { from: '2026-03-02' }, 'Cannot take --from: "2026-03-02" has no zone, expected --timezone'],
    [row(''), { from: '202603021430', timezone: 'UTC' }, 'Cannot take --from: "202603021430" is not a time'],
    [row(''), { from: '2027-03-02T00:00:00Z' }, 'data.csv: no row has a value in the range'],
    [
      `time,k\n${Array.from({ length: 50 }, (_, k) => `2026-03-02T10:00:00Z,${k}\n`).join('')}2206-03-02T10:00:00Z,0\n`,
      { by: 'k' },
      'Cannot import: 51 events of 50 channels from 2026-03-02 10:00 to 2206-03-02 10:00 UTC are too sparse, expected',
    ],
    [
      '{"time":"2026-03-02T10:00:00Z"}\n{"time":\n',
      {},
      'data.csv, line 2: it is not JSON by itself, expected one JSON object a line, as jq -c writes it',
    ],
    [
      nested,
      { time: 'tme' },
      'data.csv, line 1: it has no column tme, expected time, ms.cpu or host; did you mean time?',
    ],
    [
      nested,
      { values: ['ms.cpuu'] },
      'data.csv: no row has column ms.cpuu, expected time, ms.cpu or host; did you mean',
    ],
    [nested, { by: 'hots' }, 'data.csv: no row has column hots, expected time, ms.cpu or host; did you mean host?'],
    ['[\n]\n', {}, 'data.csv: it is a JSON list of no objects, expected a list of objects, or one object a line'],
    [
      '{"status":"success","data":{"type":"matrix","result":[{"values":[[1767225600,"1"]]}]}}',
      {},
      "line 1: it has no column time, expected the list in it alone, such as the output of jq -c '.data.result[]'",
    ],
    [
      '{\n  "Tags": ["a"],\n  "Data points": [\n    {"time": "2026-03-02T10:00:00Z"}\n  ]\n}\n',
      {},
      `data.csv: it is one JSON object, expected the list in it alone, such as the output of jq -c '."Data points"[]'`,
    ],
    ['{"time":1,"of":[{"a":1}]}\n{"time":2}\n', { time: 'tme' }, 'it has no column tme, expected time'],
    ['[{"time":1}]\n', { time: 'tme' }, 'data.csv, line 1: it has no column tme, expected time; did you mean time?'],
    ['PAR1 and no more', {}, 'data.csv: '],
    [gzipSync(csv).subarray(0, 40), {}, 'data.csv: unexpected end of file'],
  ])('%j', async (content, options, message) => {
    expect(await failure(content, options)).toContain(message);
  });

  test('pipes, and a file that is named twice', async () => {
    const file = join(temporaryDirectory(), 'data.csv');
    writeFileSync(file, csv);
    const failing = (files: readonly string[]) => failure(csv, { files, values: ['v'] });
    expect(await failing(['/dev/null'])).toContain('/dev/null: it is a pipe or a device, expected a file, which is');
    expect(await failing(['-'])).toContain('Cannot import -: it is a pipe or a device');
    const other = join(file, '..', '.', 'data.csv');
    expect(await failing([file, other])).toContain('data.csv: it is named twice, expected each file once');
  });

  test('nothing halfway: an import that fails leaves no directory', async () => {
    const dir = temporaryDirectory();
    await expect(imported('time,n\n1,2\n', { out: join(dir, 'out') })).rejects.toThrow(CqshopError);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('a series whose samples are all at one time is not searched', async () => {
    const { out } = await imported('time\n2026-03-02T00:00:00Z\n2026-03-02T00:00:00Z\n', {});
    expect(() => seriesIn(out)).toThrow(
      `Cannot read ${out}: all its samples are at 2026-03-02T00:00:00.000Z, expected samples at two times or more`,
    );
  });

  test('a place where nothing can be written is named', async () => {
    const { out } = await imported('time\n2026-03-02T00:00:00Z\n', {});
    const file = join(out, 'series.csv');
    await expect(imported('time\n2026-03-02T00:00:00Z\n', { out: join(file, 'out') })).rejects.toMatchObject({
      code: 'WRITE_FAILED',
      message: expect.stringMatching(/^Cannot write dataset .*series.csv.out: .*, expected a directory$/),
    });
  });

  test('a directory that holds something else, and one that is there without --overwrite', async () => {
    const { out } = await imported(csv, { values: ['v'] });
    await expect(imported(csv, { values: ['v'], out })).rejects.toThrow('expected another directory with --out, or');
    await expect(imported(csv, { values: ['v'], out: 'docs' })).rejects.toThrow('it holds something else');
    expect((await imported(csv, { values: ['v'], out, overwrite: true })).rows).toEqual(three);
  });
});

test('rows of a series that cannot be read are an error that can be caught', async () => {
  const { out } = await imported(csv, { values: ['v'] });
  const { rows } = openSeries(out);
  rmSync(join(out, 'series.csv'));
  const read = async () => {
    for await (const _ of rows());
  };
  await expect(read()).rejects.toThrow('ENOENT');
});

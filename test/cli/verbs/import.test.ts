import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function file(text: string): string {
  const path = join(temporaryDirectory(), 'rides.csv');
  writeFileSync(path, text);
  return path;
}

const rides = 'at,rides,degrees\n2026-10-25 00:00,5,9.5\n2026-10-25 01:00,3,9.0\n2026-10-25 04:00,2,8.5\n';

test('import says what it wrote, and how many gaps there are', async () => {
  const out = join(temporaryDirectory(), 'out');
  const line = ['import', file(rides), '--time', 'at', '--count', 'rides', '--timezone', 'Europe/Berlin', '--out', out];
  const { exitCode, stdout, stderr } = await runCommand(line);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toBe(
    `${out}: counts of 1 channel, 3 rows, labels 0\n  from 2026-10-24 22:00 to 2026-10-25 04:00 UTC, local calendar of Europe/Berlin\n  period 60 min, gaps 1\nTry next: npx cqshop train series --dataset ${out} --out models/${basename(out)}\n`,
  );
});

test('import recommends no training on rows of one time', async () => {
  const out = join(temporaryDirectory(), 'out');
  const { stdout } = await runCommand([
    'import',
    file('at,n\n2026-10-25T00:00:00Z,5\n'),
    '--time',
    'at',
    '--count',
    'n',
    '--out',
    out,
  ]);
  expect(stdout).toMatch(/ {2}nothing can be trained on it: all rows are at one time\n$/);
  expect((await runCommand(['train', 'series', '--dataset', out, '--out', `${out}-model`])).exitCode).toBe(2);
});

describe('import asks about --count and --value', () => {
  const stderrOf = async (times: readonly number[], ...line: readonly string[]) => {
    const content = times.map((time, index) => `${new Date(time).toISOString()},${index % 7}\n`).join('');
    const out = join(temporaryDirectory(), 'out');
    return (await runCommand(['import', file(`at,orders\n${content}`), '--time', 'at', '--out', out, ...line])).stderr;
  };
  const times = (rows: number, timeOf: (index: number) => number) => Array.from({ length: rows }, (_, i) => timeOf(i));
  const hours = times(48, hour => Date.UTC(2026, 2, 2, hour));
  const days = times(60, day => Date.UTC(2026, 2, 2 + day));

  test.each([
    ['hourly', hours, '1 row'],
    ['four times an hour', times(96, quarter => Date.UTC(2026, 2, 2, 0, 15 * quarter)), '4 rows'],
    ['daily', days, '1 row'],
    ['of working days', days.filter(day => new Date(day).getUTCDay() % 6 !== 0), '1 row'],
    ['monthly', times(36, month => Date.UTC(2024, month)), '1 row'],
    ['daily, of two groups', days.flatMap(day => [day, day]), '2 rows'],
  ])('where rows are %s', async (_, even, rows) => {
    expect(await stderrOf(even)).toBe(
      `warning: each row counts as one event, and nearly every window with rows holds ${rows}, at even steps: do the rows hold counts (--count COL) or measurements (--value COL)?\n`,
    );
    expect(await stderrOf(even, '--value', 'orders', '--by', 'orders')).toBe('');
  });

  test('not where chance may place rows so', async () => {
    expect(await stderrOf(hours.flatMap((hour, index) => Array(1 + (index % 7)).fill(hour)))).toBe('');
    const someDays = times(60, index => Date.UTC(2026, 2, 2, 40 * index + ((index * index) % 37)));
    expect(await stderrOf(someDays)).toBe('');
    expect(await stderrOf(days.slice(0, 19))).toBe('');
  });
});

test('import takes several columns, separated by commas or by spaces', async () => {
  for (const columns of [['rides,degrees'], ['rides', 'degrees']]) {
    const out = join(temporaryDirectory(), 'out');
    const line = ['import', file(rides), '--time', 'at', '--timezone', 'UTC', '--out', out, '--json', '--value'];
    const { stdout } = await runCommand([...line, ...columns]);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'value', channels: ['rides', 'degrees'], rows: 6 });
  }
});

test('import names --timezone, and ends with 2, where times have no zone', async () => {
  const line = ['import', file(rides), '--time', 'at', '--out', join(temporaryDirectory(), 'out')];
  const { exitCode, stderr } = await runCommand(line);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('line 2, column at: "2026-10-25 00:00" has no zone, expected --timezone');
});

test.each([
  ['Berlin', '; did you mean Europe/Berlin?'],
  ['america/new-york', '; did you mean America/New_York?'],
  ['Europe/Pariss', '; did you mean Europe/Paris?'],
  ['CEST', ''],
  ['+01:00', ''],
])('import refuses the zone %s, and suggests one of about that name', async (name, hint) => {
  const line = ['import', file(rides), '--time', 'at', '--count', 'rides', '--out', 'none', '--timezone', name];
  expect(await runCommand(line)).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `error: Cannot take --timezone "${name}": it is unknown, expected an IANA name such as Europe/Berlin or UTC${hint}\n`,
  });
});

test('import asks for --out', async () => {
  const { exitCode, stderr } = await runCommand(['import', file(rides), '--time', 'at']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: 'error: Cannot import: no dataset is named, expected --out DIR\n',
  });
});

test('verbs that need messages say that a dataset holds series', async () => {
  const out = join(temporaryDirectory(), 'out');
  await runCommand(['import', file(rides), '--time', 'at', '--count', 'rides', '--timezone', 'UTC', '--out', out]);
  const { exitCode, stderr } = await runCommand(['audit', out]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: `error: Cannot open dataset ${out}: it is a series dataset, expected one of messages, that \`cqshop collect\` finished; for series there are \`cqshop train series\` and \`cqshop detect series\`\n`,
  });
});

describe('a series dataset', () => {
  const imported = async () => {
    const out = join(temporaryDirectory(), 'out');
    await runCommand(['import', file(rides), '--time', 'at', '--count', 'rides', '--timezone', 'UTC', '--out', out]);
    return out;
  };

  test('of which series.csv is missing or cut off is refused by all that read it', async () => {
    const out = await imported();
    const series = join(out, 'series.csv');
    const text = readFileSync(series, 'utf8');
    writeFileSync(series, text.slice(0, text.trimEnd().lastIndexOf('\n') + 1));
    const { stderr: cutOff } = await runCommand(['show', 'dataset', out]);
    expect(cutOff).toContain(`Cannot open dataset ${out}: series.csv has `);
    expect(cutOff).toContain(`expected ${text.length} bytes as in manifest.json`);
    rmSync(series);
    for (const line of [
      ['show', 'dataset', out],
      ['export', out, '--format', 'csv', '--out', join(temporaryDirectory(), 'exported')],
      ['train', 'series', '--dataset', out, '--out', join(temporaryDirectory(), 'model')],
    ]) {
      const { exitCode, stderr } = await runCommand(line);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: expect.stringContaining(`Cannot open dataset ${out}: series.csv is missing, expected`),
      });
    }
  });

  test('is exported as it is, so that export refuses --window', async () => {
    const out = await imported();
    const to = ['--format', 'csv', '--out', join(temporaryDirectory(), 'exported')];
    const { exitCode, stderr } = await runCommand(['export', out, ...to, '--window', '2h']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error: Cannot take --window: ${out} is a series dataset, which is exported as it is, expected it for a dataset of messages\n`,
    });
  });
});

test('import takes a date and a clock from two columns, with the day first', async () => {
  const out = join(temporaryDirectory(), 'out');
  const text = 'Datum;Uhrzeit;Wert\n02.03.2026;14.30.00;1,5\n02.03.2026;15.30.00;2,5\n';
  const columns = ['--time', 'Datum,Uhrzeit', '--date-order', 'dmy', '--value', 'Wert', '--decimal-comma'];
  await runCommand(['import', file(text), ...columns, '--timezone', 'Europe/Berlin', '--out', out]);
  expect(readFileSync(join(out, 'series.csv'), 'utf8')).toBe(
    'time,channel,value\n2026-03-02T13:30:00.000Z,Wert,1.5\n2026-03-02T14:30:00.000Z,Wert,2.5\n',
  );
});

test.each([
  ['that is no series', '{"files":["series.csv","notes.txt"]}'],
  ['that is no JSON', 'series.csv: "series.csv"'],
])('import --overwrite leaves a directory alone whose manifest.json is of something %s', async (_, manifest) => {
  const out = temporaryDirectory();
  writeFileSync(join(out, 'manifest.json'), manifest);
  writeFileSync(join(out, 'notes.txt'), 'mine');
  const line = ['import', file('t,v\n2026-03-02T10:00:00Z,1\n'), '--time', 't', '--value', 'v', '--out', out];
  const { exitCode, stderr } = await runCommand([...line, '--overwrite']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('it holds something else');
  expect(readFileSync(join(out, 'notes.txt'), 'utf8')).toBe('mine');
});

import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { type ExportFormat, exportSeries } from '../../../src/app/export/export-series.ts';
import { readManifest } from '../../../src/data/dataset/manifest.ts';
import { type ImportOptions, importSeries } from '../../../src/data/import/import-series.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** An hour that comes twice, values as the NAB writes them, a time that comes twice. */
const taxi = `timestamp,value
2014-11-02 00:30:00,20.0
2014-11-02 01:00:00,-1.03989471325e-05
2014-11-02 01:30:00,0.06453452400000001
2014-11-02 01:00:00,7
2014-11-02 01:30:00,8.0
2014-11-02 02:00:00,9
2014-11-02 02:00:00,10
2014-11-02 02:30:00,11
`;
const twitter = 'timestamp,value\n2014-11-02 00:02:53,1\n2014-11-02 00:07:53,2\n';
const windows = `{
    "real/taxi.csv": [
        [
            "2014-11-02 01:30:00.000000",
            "2014-11-02 02:00:00.000000"
        ]
    ],
    "real/twitter.csv": []
}
`;

const read = (...parts: readonly string[]) => readFileSync(join(...parts), 'utf8');

/** The rows of a CSV file, without its header. */
const rowsOf = (...parts: readonly string[]): string[][] => parse(read(...parts), { from: 2 });

/** A series dataset of two channels. */
async function nabDataset() {
  const dir = temporaryDirectory();
  const out = join(dir, 'nab');
  writeFileSync(join(dir, 'combined_windows.json'), windows);
  const real = join(dir, 'real');
  mkdirSync(real);
  writeFileSync(join(real, 'taxi.csv'), taxi);
  writeFileSync(join(real, 'twitter.csv'), twitter);
  await importSeries({ files: [dir], timezone: 'America/New_York', out });
  return out;
}

async function exported(dataset: string, format: ExportFormat) {
  const out = join(temporaryDirectory(), format);
  const counts = await exportSeries(dataset, { format, out, windowMs: 900_000 });
  return { out, counts };
}

async function imported(options: Omit<ImportOptions, 'out'>) {
  const out = join(temporaryDirectory(), 'again');
  await importSeries({ ...options, out });
  return out;
}

describe('exportSeries, back by importSeries', () => {
  test('nab: the same bytes, also where clocks change', async () => {
    const { out, counts } = await exported(await nabDataset(), 'nab');
    expect(counts).toEqual({ channels: 2, samples: 10, labels: 1 });
    expect(read(out, 'data/real/taxi.csv')).toBe(taxi);
    expect(read(out, 'data/real/twitter.csv')).toBe(twitter);
    expect(read(out, 'labels/combined_windows.json')).toBe(windows);
  });

  test('nab: counts of channels in any alphabet, with their windows', async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'n.csv'), 'time,by,n\n2026-03-02 10:00,größe,1\n2026-03-02 10:05,größe,2\n');
    writeFileSync(join(dir, 'labels.csv'), '2026-03-02 10:05,2026-03-02 10:07\n');
    const columns = { time: 'time', count: 'n', by: 'by', timezone: 'Asia/Kolkata', labels: join(dir, 'labels.csv') };
    const dataset = await imported({ files: [join(dir, 'n.csv')], ...columns });
    const { out } = await exported(dataset, 'nab');
    const again = await imported({ files: [out], count: 'value', timezone: 'Asia/Kolkata' });
    for (const name of ['series.csv', 'labels.jsonl']) expect(read(again, name)).toBe(read(dataset, name));
    expect(JSON.parse(read(again, 'manifest.json'))).toMatchObject({ kind: 'count', labels: 1 });
  });

  test('timeeval: a labelled file is its own file of labels', async () => {
    const { out } = await exported(await nabDataset(), 'timeeval');
    const file = join(out, 'real/taxi.test.csv');
    const columns = { time: 'timestamp', values: ['value'], timezone: 'UTC' };
    const labels = read(await imported({ files: [file], ...columns, labels: file }), 'labels.jsonl');
    expect(JSON.parse(labels)).toMatchObject({ start: '2014-11-02T05:30:00.000Z', end: '2014-11-02T07:00:00.000Z' });
  });

  test('csv: the same bytes', async () => {
    const dataset = await nabDataset();
    const { out } = await exported(dataset, 'csv');
    const labels = join(out, 'labels.csv');
    const columns = { time: 'time', values: ['value'], by: 'channel' };
    const again = await imported({ files: [join(out, 'series.csv')], ...columns, labels });
    for (const name of ['series.csv', 'labels.jsonl']) expect(read(again, name)).toBe(read(dataset, name));
  });

  test('parquet: the same times and numbers', async () => {
    const dataset = await nabDataset();
    const { out } = await exported(dataset, 'parquet');
    const again = await imported({
      files: [join(out, 'series.parquet')],
      time: 'time',
      values: ['value'],
      by: 'channel',
    });
    const numbers = (dir: string) =>
      read(dir, 'series.csv')
        .split('\n')
        .map(row => row.replace(/[^,]+$/, text => String(Number(text))));
    expect(numbers(again)).toEqual(numbers(dataset));
  });
});

describe('exportSeries', () => {
  test('is refused where another one writes, and leaves that one alone', async () => {
    const dataset = await nabDataset();
    const options = { format: 'csv', out: join(temporaryDirectory(), 'out'), windowMs: 3_600_000 } as const;
    const first = exportSeries(dataset, options);
    await expectCqshopError(() => exportSeries(dataset, options), 'LOCKED', 'is exporting there');
    expect(await first).toMatchObject({ channels: 2 });
    expect(readdirSync(join(options.out, '..'))).toEqual(['out']);
  });

  test('never replaces what somebody else puts there meanwhile', async () => {
    const out = join(temporaryDirectory(), 'out');
    const exporting = exportSeries(await nabDataset(), { format: 'csv', out, windowMs: 3_600_000 });
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.txt'), 'mine');
    await expectCqshopError(() => exporting, 'USAGE', `Cannot export to ${out}: it is not empty`);
    expect(readdirSync(join(out, '..'))).toEqual(['out']);
    expect(readdirSync(out)).toEqual(['thesis.txt']);
  });

  test('timeeval: a file for each channel, and the index', async () => {
    const { out } = await exported(await nabDataset(), 'timeeval');
    expect(read(out, 'real/twitter.test.csv')).toBe(
      'timestamp,value,is_anomaly\n2014-11-02 04:02:53,1,0\n2014-11-02 04:07:53,2,0\n',
    );
    expect(rowsOf(out, 'real/taxi.test.csv').map(row => row[2])).toEqual(['0', '0', '1', '1', '1', '1', '1', '0']);
    // The columns that TimeEval 1.5.0 creates an index with; its DatasetManager.get reads them.
    expect(parse(read(out, 'datasets.csv'), { columns: true })).toMatchObject([
      {
        collection_name: 'cqshop',
        dataset_name: 'real_taxi',
        train_path: '',
        test_path: 'real/taxi.test.csv',
        dataset_type: 'real',
        datetime_index: 'True',
        split_at: '',
        train_type: 'unsupervised',
        train_is_normal: 'False',
        input_type: 'univariate',
        length: '8',
        dimensions: '1',
        contamination: '0.625',
        num_anomalies: '1',
        min_anomaly_length: '5',
        median_anomaly_length: '5',
        max_anomaly_length: '5',
        // By pandas: mean() and std() of the values.
        mean: expect.stringMatching(/^8\.13306551/),
        stddev: expect.stringMatching(/^6\.39006/),
        trend: '',
        stationarity: '',
        period_size: '',
      },
      { dataset_name: 'real_twitter', num_anomalies: '0', min_anomaly_length: '0', median_anomaly_length: '0' },
    ]);
  });

  test('timeeval: the index has the stretches that the file labels, and a shop is synthetic', async () => {
    const { out } = await exported('datasets/sample', 'timeeval');
    const index: Record<string, string>[] = parse(read(out, 'datasets.csv'), { columns: true });
    const [first] = index;
    expect(first).toMatchObject({ dataset_type: 'synthetic', num_anomalies: '2', contamination: '0.15625' });
    expect(first).toMatchObject({ min_anomaly_length: '9', median_anomaly_length: '15', max_anomaly_length: '21' });
  });

  test('timeeval: names in the index differ, also where only a slash and a low line do', async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'a.csv'), 'time,by,v\n2026-03-02T00:00:00Z,a/b,1\n2026-03-02T00:00:00Z,a_b,2\n');
    const dataset = await imported({ files: [join(dir, 'a.csv')], time: 'time', by: 'by', values: ['v'] });
    const { out } = await exported(dataset, 'timeeval');
    const index: { dataset_name: string; test_path: string }[] = parse(read(out, 'datasets.csv'), { columns: true });
    expect(index.map(row => row.dataset_name)).toEqual(['a_b', 'a_b-2']);
    expect(index.map(row => row.test_path)).toEqual(['a/b.test.csv', 'a_b.test.csv']);
  });

  test.each([
    ['nab', 'data/a.csv', 'data/b.csv'],
    ['timeeval', 'a.test.csv', 'b.test.csv'],
  ] as const)('%s: all times of a file have a fraction, or none', async (format, precise, whole) => {
    const dir = temporaryDirectory();
    const rows = ['00:00:00Z,a,1', '00:00:00Z,b,1', '00:01:00.25Z,a,2', '00:01:00Z,b,2'];
    writeFileSync(join(dir, 'a.csv'), `time,by,v\n${rows.map(row => `2026-03-02T${row}\n`).join('')}`);
    const dataset = await imported({ files: [join(dir, 'a.csv')], time: 'time', by: 'by', values: ['v'] });
    const { out } = await exported(dataset, format);
    expect(rowsOf(out, precise).map(row => row[0])).toEqual([
      '2026-03-02 00:00:00.000000',
      '2026-03-02 00:01:00.250000',
    ]);
    expect(rowsOf(out, whole).map(row => row[0])).toEqual(['2026-03-02 00:00:00', '2026-03-02 00:01:00']);
  });

  test('parquet: readers learn that times are in UTC', async () => {
    const { out } = await exported(await nabDataset(), 'parquet');
    const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(join(out, 'series.parquet')));
    const logical = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' };
    expect(schema[1]).toMatchObject({ name: 'time', converted_type: 'TIMESTAMP_MILLIS', logical_type: logical });
  });

  test('tsb-ad: the name says how many rows are for training, and where the first anomaly is', async () => {
    const { out } = await exported(await nabDataset(), 'tsb-ad');
    expect(readdirSync(out).sort()).toEqual([
      '001_cqshop_id_1_real-taxi_tr_2_1st_2.csv',
      '002_cqshop_id_2_real-twitter_tr_2_1st_2.csv',
    ]);
    expect(read(out, '001_cqshop_id_1_real-taxi_tr_2_1st_2.csv')).toContain(
      'Data,Label\n20.0,0\n-1.03989471325e-05,0\n0.06453452400000001,1\n',
    );
  });

  test('tsb-ad: channels whose names differ in signs only, or are long', async () => {
    const dir = temporaryDirectory();
    const long = 'x'.repeat(400);
    const rows = ['a/b', 'a-b', 'a_b', long].map((channel, index) => `2026-03-02T00:00:00Z,${channel},${index}`);
    writeFileSync(join(dir, 'a.csv'), `${['time,by,v', ...rows].join('\n')}\n`);
    const dataset = join(dir, 'dataset');
    await importSeries({ files: [join(dir, 'a.csv')], time: 'time', by: 'by', values: ['v'], out: dataset });
    const { out } = await exported(dataset, 'tsb-ad');
    const files = readdirSync(out).sort();
    expect(files.map(name => name.slice(0, 23))).toEqual([
      ...[1, 2, 3].map(number => `00${number}_cqshop_id_${number}_a-b_tr_`),
      '004_cqshop_id_4_xxxxxxx',
    ]);
    expect(files.map(name => read(out, name))).toEqual([0, 1, 2, 3].map(value => `Data,Label\n${value},0\n`));
  });

  test.each(['nab', 'timeeval', 'tsb-ad'] as const)('%s: a name of many characters of three bytes', async format => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'a.csv'), `time,by,v\n2026-03-02T00:00:00Z,${'温度'.repeat(100)},1\n`);
    const dataset = join(dir, 'dataset');
    await importSeries({ files: [join(dir, 'a.csv')], time: 'time', by: 'by', values: ['v'], out: dataset });
    const { counts } = await exported(dataset, format);
    expect(counts).toMatchObject({ channels: 1, samples: 1 });
  });

  test('counts the messages of a shop by topic, with its labels', async () => {
    const { out, counts } = await exported('datasets/sample', 'csv');
    const { topics, labels } = readManifest('datasets/sample');
    expect(counts).toEqual({ channels: Object.keys(topics).length, samples: Object.keys(topics).length * 192, labels });
    const totals: Record<string, number> = {};
    for (const [, channel = '', value] of rowsOf(out, 'series.csv')) {
      totals[channel] = (totals[channel] ?? 0) + Number(value);
    }
    const messages = Object.entries(topics).map(([topic, types]) => [
      topic,
      Object.values(types).reduce((a, b) => a + b),
    ]);
    expect(totals).toEqual(Object.fromEntries(messages));
    expect(read(out, 'labels.csv').split('\n')).toHaveLength(labels + 2);
  });

  test('refuses a directory that is not empty, and a file', async () => {
    const dataset = await nabDataset();
    const to = (out: string) => () => exportSeries(dataset, { format: 'csv', out, windowMs: 1 });
    await expectCqshopError(to(dataset), 'USAGE', 'it is not empty');
    const file = join(dataset, 'series.csv');
    await expectCqshopError(to(file), 'USAGE', 'it is a file, expected a new or empty directory');
    await expectCqshopError(to(join(file, 'out')), 'WRITE_FAILED', 'part of the path is a file, expected a directory');
  });

  test.each(['nab', 'timeeval'] as const)('%s: what cannot be written is named, and nothing is left', async format => {
    const dir = temporaryDirectory();
    // No system has a path of so many folders.
    writeFileSync(join(dir, 'a.csv'), `time,host\n2026-03-02T00:00:00Z,${'deep/'.repeat(2000)}\n`);
    const dataset = join(dir, 'dataset');
    await importSeries({ files: [join(dir, 'a.csv')], time: 'time', by: 'host', out: dataset });
    const out = join(dir, 'exported', 'out');
    await expectCqshopError(
      () => exportSeries(dataset, { format, out, windowMs: 1 }),
      'WRITE_FAILED',
      `Cannot write ${out}: `,
    );
    expect(readdirSync(dir).sort()).toEqual(['a.csv', 'dataset']);
  });
});

test('messages of which one has a time millennia off are refused before a disk is full of zeros', async () => {
  const dir = join(temporaryDirectory(), 'astray');
  cpSync('datasets/sample', dir, { recursive: true });
  const path = join(dir, 'manifest.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(read(path)), end: '9999-12-31T23:59:59.000Z' }));
  await expectCqshopError(() => exported(dir, 'nab'), 'USAGE', 'its messages span');
});

test('an export of messages ends soon after an interruption, and leaves nothing', async () => {
  const dir = temporaryDirectory();
  const out = join(dir, 'exported');
  const exported = exportSeries('datasets/sample', {
    format: 'csv',
    out,
    windowMs: 3_600_000,
    signal: AbortSignal.abort(),
  });
  await expect(exported).rejects.toThrow('aborted');
  expect(readdirSync(dir)).toEqual([]);
});

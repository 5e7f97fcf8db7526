import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, hourMs, rfc3339 } from '../../../src/base/time.ts';
import { runCommand } from '../../support/fake-host.ts';
import { madeUpCounts, madeUpStartMs, seriesFile } from '../../support/made-up-series.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const outage = { startMs: madeUpStartMs + 50 * dayMs + 12 * hourMs, hours: 5 };
const trainedMs = madeUpStartMs + 30 * dayMs;
const during = (timeMs: number) => timeMs >= outage.startMs && timeMs < outage.startMs + outage.hours * hourMs;

async function done(line: readonly string[]) {
  const { exitCode, stdout, stderr } = await runCommand([...line, '--json']);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return { document: JSON.parse(stdout), stderr };
}

function newDirectory(name: string): string {
  return join(temporaryDirectory(), name);
}

describe('a series dataset of two channels', () => {
  const dir = temporaryDirectory(afterAll);
  const [dataset, model] = [join(dir, 'dataset'), join(dir, 'model')];
  let found: Awaited<ReturnType<typeof detected>>;
  let page: string;

  beforeAll(async () => {
    const web = madeUpCounts({ days: 60, name: 'web', factorAt: timeMs => (during(timeMs) ? 0.1 : 1) });
    const file = seriesFile({ web, mail: madeUpCounts({ days: 60, perHour: 40, name: 'mail' }) }, dir);
    const labels = join(dir, 'labels.csv');
    const end = rfc3339(outage.startMs + outage.hours * hourMs);
    writeFileSync(labels, `start,end,channel\n${rfc3339(outage.startMs)},${end},web\n`);
    const columns = ['--time', 'time', '--by', 'channel', '--count', 'count'];
    await done(['import', file, ...columns, '--labels', labels, '--out', dataset]);
    await done(['train', 'series', '--dataset', dataset, '--to', rfc3339(trainedMs), '--out', model]);
    found = await detected('found');
    page = readFileSync(found.document.report, 'utf8');
  });

  async function detected(name: string, more: readonly string[] = []) {
    const out = join(dir, name);
    const line = ['detect', 'series', '--dataset', dataset, '--from', rfc3339(trainedMs), '--model', model];
    const { document } = await done([...line, '--out', out, ...more]);
    const linesOf = (file: string) => readFileSync(join(out, file), 'utf8').trimEnd().split('\n');
    return { document, out, detections: linesOf('detections.csv'), scores: linesOf('scores.csv') };
  }

  test('has its outage found, about the channel, in plain words', () => {
    const { detections, document } = found;
    const outages = detections.filter(row => row.startsWith('2026-04-21'));
    expect(outages).toHaveLength(1);
    expect(outages[0]).toMatch(
      /^2026-04-21T1[2-4]:00.*,series,channel,web,series,\d+,"\d+ in the last [\d.]+ h, \d+ expected at this time of day \([\d.]+ standard deviations too few\)"$/,
    );
    expect(document.rows[0]).toMatchObject({ anomaly: 'series', detector: 'series', role: 'learner', detected: 1 });
    expect(document.rows[0].falseAlarmsPerDay).toBeLessThanOrEqual(3 / 30);
  });

  test('has a page with both channels, the outage and the alarm', () => {
    expect(found.document.report).toBe(join(found.out, 'report.html'));
    const shown = page.replace(/<script>.*?<\/script>/gs, '');
    expect(shown).toMatch(/<option value="0">web<\/option><option value="1">mail<\/option>/);
    expect(shown).toContain('"yAxisName":"count per hour"');
    expect(shown).toContain('<h3>Labels</h3>');
    // A score holds from the start of its window to the end: ECharts turns at the next point.
    expect(shown).toMatch(/"name":"highest score",[^{]*"step":"end"/);
    expect(shown).toMatch(
      /<span class="verdict right">▲ right<\/span> label-1 .*<span>channel<\/span> <span>web<\/span>/,
    );
    expect(shown).toContain('standard deviations too few');
    expect(shown).toMatch(/<td>.*label-1<\/td>.*▲ found/);
  });

  test('has a page that `report` writes again, byte by byte', async () => {
    rmSync(found.document.report);
    await done(['report', found.out]);
    expect(readFileSync(found.document.report, 'utf8')).toBe(page);
  });

  test('has its label shaded on its own channel only', () => {
    const [option = ''] = /(?<=<script type="application\/json">)\{[^<]*"channels"[^<]*/.exec(page) ?? [];
    const { channels } = JSON.parse(option) as { channels: readonly { name: string; series: readonly Series[] }[] };
    type Series = { readonly id: string; readonly markArea?: { readonly data: readonly unknown[] } };
    const shaded = channels.map(({ name, series }) => [name, series.find(({ id }) => id === 'labels')?.markArea?.data]);
    expect(shaded).toEqual([
      ['web', [expect.anything()]],
      ['mail', []],
    ]);
  });

  test('is drawn with its outage and the alarm below', async () => {
    const line = ['detect', 'series', '--dataset', dataset, '--model', model, '--out', newDirectory('found')];
    const { stdout } = await runCommand(line);
    expect(stdout).toMatch(/^web +[▁▂▃▄▅▆▇█]{60,}$/m);
    expect(stdout).toMatch(/^anomalies +█+$/m);
    expect(stdout).toMatch(/^alarms .*▲/m);
    expect(stdout).toMatch(/^as a page: .*report\.html$/m);
    expect(stdout).toMatch(/^times are UTC$/m);
  });

  test('gives scores that depend on nothing that comes later', async () => {
    const { scores: cut } = await detected('cut', ['--to', rfc3339(outage.startMs + 2 * hourMs)]);
    expect(cut.length).toBeGreaterThan(900);
    expect(found.scores.slice(0, cut.length)).toEqual(cut);
  });

  test('can be scored with anybody’s detections; one about another channel is wrong', async () => {
    const line = ['evaluate', '--dataset', dataset, '--detections', join(found.out, 'detections.csv')];
    const { document } = await done([...line, '--scores', join(found.out, 'scores.csv')]);
    expect(document.rows[0]).toMatchObject({ anomaly: 'series', detector: 'series', labels: 1, detected: 1 });
    expect(document.rows[0].averagePrecision).toBeGreaterThan(0.3);
    const file = join(temporaryDirectory(), 'detections.csv');
    const span = `${rfc3339(outage.startMs)},${rfc3339(outage.startMs + hourMs)}`;
    writeFileSync(file, `start,end,anomaly,entity_type,entity_id\n${span},series,channel,mail\n`);
    const others = await done(['evaluate', 'series', '--dataset', dataset, '--detections', file]);
    expect(others.document.rows[0]).toMatchObject({ detected: 0, alarms: 1 });
  });

  test('can have intervals left out of the training', async () => {
    const exclude = join(temporaryDirectory(), 'bad.csv');
    writeFileSync(exclude, '2026-03-10T00:00:00Z,2026-03-12T23:59:00Z\n');
    const out = newDirectory('model');
    const line = ['train', 'series', '--dataset', dataset, '--to', rfc3339(trainedMs), '--out', out];
    const { document, stderr } = await done([...line, '--exclude', exclude]);
    expect(stderr).toContain('1 of 1 interval');
    expect(document.training.units).toBe(2 * 24 * 27);
    expect(document.leftOut).toBe(2 * 24 * 3);
  });

  test('has the samples of its labels left out, and says how many', async () => {
    const { stdout } = await runCommand(['train', 'series', '--dataset', dataset, '--out', newDirectory('model')]);
    // A label ends with a sample.
    expect(stdout).toContain(`\n  left out: ${outage.hours + 1} samples in labelled or excluded intervals\n`);
  });
});

test('a history of one day is enough, and detect says what is not judged', async () => {
  const file = seriesFile({ web: madeUpCounts({ days: 6 }) });
  const [dataset, model, out] = [newDirectory('dataset'), newDirectory('model'), newDirectory('found')];
  await done(['import', file, '--time', 'time', '--count', 'count', '--out', dataset]);
  const day = rfc3339(madeUpStartMs + dayMs);
  const { stdout } = await runCommand(['train', 'series', '--dataset', dataset, '--to', day, '--out', model]);
  expect(stdout).toContain('less than two days: the time of day is judged once the stream is two days long');
  const searched = ['--dataset', dataset, '--from', day];
  const { document, stderr } = await done(['detect', 'series', ...searched, '--model', model, '--out', out]);
  expect(document.alarms).toEqual([]);
  expect(stderr).toContain('count: the time before 2026-03-04 00:00 is judged by new extremes of counts only');
});

test('detect says that periods of a week have no time of day, and leaves no directory where it fails', async () => {
  const weekly = (days: number, name: string) => seriesFile({ [name]: madeUpCounts({ days, periodMs: 7 * dayMs }) });
  const [dataset, model, out] = [newDirectory('dataset'), newDirectory('model'), newDirectory('found')];
  await done(['import', weekly(420, 'web'), '--time', 'time', '--count', 'count', '--out', dataset]);
  await done(['train', 'series', '--dataset', dataset, '--out', model]);
  const line = ['detect', 'series', '--dataset', dataset, '--model', model, '--out', out];
  const file = join(dataset, 'series.csv');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/\d/, 'x'));
  expect((await runCommand(line)).exitCode).toBe(2);
  expect(existsSync(out)).toBe(false);
  writeFileSync(file, text);
  const { stderr, document } = await done(line);
  expect(stderr).toContain('judged by new extremes of counts only, since periods of 7 days have no time of day');
  expect(readFileSync(document.report, 'utf8')).toContain('"yAxisName":"count per 7 days"');
});

test('of daily samples the day of the week is judged, once two weeks are known; train and detect say so', async () => {
  const file = seriesFile({ web: madeUpCounts({ days: 40, periodMs: dayMs }) });
  const [dataset, model, out] = [newDirectory('dataset'), newDirectory('model'), newDirectory('found')];
  await done(['import', file, '--time', 'time', '--count', 'count', '--out', dataset]);
  const day = rfc3339(madeUpStartMs + 10 * dayMs);
  const { stdout } = await runCommand(['train', 'series', '--dataset', dataset, '--to', day, '--out', model]);
  expect(stdout).toContain('less than two weeks: the day of the week is judged once the stream is two weeks long');
  const searched = ['--dataset', dataset, '--from', day];
  const { document, stderr } = await done(['detect', 'series', ...searched, '--model', model, '--out', out]);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
    'the time before 2026-03-16 00:00 is judged by new extremes of counts only, since the day of the week needs two weeks of history',
  );
  expect(readFileSync(document.report, 'utf8')).toContain('"yAxisName":"count per day"');
});

test('detect says nothing of a time without samples, before the first one of a channel', async () => {
  const daily = (days: number, name: string) => madeUpCounts({ days, periodMs: dayMs, name });
  const file = seriesFile({ web: daily(40, 'web'), mail: daily(25, 'mail') });
  const [dataset, model, out] = [newDirectory('dataset'), newDirectory('model'), newDirectory('found')];
  await done(['import', file, '--time', 'time', '--by', 'channel', '--count', 'count', '--out', dataset]);
  const from = rfc3339(madeUpStartMs + 29 * dayMs + 5 * hourMs);
  await done(['train', 'series', '--dataset', dataset, '--to', from, '--out', model]);
  const searched = ['--dataset', dataset, '--from', from];
  const { stderr } = await done(['detect', 'series', ...searched, '--model', model, '--out', out]);
  expect(stderr).not.toContain('new extremes');
});

test.each([
  ['lasts over a sample that is missing', 1, 1],
  ['ends where a dozen are missing', 12, 2],
])('an alarm %s', async (_, missing, expected) => {
  const firstMs = outage.startMs + 3 * hourMs;
  const isMissing = (timeMs: number) => timeMs >= firstMs && timeMs < firstMs + missing * hourMs;
  const isOut = (timeMs: number) => timeMs >= outage.startMs && timeMs < outage.startMs + 20 * hourMs;
  const factorAt = (timeMs: number) => (isMissing(timeMs) ? undefined : isOut(timeMs) ? 0 : 1);
  const file = seriesFile({ web: madeUpCounts({ days: 60, factorAt }) });
  const [dataset, model, out] = [newDirectory('dataset'), newDirectory('model'), newDirectory('found')];
  await done(['import', file, '--time', 'time', '--count', 'count', '--out', dataset]);
  await done(['train', 'series', '--dataset', dataset, '--to', rfc3339(trainedMs), '--out', model]);
  const searched = ['--dataset', dataset, '--from', rfc3339(trainedMs)];
  const { document } = await done(['detect', 'series', ...searched, '--model', model, '--out', out]);
  const isOfOutage = (alarm: Record<'startMs' | 'endMs', number>) =>
    alarm.endMs > outage.startMs && alarm.startMs < outage.startMs + dayMs;
  const alarms = document.alarms.filter(isOfOutage);
  expect(alarms).toHaveLength(expected);
});

test('a shop is searched by topic, in a dataset and on an embedded broker', async () => {
  const [model, out, broker] = [newDirectory('model'), newDirectory('found'), newDirectory('broker')];
  const { document } = await done(['train', 'series', '--dataset', 'datasets/sample', '--out', model]);
  expect(document.parameters.channels).toContainEqual({ id: 'cart-events', periodMs: 15 * 60_000 });
  const windowsOfTwoDays = 2 * 24 * 4;
  expect(document.training.units + document.leftOut).toBe(windowsOfTwoDays * document.parameters.channels.length);
  await done(['detect', 'series', '--dataset', 'datasets/sample', '--model', model, '--out', out]);
  const scores = readFileSync(join(out, 'scores.csv'), 'utf8');
  expect(scores).toContain('2026-03-02T12:00:00.000Z,2026-03-02T12:15:00.000Z,');
  expect(scores).toContain(',series,channel,warehouse-events,series\n');

  await done(['simulate', 'sample', '--broker', `embedded:${broker}`]);
  const line = ['detect', 'series', '--model', model, '--broker', `embedded:${broker}`];
  const { document: found, stderr } = await done(line);
  expect(found.broker).toBe(`embedded:${broker}`);
  expect(found.alarms.every((alarm: { entity: { type: string } }) => alarm.entity.type === 'channel')).toBe(true);
  expect(stderr).not.toContain('scored nothing');
});

test('evaluate series asks for detections', async () => {
  const { exitCode, stderr } = await runCommand(['evaluate', 'series', '--seeds', '1']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr:
      'error: Cannot evaluate series over seeds: the shop has no such anomaly, expected --dataset DIR --detections FILE\n',
  });
});

test('detect series without a model names the verb that makes one', async () => {
  const { exitCode, stderr } = await runCommand(['detect', 'series', '--dataset', 'datasets/sample']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr:
      'error: Cannot detect series: there is no model in models/series, and none comes with cqshop, expected --model DIR, which `cqshop train series` wrote\n',
  });
});

test('train series names both verbs that make a dataset where there is none', async () => {
  const { exitCode, stderr } = await runCommand([
    'train',
    'series',
    '--dataset',
    'nope',
    '--out',
    newDirectory('model'),
  ]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr:
      'error: Cannot open dataset nope: there is no such directory, expected one that `cqshop collect` finished, or `cqshop import` for series\n',
  });
});

test('names a dataset or a model of about the same name where there is none', async () => {
  const line = ['detect', 'series', '--dataset', 'datasets/sample', '--model'];
  expect((await runCommand(['train', 'series', '--dataset', 'datasets/sampel'])).stderr).toMatch(
    /there is no such directory, expected .*; did you mean datasets\/sample\?\n$/,
  );
  expect((await runCommand([...line, 'price-errors'])).stderr).toMatch(
    /there is no such directory, expected .*; did you mean models\/price-error\?\n$/,
  );
});

test('train series says that it replaced a model', async () => {
  const line = ['train', 'series', '--dataset', 'datasets/sample', '--out', newDirectory('model'), '--overwrite'];
  expect((await done(line)).stderr).toBe('');
  expect((await done(line)).stderr).toMatch(/^replaced the model that was in .*model\n$/);
});

test('train refuses a time zone for a detector that has no local calendar', async () => {
  const line = ['train', 'price-error', '--dataset', 'datasets/sample', '--timezone', 'Europe/Berlin'];
  const { exitCode, stderr } = await runCommand(line);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: 'error: Cannot take --timezone: only series have a local calendar, expected it with cqshop train series\n',
  });
});

test('train series refuses what it would ignore', async () => {
  const line = ['train', 'series', '--dataset', 'datasets/sample', '--out', newDirectory('model')];
  const validated = await runCommand([...line, '--validation', 'datasets/sample']);
  expect(validated.exitCode).toBe(2);
  expect(validated.stderr).toContain('expected none: thresholds are calibrated on the stream itself');
  const zoned = await runCommand([...line, '--timezone', 'Berlin']);
  expect(zoned.stderr).toContain('Cannot take --timezone "Berlin": it is unknown, expected an IANA name');
});

import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import { runCommand } from '../../support/fake-host.ts';
import { type Disturbance, foreignTimes, writeForeignDataset } from '../../support/foreign-traffic.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const startMs = Date.UTC(2026, 2, 2);
const testMs = startMs + 21 * dayMs;
const burst: Disturbance = {
  startMs: testMs + 3 * dayMs + 14 * hourMs,
  endMs: testMs + 3 * dayMs + 15.5 * hourMs,
  factor: 8,
};
const silence: Disturbance = {
  startMs: testMs + 6 * dayMs + 13 * hourMs,
  endMs: testMs + 6 * dayMs + 16 * hourMs,
  factor: 1e-9,
};
const sample = 'datasets/sample';

const clicks = (seed: number, from: number, days: number, disturbances: readonly Disturbance[] = []) =>
  foreignTimes({ seed, startMs: from, days, perHour: 80, disturbances });
const payments = (seed: number, from: number, days: number, disturbances: readonly Disturbance[] = []) =>
  foreignTimes({ seed, startMs: from, days, perHour: 40, disturbances });

const gapNote =
  'no message from 0001-01-01 00:00 to 1970-01-01 00:00, and 2 more silences of over 22 days: each starts a new session';

type AlarmRow = {
  readonly start: string;
  readonly end: string;
  readonly entity_type: string;
  readonly entity_id: string;
};

const dir = temporaryDirectory(afterAll);
const model = join(dir, 'model');
const own = { train: '', test: '', renamed: '', other: '', astrayTrain: '', astrayTest: '' };
/** As a wrong unit, an empty date or a placeholder gives. */
const astray = (times: readonly number[]) => [
  Date.parse('0001-01-01T00:00:00Z'),
  0,
  ...times,
  Date.parse('2099-12-31T00:00:00Z'),
];

async function detect(dataset: string, ...words: readonly string[]) {
  const out = mkdtempSync(join(dir, 'found-'));
  const run = await runCommand(['detect', 'traffic-intensity', '--dataset', dataset, '--out', out, ...words]);
  const alarms = (): AlarmRow[] => parse(readFileSync(join(out, 'detections.csv')), { columns: true });
  return { ...run, alarms };
}

describe('topics that cqshop did not write', () => {
  let told = '';
  let asIs: Awaited<ReturnType<typeof detect>>;
  beforeAll(async () => {
    own.train = await writeForeignDataset(join(dir, 'train'), {
      clicks: clicks(1, startMs, 21),
      payments: payments(2, startMs, 21),
    });
    own.test = await writeForeignDataset(join(dir, 'test'), {
      clicks: clicks(3, testMs, 8, [burst]),
      payments: payments(4, testMs, 8, [silence]),
    });
    own.renamed = await writeForeignDataset(join(dir, 'renamed'), {
      'clicks-v2': clicks(3, testMs, 8, [burst]),
      payments: payments(4, testMs, 8, [silence]),
    });
    own.astrayTrain = await writeForeignDataset(join(dir, 'astray-train'), {
      clicks: astray(clicks(1, startMs, 21)),
      payments: payments(2, startMs, 21),
    });
    own.astrayTest = await writeForeignDataset(join(dir, 'astray-test'), {
      clicks: astray(clicks(3, testMs, 8, [burst])),
      payments: payments(4, testMs, 8, [silence]),
    });
    own.other = await writeForeignDataset(join(dir, 'other'), { logins: clicks(5, testMs, 2) });
    const trained = await runCommand(['train', 'traffic-intensity', '--dataset', own.train, '--out', model]);
    expect(trained).toMatchObject({ exitCode: 0, stderr: '' });
    told = trained.stdout;
    asIs = await detect(own.test, '--model', model);
  });

  test('are counted one by one by a model that names them and says how its threshold was found', () => {
    expect(JSON.parse(readFileSync(join(model, 'model.json'), 'utf8'))).toMatchObject({
      features: { set: 'traffic-types-by-topic', names: ['clicks', 'payments'], windowMinutes: 15 },
      threshold: { method: 'tail-fit' },
    });
    expect(told).toContain('counts clicks, payments\n');
    expect(told).toContain('all data were taken as clean');
    expect(told).toMatch(/trained on [\d,]+ units of 21 days\n/);
    expect(told).toMatch(/on held-out days: [\d.]+ % of the windows are outliers\n/);
    expect(told).toMatch(/threshold .* \(tail-fit\).*\n {2}no clean days were used, so/);
  });

  test('show a burst of all, and the silence of one while the others go on; nothing on clean days', () => {
    const { exitCode, stderr, stdout, alarms } = asIs;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const found = alarms();
    expect(found.map(({ entity_type, entity_id }) => `${entity_type} ${entity_id}`)).toEqual([
      'service all topics',
      'service all topics',
    ]);
    expect(stdout).toMatch(/ {2}all topics {2}/);
    expect(stdout).not.toContain('service all topics');
    for (const [index, { startMs: from, endMs: to }] of [burst, silence].entries()) {
      expect(Date.parse(found[index]?.start ?? '')).toBeGreaterThanOrEqual(from);
      expect(Date.parse(found[index]?.start ?? '')).toBeLessThan(to);
    }
    expect(stdout).toMatch(/high: [\d,]+ clicks in .*, [\d.]+ expected/);
    expect(stdout).toMatch(/low: [\d,]+ payments in .*, [\d.]+ expected/);
  });

  test('under another name are refused by both names, and counted if one says as what', async () => {
    expect(await detect(own.other, '--model', model)).toMatchObject({
      exitCode: 2,
      stderr: `error: Cannot use model ${model} on ${own.other}: it counts clicks, payments, the data hold logins, expected a topic of the model, or --count-as logins=clicks\n`,
    });
    const half = await detect(own.renamed, '--model', model);
    expect(half.stderr).toContain(`${own.renamed} lacks clicks, which ${model} counts: counted as silence`);
    expect(half.stderr).toContain(`clicks-v2 of ${own.renamed} is not counted by ${model}`);
    const counted = await detect(own.renamed, '--model', model, '--count-as', 'clicks-v2=clicks');
    expect(counted).toMatchObject({ exitCode: 0, stderr: '' });
    expect(counted.alarms()).toEqual(asIs.alarms());
    expect(await detect(own.renamed, '--model', model, '--count-as', 'clicks-v2=click')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('has no such topic, expected clicks or payments; did you mean clicks?'),
    });
    expect(await detect(sample, '--count-as', 'a=cart-events')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('it was trained on a shop'),
    });
  });

  test('hold messages decades off, which neither hang nor change what is learnt and found', async () => {
    const out = join(dir, 'astray-model');
    const trained = await runCommand(['train', 'traffic-intensity', '--dataset', own.astrayTrain, '--out', out]);
    expect(trained).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(gapNote) });
    const description = (of: string) => {
      const { training, ...rest } = JSON.parse(readFileSync(join(of, 'model.json'), 'utf8'));
      return { ...rest, days: training.days, units: training.units };
    };
    expect(description(out)).toEqual(description(model));
    const found = await detect(own.astrayTest, '--model', model);
    expect(found).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(gapNote) });
    const alarms = asIs.alarms();
    expect(found.alarms().slice(0, alarms.length)).toEqual(alarms);
    const more = found.alarms().slice(alarms.length);
    // As far as the data tell, nothing came after the last day: not told for longer than a detector remembers.
    expect(more.length).toBeGreaterThan(0);
    for (const { start, end } of more) {
      expect(Date.parse(start)).toBeGreaterThanOrEqual(testMs + 8 * dayMs - hourMs);
      expect(Date.parse(end)).toBeLessThanOrEqual(testMs + (8 + 22) * dayMs);
    }
  });

  test('are refused by models and detectors of the shop, and the shop by theirs', async () => {
    expect(await detect(own.test)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /it counts user-management-events, .* the data hold clicks, payments, expected data of cqshop, or a model that `cqshop train traffic-intensity` makes/,
      ),
    });
    expect(await detect(sample, '--model', model)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('it counts clicks, payments, the data hold application-command-topic'),
    });
    const words = ['train', 'price-error', '--dataset', own.train, '--out', join(dir, 'none')];
    expect(await runCommand(words)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the data hold clicks, payments, expected data of cqshop; traffic-intensity and'),
    });
    const validated = ['--dataset', own.train, '--validation', own.other, '--out', model, '--overwrite'];
    expect(await runCommand(['train', 'traffic-intensity', ...validated])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('the data hold logins'),
    });
  });

  test('are named when they are collected, not when their dataset is searched', async () => {
    expect(await detect(sample, '--topics', 'clicks')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Cannot take --topics: no Kafka broker is named'),
    });
  });

  test('datasets with other topics are not trained on together', async () => {
    const out = temporaryDirectory();
    for (const other of [own.renamed, sample]) {
      const words = ['--dataset', own.train, '--dataset', other, '--out', out];
      const { exitCode, stderr } = await runCommand(['train', 'traffic-intensity', ...words]);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: expect.stringContaining(`was not collected into ${own.train}, expected datasets with the same topics`),
      });
    }
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const sample = ['--dataset', 'datasets/sample'];
const range = ['--from', '2026-03-02 12:00', '--to', '2026-03-03'];

async function trained(more: readonly string[]) {
  const out = join(temporaryDirectory(), 'model');
  const line = ['train', 'stock-exhaustion', '--detector', 'rule', ...sample, '--out', out, '--json', ...more];
  const { exitCode, stderr } = await runCommand(line);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return { model: JSON.parse(readFileSync(join(out, 'model.json'), 'utf8')), out, stderr };
}

test('train and detect read the range only', async () => {
  const whole = await trained([]);
  const { model, out } = await trained(range);
  expect(model.training.days).toBe(0.5);
  expect(model.training.units).toBeLessThan(whole.model.training.units / 2);
  const found = join(temporaryDirectory(), 'found');
  const line = ['detect', 'stock-exhaustion', ...sample, '--model', out, '--out', found, ...range];
  expect((await runCommand(line)).exitCode).toBe(0);
  const starts = readFileSync(join(found, 'scores.csv'), 'utf8').trimEnd().split('\n').slice(1);
  expect(starts.length).toBeGreaterThan(10);
  expect(starts.every(row => row >= '2026-03-02T12:00' && row < '2026-03-03')).toBe(true);
});

test('train leaves out the intervals of --exclude', async () => {
  const file = join(temporaryDirectory(), 'bad.csv');
  writeFileSync(file, 'start,end\n2026-03-02T06:00:00Z,2026-03-04T00:00:00Z\n');
  const { model, stderr } = await trained(['--exclude', file]);
  expect(stderr).toContain(`1 of 1 interval of ${file} lie in datasets/sample and are left out`);
  const labels = await trained(['--exclude', 'datasets/sample/labels.jsonl']);
  // The tail of the scores is fitted to the clean units that are left.
  expect(model.threshold).not.toEqual(labels.model.threshold);
  writeFileSync(file, 'start,end\n2.3.2026 06:00,4.3.2026 00:00\n');
  expect((await trained(['--exclude', file, '--date-order', 'dmy'])).model.threshold).toEqual(model.threshold);
});

test('train warns where no interval lies in the dataset', async () => {
  const file = join(temporaryDirectory(), 'bad.csv');
  writeFileSync(file, '2020-01-01,2020-01-02\n');
  expect((await trained(['--exclude', file])).stderr).toContain('warning: 0 of 1 interval');
});

test('evaluate --dataset counts labels and detections of the range only', async () => {
  const dir = temporaryDirectory();
  const detections = join(dir, 'detections.csv');
  const rows = ['2026-03-02T13:00:00Z,2026-03-02T13:30:00Z', '2026-03-03T13:00:00Z,2026-03-03T13:30:00Z'];
  const lines = rows.map(row => `${row},stock-exhaustion,user,u-none`);
  writeFileSync(detections, `start,end,anomaly,entity_type,entity_id\n${lines.join('\n')}\n`);
  const line = ['evaluate', 'stock-exhaustion', ...sample, '--detections', detections, '--json', '--quiet'];
  const rowOf = async (more: readonly string[]) => JSON.parse((await runCommand([...line, ...more])).stdout).rows[0];
  expect((await rowOf([])).alarms).toBe(2);
  expect((await rowOf(range)).alarms).toBe(1);
});

test('audit takes a range, and a range of seeds is refused', async () => {
  const { stdout } = await runCommand(['audit', 'datasets/sample', ...range, '--json']);
  expect(JSON.parse(stdout).findings.length).toBeGreaterThan(5);
  const { exitCode, stderr } = await runCommand(['evaluate', '--from', '2026-03-02']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Cannot take --from: there is no dataset, expected it with --dataset DIR');
  expect((await runCommand(['audit', 'datasets/sample', '--from', 'soon'])).stderr).toContain('it is not a time');
  // Not the year 1976.
  expect((await runCommand(['audit', 'datasets/sample', '--from', '202603021430'])).stderr).toContain(
    'it is not a time',
  );
});

test('a range that holds nothing is shown with both its ends', async () => {
  const out = join(temporaryDirectory(), 'out');
  const line = ['detect', 'stock-exhaustion', ...sample, '--out', out, '--from', '2026-03-05'];
  const { exitCode, stderr } = await runCommand(line);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('from 2026-03-05T00:00:00.000Z to 2026-03-04T00:00:00.000Z: it has nothing there');
});

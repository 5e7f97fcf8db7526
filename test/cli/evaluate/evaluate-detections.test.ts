import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { detectionColumns, scoreColumns } from '../../../src/lab/detectors/write-detections.ts';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const dataset = 'datasets/sample';

/** The sample holds one label of stock-exhaustion and one of price-error. */
function detectionsOf(...anomalies: readonly string[]): string {
  const path = join(temporaryDirectory(), 'detections.csv');
  const rows = anomalies.map(
    anomaly => `2026-03-03T09:00:00Z,2026-03-03T09:30:00Z,2026-03-03T09:30:00Z,1,0.5,${anomaly},user,u-1,mine,1,why`,
  );
  writeFileSync(path, `${[detectionColumns.join(), ...rows].join('\n')}\n`);
  return path;
}

async function evaluated(detections: string, ...more: readonly string[]) {
  const argv = ['evaluate', ...more, '--dataset', dataset, '--detections', detections];
  const { stdout, exitCode } = await runCommand(argv);
  const json = JSON.parse((await runCommand([...argv, '--json'])).stdout);
  const rows: readonly { readonly anomaly: string; readonly detector: string; readonly role: string }[] = json.rows;
  const theirs = rows.filter(({ role }) => role === 'external');
  return {
    exitCode,
    stdout,
    rows: [...new Set(theirs.map(row => `${row.anomaly} ${row.detector}`))],
    ours: [...new Set(rows.map(({ role }) => role).filter(role => role !== 'external'))],
    notSearched: json.notSearched,
  };
}

describe('cqshop evaluate --dataset --detections', () => {
  test('gives rows to what was searched only, beside baselines and controls, and names what was not', async () => {
    const { exitCode, stdout, rows, ours, notSearched } = await evaluated(detectionsOf('stock-exhaustion'));
    expect({ exitCode, rows, notSearched }).toEqual({
      exitCode: 0,
      rows: ['stock-exhaustion mine'],
      notSearched: ['price-error'],
    });
    expect(stdout).toMatch(/^Not searched, as the files have no row of it: price-error \(1 label\)\./m);
    expect(ours.sort()).toEqual(['baseline', 'control']);
    for (const id of ['mine', 'stump', 'rule', 'random', 'null', 'perfect']) {
      expect(stdout).toMatch(new RegExp(`^${id} `, 'm'));
    }
    expect(stdout).not.toMatch(/^cart /m);
    expect(stdout).toMatch(
      /^Baselines and controls are those of .*stock-exhaustion, with the thresholds stored there/m,
    );
  });

  test('shows no detector twice', async () => {
    const path = detectionsOf('stock-exhaustion');
    writeFileSync(path, readFileSync(path, 'utf8').replace(',mine,', ',stump,'));
    expect((await evaluated(path)).stdout.match(/^stump /gm)).toHaveLength(1);
  });

  test('reads times without a zone with --timezone only', async () => {
    const path = join(temporaryDirectory(), 'detections.csv');
    writeFileSync(
      path,
      'start,end,anomaly,entity_type,entity_id\n2026-03-03 01:00,2026-03-03 01:30,stock-exhaustion,user,u-1\n',
    );
    const argv = ['evaluate', '--dataset', dataset, '--detections', path];
    const problem = 'line 2: start "2026-03-03 01:00" has no zone, expected --timezone ZONE';
    expect((await runCommand(argv)).stderr).toContain(problem);
    expect((await runCommand([...argv, '--timezone', 'Mars'])).stderr).toContain('Cannot take --timezone "Mars"');
    // 16:00 of the day before in UTC; then 07:00 of the day after the dataset's end.
    expect((await runCommand([...argv, '--timezone', 'Asia/Tokyo'])).stderr).not.toContain('outside');
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('03-03 01', '03-03 23'));
    expect((await runCommand([...argv, '--timezone', 'America/Los_Angeles'])).stderr).toContain(
      '2026-03-04 07:00 to 2026-03-04 07:30',
    );
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('2026-03-03', '4.3.2026'));
    const inOrder = [...argv, '--timezone', 'America/Los_Angeles', '--date-order', 'dmy'];
    expect((await runCommand(inOrder)).stderr).toContain('2026-03-05 07:00 to 2026-03-05 07:30');
  });

  test('names entities that the dataset does not have, in detections and scores', async () => {
    const dir = temporaryDirectory();
    const [detections, scores] = [join(dir, 'detections.csv'), join(dir, 'scores.csv')];
    const window = '2026-03-03T09:00:00Z,2026-03-03T09:30:00Z';
    const users = Array.from({ length: 7 }, (_, index) => `${window},stock-exhaustion,user,nobody-${index}`);
    writeFileSync(detections, ['start,end,anomaly,entity_type,entity_id', ...users].join('\n'));
    const products = ['p-none', 'p-0001'].map(id => `${window},1,price-error,product,${id},mine`);
    writeFileSync(scores, `${[scoreColumns.join(), ...products].join('\n')}\n`);
    const argv = ['evaluate', '--dataset', dataset, '--detections', detections, '--scores', scores];
    const { stderr } = await runCommand(argv);
    expect(stderr).toBe(
      [
        `warning: ${dataset} does not have 7 users that the files name: nobody-0, nobody-1, nobody-2, nobody-3, nobody-4 and 2 more\n`,
        `warning: ${dataset} does not have 1 product that the files name: p-none\n`,
      ].join(''),
    );
  });

  test('counts the labels of a named anomaly as missed, alarms or not', async () => {
    const { stdout, rows, notSearched } = await evaluated(detectionsOf('stock-exhaustion'), 'price-error');
    expect({ rows, notSearched }).toEqual({ rows: ['price-error none'], notSearched: [] });
    expect(stdout).toContain('0/1');
    expect(stdout).toContain('price-error: no alarm, 1 of 1 label missed: lost-decimal blatant.');
  });

  test('counts every label as missed where nothing was found, and says that it cannot know what was searched', async () => {
    const { stdout, rows, notSearched } = await evaluated(detectionsOf());
    expect({ rows, notSearched }).toEqual({ rows: ['price-error none', 'stock-exhaustion none'], notSearched: [] });
    expect(stdout).toMatch(/^\(no alarms\) +- +0\/1 /m);
    expect(stdout).not.toMatch(/beats none/);
    expect(stdout).toContain('they do not state which anomaly was searched');
  });

  test('warns if scores and detections name different detectors', async () => {
    const scores = join(temporaryDirectory(), 'scores.csv');
    const row = '2026-03-03T00:00:00Z,2026-03-03T01:00:00Z,0.5,stock-exhaustion,product,p-0001';
    const stderrFor = async (detectors: readonly string[]) => {
      writeFileSync(scores, `${[scoreColumns.join(), ...detectors.map(name => `${row},${name}`)].join('\n')}\n`);
      const argv = ['evaluate', '--dataset', dataset, '--detections', detectionsOf('stock-exhaustion')];
      return (await runCommand([...argv, '--scores', scores])).stderr;
    };
    const different = 'stock-exhaustion: the detectors of its scores are other, those of its detections mine, so each';
    expect(await stderrFor(['other'])).toContain(different);
    expect(await stderrFor(['other', 'mine'])).not.toContain('the detectors of its scores');
  });

  test('refuses detections where scores are asked for, also without a row', async () => {
    const detections = detectionsOf();
    const argv = ['evaluate', '--dataset', dataset, '--detections', detections, '--scores', detections];
    const { exitCode, stderr } = await runCommand(argv);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error: Cannot read ${detections}: column detected_at belongs to detections, expected a scores.csv with ${scoreColumns.join()}\n`,
    });
  });

  test('warns of detections that lie outside the time span of the dataset, or reach far beyond it', async () => {
    const path = join(temporaryDirectory(), 'detections.csv');
    const at = (day: string) =>
      `${day}T09:00:00Z,${day}T09:30:00Z,${day}T09:30:00Z,1,0.5,stock-exhaustion,user,u-1,mine,1,why`;
    const argv = ['evaluate', '--dataset', dataset, '--detections', path];
    writeFileSync(path, `${[detectionColumns.join(), at('2026-03-03'), at('2025-03-03')].join('\n')}\n`);
    expect((await runCommand(argv)).stderr).toContain(
      `warning: 1 of 2 detections is outside the time span of ${dataset}, 2026-03-02 00:00 to 2026-03-04 00:00: 2025-03-03 09:00 to 2025-03-03 09:30\n`,
    );
    writeFileSync(path, `${[detectionColumns.join(), at('2026-03-03')].join('\n')}\n`);
    expect((await runCommand(argv)).stderr).not.toContain('time span');
    // A year that is mistyped.
    const long = at('2026-03-03').replace('2026-03-03T09:30', '2062-03-03T09:30');
    writeFileSync(path, `${[detectionColumns.join(), long].join('\n')}\n`);
    expect((await runCommand(argv)).stderr).toContain(
      `warning: 1 of 1 detection reaches more than a day beyond the time span of ${dataset}, 2026-03-02 00:00 to 2026-03-04 00:00: 2026-03-03 09:00 to 2062-03-03 09:30\n`,
    );
  });

  test('tells of positive units that have no score', async () => {
    const scores = join(temporaryDirectory(), 'scores.csv');
    const row = '2026-03-03T09:00:00Z,2026-03-03T09:30:00Z,1,stock-exhaustion,user,u-1,mine';
    writeFileSync(scores, `${scoreColumns.join()}\n${row}\n`);
    const { stdout, rows } = await evaluated(detectionsOf('stock-exhaustion'), '--scores', scores);
    expect(rows).toEqual(['stock-exhaustion mine']);
    expect(stdout).toContain('stock-exhaustion, mine: 11 positive units without a score, ranked last.');
  });

  test('warns of windows of one entity that overlap, whose moments count several times', async () => {
    const path = join(temporaryDirectory(), 'scores.csv');
    const row = (start: string, end: string, subject: string) =>
      `2026-03-03T${start}:00Z,2026-03-03T${end}:00Z,1,${subject},mine`;
    const warnings = async (...rows: readonly string[]) => {
      writeFileSync(path, `${[scoreColumns.join(), ...rows].join('\n')}\n`);
      const argv = ['evaluate', '--dataset', dataset, '--detections', detectionsOf(), '--scores', path];
      const { stderr } = await runCommand(argv);
      return stderr.split('\n').filter(line => line.includes('begin before'));
    };
    const [one, other] = ['stock-exhaustion,user,u-1', 'stock-exhaustion,user,u-2'];
    const [shop, service] = ['traffic-intensity,shop,shop', 'traffic-intensity,service,cart'];
    const apart = [row('09:00', '09:30', one), row('09:10', '09:40', other), row('09:29', '09:59', one)];
    expect(await warnings(...apart, row('09:00', '09:30', shop), row('09:00', '09:30', service))).toEqual([]);
    expect(await warnings(...apart, row('09:20', '09:50', one), row('09:00', '10:00', one))).toEqual([
      `warning: 3 of 5 windows of mine in ${path} (stock-exhaustion) begin before an earlier one of the same entity ends: what lies in both counts twice in average precision and ROC area. Expected windows that do not overlap`,
    ]);
    expect(await warnings(row('09:00', '09:30', shop), row('09:05', '09:35', service))).toHaveLength(1);
  });
});

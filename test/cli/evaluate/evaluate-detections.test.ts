import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { detectionColumns, scoreColumns } from '../../../src/lab/detectors/detections-file.ts';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const dataset = fileURLToPath(new URL('../../../datasets/sample', import.meta.url));

/** The sample holds one label of stock-exhaustion and one of price-error. */
function detectionsOf(...anomalies: readonly string[]): string {
  const path = join(temporaryDirectory(), 'detections.csv');
  const rows = anomalies.map(
    anomaly => `2026-03-03T09:00:00Z,2026-03-03T09:30:00Z,2026-03-03T09:30:00Z,1,0.5,${anomaly},user,u-1,mine,why`,
  );
  writeFileSync(path, `${[detectionColumns.join(), ...rows].join('\n')}\n`);
  return path;
}

async function evaluated(detections: string, ...more: readonly string[]) {
  const argv = ['evaluate', ...more, '--dataset', dataset, '--detections', detections];
  const { stdout, exitCode } = await runCommand(argv);
  const json = JSON.parse((await runCommand([...argv, '--json'])).stdout);
  const rows: readonly { readonly anomaly: string; readonly detector: string }[] = json.rows;
  return {
    exitCode,
    stdout,
    rows: [...new Set(rows.map(row => `${row.anomaly} ${row.detector}`))],
    notSearched: json.notSearched,
  };
}

describe('cqshop evaluate --dataset --detections', () => {
  test('gives rows to what was searched only, and names what was not', async () => {
    const { exitCode, stdout, rows, notSearched } = await evaluated(detectionsOf('stock-exhaustion'));
    expect({ exitCode, rows, notSearched }).toEqual({
      exitCode: 0,
      rows: ['stock-exhaustion mine'],
      notSearched: ['price-error'],
    });
    expect(stdout).toMatch(/^Not searched, as the files have no row of it: price-error \(1 label\)\./m);
  });

  test('scores a file that holds the mandatory columns only', async () => {
    const path = join(temporaryDirectory(), 'detections.csv');
    const row = '2026-03-03T09:00:00Z,2026-03-03T09:30:00Z,stock-exhaustion,user,u-1';
    writeFileSync(path, `start,end,anomaly,entity_type,entity_id\n${row}\n`);
    const { exitCode, rows } = await evaluated(path);
    expect({ exitCode, rows }).toEqual({ exitCode: 0, rows: ['stock-exhaustion external'] });
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
    expect(stdout).toMatch(/^\(no alarms\) {2}- +0\/1 /m);
    expect(stdout).toContain('they do not state which anomaly was searched');
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

  test('warns of detections that lie outside the time span of the dataset', async () => {
    const path = join(temporaryDirectory(), 'detections.csv');
    const at = (day: string) =>
      `${day}T09:00:00Z,${day}T09:30:00Z,${day}T09:30:00Z,1,0.5,stock-exhaustion,user,u-1,mine,why`;
    const argv = ['evaluate', '--dataset', dataset, '--detections', path];
    writeFileSync(path, `${[detectionColumns.join(), at('2026-03-03'), at('2025-03-03')].join('\n')}\n`);
    expect((await runCommand(argv)).stderr).toContain(
      `warning: 1 of 2 detections is outside the time span of ${dataset}, 2026-03-02 00:00 to 2026-03-04 00:00\n`,
    );
    writeFileSync(path, `${[detectionColumns.join(), at('2026-03-03')].join('\n')}\n`);
    expect((await runCommand(argv)).stderr).not.toContain('outside');
  });

  test('tells of positive units that have no score', async () => {
    const scores = join(temporaryDirectory(), 'scores.csv');
    const row = '2026-03-03T09:00:00Z,2026-03-03T09:30:00Z,1,stock-exhaustion,user,u-1,mine';
    writeFileSync(scores, `${scoreColumns.join()}\n${row}\n`);
    const { stdout, rows } = await evaluated(detectionsOf('stock-exhaustion'), '--scores', scores);
    expect(rows).toEqual(['stock-exhaustion mine']);
    expect(stdout).toContain('stock-exhaustion, mine: 11 positive units without a score, ranked last.');
  });
});

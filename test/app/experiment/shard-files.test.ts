import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluationOf, joinScored, type ScoredSeeds } from '../../../src/app/experiment/evaluate-seeds.ts';
import { mergedShards, seedsOf } from '../../../src/app/experiment/shard-files.ts';
import { sweptPoints } from '../../../src/app/experiment/sweep.ts';
import { noScores } from '../../../src/lab/evaluation/run-outcome.ts';
import { scoredOn, whole, writtenShards } from '../../support/made-up-shards.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

describe('shards of an evaluation', () => {
  test('seedsOf: each seed is in one shard', () => {
    const shards = [1, 2, 3].map(index => seedsOf(whole, { index, of: 3 }));
    expect(shards).toEqual([
      [826101, 826104, 826107],
      [826102, 826105],
      [826103, 826106],
    ]);
  });

  test('give the figures of the evaluation in one piece, in any order', async () => {
    const inOne = await scoredOn(seedsOf(whole));
    const [a = '', b = '', c = ''] = await writtenShards(3);
    const merged = mergedShards([b, c, a]);
    expect(merged.whole).toEqual(whole);
    const evaluation = evaluationOf(inOne.scored);
    expect(evaluation.rows.length).toBeGreaterThan(4);
    expect(evaluation.leftOut.length).toBeGreaterThan(4);
    expect(evaluation.rows.filter(({ role }) => role === 'external').length).toBeGreaterThan(4);
    // The order of keys and of sums, too: results.json has the same bytes.
    expect(JSON.stringify(evaluationOf(merged.scored))).toBe(JSON.stringify(evaluation));
    const points = sweptPoints(inOne.swept, whole.anomalies, []);
    expect(points.length).toBeGreaterThan(6);
    expect(sweptPoints(merged.swept ?? [], whole.anomalies, [])).toEqual(points);
  });

  test('programs of others: in the order of one piece, and without a row where they failed in one shard or in a sweep', () => {
    const one = (anomaly: string, detector: string, seed: number): ScoredSeeds['external'][number] => ({
      ...{ seed, isClean: false },
      outcome: {
        ...{ run: `${anomaly}/${seed}`, anomaly, detector, role: 'external', days: 22, labels: [], rightAlarms: [] },
        ...{ falseAlarms: 0, nearMissAlarms: 0, scores: noScores },
      },
    });
    const seen = { variant: 'lost-decimal', intensity: 'subtle', isVisible: true, z: null } as const;
    const failed = { anomaly: 'price-error', name: 'weak', message: 'it ended with 7' };
    const joined = joinScored(
      [
        {
          runs: [],
          external: [one('price-error', 'mine', 2)],
          externalFailures: [failed, { ...failed, message: 'x' }],
        },
        {
          runs: [],
          external: [one('stock-exhaustion', 'mine', 1), one('price-error', 'mine', 1), one('price-error', 'weak', 1)],
          externalFailures: [],
        },
      ],
      whole.anomalies,
    );
    const own = joined.external.filter(({ outcome: { detector } }) => detector === 'mine');
    expect(own.map(({ outcome: { run } }) => run)).toEqual(['stock-exhaustion/1', 'price-error/1', 'price-error/2']);
    expect(joined.externalFailures).toEqual([failed]);
    const { rows } = evaluationOf(joined);
    expect(new Set(rows.map(({ detector }) => detector))).toEqual(new Set(['mine']));
    const outcome = (detector: string) => ({
      ...one('price-error', detector, 1).outcome,
      labels: [{ ...seen, id: 'lost-decimal-at-0.4', delayMinutes: 5 }],
    });
    const swept = [{ anomaly: 'price-error', seed: 1, outcomes: [outcome('mine'), outcome('weak')] }];
    expect(sweptPoints(swept, whole.anomalies, [failed])).toMatchObject([
      { variant: 'all', detector: 'mine', role: 'external', strength: 0.4, labels: 1, detected: 1 },
    ]);
  });

  test('that are missing, double, damaged or of another evaluation are named', async () => {
    const [a = '', b = '', c = ''] = await writtenShards(3);
    const changed = (dir: string, facts: object) => {
      const copy = join(temporaryDirectory(), 'changed');
      cpSync(dir, copy, { recursive: true });
      const path = join(copy, 'shard.json');
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...facts }));
      return copy;
    };
    expect(() => mergedShards([])).toThrow('Cannot merge shards: no directory is named, expected');
    expect(() => mergedShards([a])).toThrow('no directory holds shard 2/3, 3/3, expected all shards');
    expect(() => mergedShards([a, b, c, b])).toThrow(`${b} and ${b} are both shard 2/3, expected each once`);
    expect(() => mergedShards([a, '/nowhere'])).toThrow(
      'Cannot read shard /nowhere/shard.json: there is no such file, expected',
    );
    expect(() => mergedShards([a, b, changed(c, { made: 'other' })])).toThrow(
      `and ${a} were made by different models or different code, expected shards of one evaluation`,
    );
    expect(() => mergedShards([a, b, changed(c, { command: 'cqshop evaluate' })])).toThrow('are of different commands');
    expect(() => mergedShards([a, b, changed(c, { of: 4 })])).toThrow('are one of 4 and one of 3 shards');
    expect(() => mergedShards([changed(c, { version: '0.0.1' })])).toThrow('version 0.0.1 of cqshop wrote it');
    expect(() => mergedShards([a, b, changed(c, { outcomes: 'x' })])).toThrow(
      'outcomes.bin is not what shard.json says',
    );
  });
});

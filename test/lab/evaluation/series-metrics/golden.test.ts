import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { affiliation } from '../../../../src/lab/evaluation/series-metrics/affiliation.ts';
import { bestNabScore, nabScore } from '../../../../src/lab/evaluation/series-metrics/nab-score.ts';
import { rangeBased } from '../../../../src/lab/evaluation/series-metrics/range-based.ts';
import { segmentsOf } from '../../../../src/lab/evaluation/series-metrics/segments.ts';
import { volumesUnderSurfaces } from '../../../../src/lab/evaluation/series-metrics/vus.ts';
import golden from './golden.json' with { type: 'json' };

/** Values of the reference implementations; golden.json says which. */
const { score, label, vus } = golden.G2;
const anomalies = segmentsOf(label.length, index => label[index] === 1);
const predictions = segmentsOf(score.length, index => (score[index] ?? 0) > 0.95);

describe('on the example of 40 samples', () => {
  test.each(Object.entries(vus))('volumesUnderSurfaces with buffers up to %s', (buffer, { roc, pr }) => {
    const volumes = volumesUnderSurfaces(score, label, Number(buffer));
    expect(volumes.roc).toBeCloseTo(roc, 10);
    expect(volumes.pr).toBeCloseTo(pr, 10);
  });

  test('volumesUnderSurfaces knows no ROC curve where every sample is labelled', () => {
    expect(volumesUnderSurfaces([0.1, 0.2, 0.3], [1, 1, 1], 2)).toEqual({ roc: null, pr: 1 });
  });

  test('rangeBased', () => {
    expect(rangeBased(anomalies, predictions, 0).recall).toBeCloseTo(golden.G2.range_recall_alpha0, 10);
    const { recall, precision, f1 } = rangeBased(anomalies, predictions);
    expect(recall).toBeCloseTo(golden.G2['range_recall_alpha0.2'], 10);
    expect(precision).toBeCloseTo(golden.G2.range_precision, 10);
    expect(f1).toBeCloseTo((2 * 0.22 * (2 / 3)) / (0.22 + 2 / 3), 10);
  });

  test('affiliation', () => {
    const { precision, recall } = affiliation(anomalies, predictions, score.length);
    expect(precision).toBeCloseTo(golden.G2.affiliation.p, 10);
    expect(recall).toBeCloseTo(golden.G2.affiliation.r, 10);
  });

  test('bestNabScore, and nabScore at its threshold', () => {
    const files = [{ scores: score, windows: anomalies }];
    for (const [profile, expected] of [
      ['standard', 83.64465037],
      ['reward_low_FP_rate', 68.68690252],
      ['reward_low_FN_rate', 89.09643358],
    ] as const) {
      const best = bestNabScore(files, profile);
      expect(best?.score).toBeCloseTo(expected, 7);
      expect(nabScore(files, best?.threshold ?? 0, profile)).toBeCloseTo(expected, 7);
    }
  });
});

const nab = process.env.NAB_DIR ?? '../NAB';
/** The series are not in the repository: NAB_DIR is a checkout of https://github.com/numenta/NAB. */
if (!existsSync(nab))
  console.warn(`NOT TESTED on files of the NAB: there is no ${nab}; NAB_DIR names another checkout of it`);

type NabSeries = { readonly values: readonly number[]; readonly labels: readonly number[] };

function nabSeries(name: string): NabSeries {
  const lines = readFileSync(`${nab}/data/${name}`, 'utf8').trimEnd().split('\n').slice(1);
  const rows = lines.map(line => line.split(','));
  const windows: Record<string, string[][]> = JSON.parse(readFileSync(`${nab}/combined_windows.json`, 'utf8'));
  const isIn = (time = '') => {
    const ofFile = windows[name] ?? [];
    return ofFile.some(([start = '', end = '']) => `${time}.000000` >= start && `${time}.000000` <= end);
  };
  return { values: rows.map(([, value]) => Number(value)), labels: rows.map(([time]) => (isIn(time) ? 1 : 0)) };
}

/** The two-line detector of which the scores of the 18 files are known. */
function recordJump(values: readonly number[]): readonly number[] {
  let record = 0;
  return values.map((value, row) => {
    const step = Math.abs(value - (values[row - 1] ?? value));
    const score = step === 0 ? 0 : step / (step + record);
    record = Math.max(record, step);
    return score;
  });
}

describe.skipIf(!existsSync(nab))(`on files of the NAB in ${nab}`, () => {
  test('bestNabScore of record jump, over 18 files', () => {
    const folders = ['artificialNoAnomaly', 'artificialWithAnomaly', 'realKnownCause'];
    const names = folders.flatMap(folder => readdirSync(`${nab}/data/${folder}`).map(name => `${folder}/${name}`));
    expect(names).toHaveLength(18);
    const files = names.map(name => {
      const { values, labels } = nabSeries(name);
      return { scores: recordJump(values), windows: segmentsOf(labels.length, row => labels[row] === 1) };
    });
    expect(bestNabScore(files, 'standard')?.score).toBeCloseTo(21.4936, 4);
    expect(bestNabScore(files, 'reward_low_FP_rate')?.score).toBeCloseTo(18.6974, 4);
    expect(bestNabScore(files, 'reward_low_FN_rate')?.score).toBeCloseTo(23.6624, 4);
  });

  test.each(Object.entries(golden.files))('%s', (name, expected) => {
    const { values, labels } = nabSeries(name);
    const sorted = [...values].sort((a, b) => a - b);
    const middle = ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
    const scores = values.map(value => Math.abs(value - middle));
    const volumes = volumesUnderSurfaces(scores, labels, expected.L);
    expect(volumes.roc).toBeCloseTo(expected.vus_roc, 9);
    expect(volumes.pr).toBeCloseTo(expected.vus_pr, 9);
    const ranked = [...scores].sort((a, b) => a - b);
    const place = 0.95 * (ranked.length - 1);
    const [low = 0, high = 0] = [ranked[Math.floor(place)], ranked[Math.ceil(place)]];
    const threshold = low + (high - low) * (place % 1);
    const found = segmentsOf(scores.length, index => (scores[index] ?? 0) > threshold);
    const events = segmentsOf(labels.length, index => labels[index] === 1);
    const range = rangeBased(events, found);
    expect(range.recall).toBeCloseTo(expected['range_recall_a0.2'], 9);
    expect(range.precision).toBeCloseTo(expected.range_precision, 9);
    const near = affiliation(events, found, scores.length);
    expect(near.precision).toBeCloseTo(expected.affiliation_p, 9);
    expect(near.recall).toBeCloseTo(expected.affiliation_r, 9);
  });
});

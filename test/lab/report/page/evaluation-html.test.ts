import { describe, expect, test } from 'vitest';
import type { ResultRow } from '../../../../src/lab/evaluation/result-rows.ts';
import type { Results } from '../../../../src/lab/evaluation/results-file.ts';
import { comparisonHtml } from '../../../../src/lab/report/page/comparison-html.ts';
import { auditPart, benchmarkPart } from '../../../../src/lab/report/page/document-parts.ts';
import { evaluationHtml } from '../../../../src/lab/report/page/evaluation-html.ts';
import { sampleResults } from '../../../support/sample-results.ts';
import { wordsOf } from '../../../support/words-of.ts';

describe('evaluationHtml', () => {
  const page = evaluationHtml('twenty', sampleResults());
  const words = wordsOf(page);

  test('needs no network and no library for charts', () => {
    expect(page.replace('<link rel="icon" href="data:,">', '')).not.toMatch(/<(link|img)|\bsrc=|@import|url\(|https?:/);
    expect(page.length).toBeLessThan(300_000);
  });

  test('states what was found, with intervals, on the first screen and by variant', () => {
    expect(words).toContain('twenty, 20 runs of each scenario, seeds from 1, cqshop 0.1.0');
    expect(words).toContain('price-error 7 of 9 found cart found 7 of 9 anomalies');
    expect(words).toContain('cart 7/9 2.2 31 min 0.90 (0.85 to 0.95)');
    expect(words).toContain('lost-decimal subtle');
  });

  test('states the median delay of each kind of label, and none where none was found', () => {
    expect(words).toContain('fast-hoarder blatant 1 1.00 (0.95 to 1.00) after 31 min 1.00 (0.95 to 1.00) after 58 min');
    const results = sampleResults();
    const missed = { detected: 0, recall: 0, recallLow: 0, recallHigh: 0.3, delayMinutesMedian: null };
    const rows = results.rows.map(row =>
      row.detector === 'cart' && row.variant === 'fast-hoarder' && row.intensity === 'subtle'
        ? { ...row, ...missed }
        : row,
    );
    expect(wordsOf(evaluationHtml('twenty', { ...results, rows }))).toContain(
      'subtle 1 0.00 (0.00 to 0.30) 1.00 (0.95 to 1.00) after 58 min',
    );
  });

  test('draws recall by strength, and shows each run with its false alarms', () => {
    expect(page.match(/<figure class="sweep"/g)).toHaveLength(1);
    expect(page).toContain('text-anchor="middle">recall</text>');
    expect(page).toContain('title="cart in price-error/2: 1 of 3 found, 2 false alarms"');
  });

  test('shows false alarms of clean runs, and what left no trace', () => {
    expect(words).toContain(
      '20 runs with near misses and without an anomaly: every alarm is false. anomaly detector alarms for near misses in 22 days price-error cart learner 5 2 0.25',
    );
    expect(words).toContain('zero-price-subtle in price-error/7: nobody looked');
  });
});

describe('comparisonHtml', () => {
  const changed = (changes: Partial<ResultRow>): Results => ({
    ...sampleResults(),
    rows: sampleResults().rows.map(row =>
      row.detector === 'cart' && row.variant === 'all' ? { ...row, ...changes } : row,
    ),
  });
  const text = (changes: Partial<ResultRow>) =>
    wordsOf(comparisonHtml({ name: 'old', results: sampleResults() }, { name: 'new', results: changed(changes) }));

  test('marks what is beyond the intervals, and what is not', () => {
    expect(text({ averagePrecision: 0.99, averagePrecisionLow: 0.97, averagePrecisionHigh: 1 })).toContain(
      '0.90 → 0.99 ▲',
    );
    expect(text({ averagePrecision: 0.92, averagePrecisionLow: 0.87, averagePrecisionHigh: 0.96 })).toContain(
      '0.90 → 0.92 △',
    );
    expect(text({ averagePrecision: 0.2, averagePrecisionLow: 0.1, averagePrecisionHigh: 0.3 })).toContain(
      '0.90 → 0.20 ▼',
    );
    expect(text({ delayMinutesMedian: 60 })).toContain('31 → 60 ▽');
    expect(text({ falseAlarmsPerDay: 0 })).toMatch(/0\.10 → 0\.00 △/);
    expect(text({})).not.toMatch(/cart learner [^▲]*→[^▲]*▲/);
  });

  test('names what is in one of them only', () => {
    const before = { ...sampleResults(), rows: sampleResults().rows.filter(({ detector }) => detector !== 'stump') };
    expect(
      wordsOf(comparisonHtml({ name: 'old', results: before }, { name: 'new', results: sampleResults() })),
    ).toContain('new');
    expect(
      wordsOf(comparisonHtml({ name: 'old', results: sampleResults() }, { name: 'new', results: before })),
    ).toContain('Only in old: stump.');
  });

  test('names the anomalies that only the first result has', () => {
    const { rows, ...results } = sampleResults();
    const after = { ...results, rows: rows.filter(({ anomaly }) => anomaly !== 'stock-exhaustion') };
    const page = comparisonHtml({ name: 'old', results: { ...results, rows } }, { name: 'new', results: after });
    expect(wordsOf(page)).toContain('Only in old: stock-exhaustion.');
  });
});

test('auditPart shows what failed first', () => {
  const finding = { check: 'density', anomaly: null, sentence: '3 labels in 22 days' } as const;
  const { content } = auditPart({
    datasets: [{ dir: 'datasets/x' }],
    findings: [
      { ...finding, verdict: 'pass' },
      { ...finding, anomaly: 'price-error', verdict: 'fail' },
    ],
  });
  expect(wordsOf(content.text)).toContain(
    'Audit of datasets/x 2 checks: 1 failed, 0 undecided, 1 passed. verdict question about found ◇ fail density price-error 3 labels in 22 days ▲ pass',
  );
});

test('benchmarkPart ranks detectors by the first profile, and keeps apart what is published on other files', () => {
  const row = (detector: string, standard: number) => ({ detector, role: 'published', profiles: { standard } });
  const parts = {
    windows: 25,
    rows: [row('low', 10), row('high', 70.125)],
    publishedOnAllFiles: [row('other', 74.85)],
  };
  const words = wordsOf(benchmarkPart({ files: 18, ...parts }).content.text);
  expect(words).toMatch(/Numenta Anomaly Benchmark 18 files, 25 windows.* high published 70\.13 low published 10\.00/);
  expect(words).toMatch(
    /chosen with the labels\. Published, on all 58 files of the NAB, not on these 18 .*other published 74\.85/,
  );
});

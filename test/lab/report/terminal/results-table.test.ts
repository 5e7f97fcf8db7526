import picocolors from 'picocolors';
import { describe, expect, test } from 'vitest';
import { type Comparison, noDetector } from '../../../../src/lab/evaluation/result-rows.ts';
import { resultsTable } from '../../../../src/lab/report/terminal/results-table.ts';
import { resultRow } from '../../../support/result-row.ts';

const plain = picocolors.createColors(false);

const figures = { labels: 3, precision: 0.5, f1: 0.5, falseAlarmsPerDay: 0.25, delayMinutesMedian: 31 };
const rows = [
  resultRow({ detector: 'random', role: 'control', ...figures, detected: 3, recall: 1, averagePrecision: 0.99 }),
  resultRow({ detector: 'rule', role: 'baseline', ...figures, detected: 2, recall: 2 / 3, averagePrecision: 0.93 }),
  resultRow({ detector: 'idle', role: 'baseline', labels: 3, recall: 0, f1: 0, falseAlarmsPerDay: 0 }),
  resultRow({ ...figures, detected: 2, recall: 2 / 3, precision: 2 / 3, averagePrecision: 0.9 }),
  resultRow({ variant: 'fast', intensity: 'blatant', labels: 1, detected: 1 }),
  resultRow({ variant: 'slow', intensity: 'blatant', labels: 1, detected: 0 }),
  resultRow({ variant: 'slow', intensity: 'subtle', labels: 1, detected: 1 }),
];

describe('resultsTable', () => {
  test('puts the learner first and controls last, and marks the best of each column without them', () => {
    expect(resultsTable(rows, ['stock-exhaustion: rule beats cart.'], { colours: plain })).toBe(
      `
stock-exhaustion
detector  role      found  visible  blat  mod subt  prec.     F1  false/day  delay     AP
cart      learner    2/3         3  0.50    - 1.00  0.67*  0.50       0.25     31   0.90
rule      baseline   2/3         3     -    -    -  0.50   0.50       0.25     31   0.93*
idle      baseline   0/3         3     -    -    -     -   0.00       0.00      -      -
random    control    3/3         3     -    -    -  0.50   0.50       0.25     31   0.99

* best of its column among learner and baselines. visible: labels that could be seen at all. blat,
  mod, subt: recall of blatant, moderate and subtle labels. delay: median in minutes. AP: average
  precision of the scores.

Caveats:
  stock-exhaustion: rule beats cart.`.trimStart(),
    );
  });

  test('marks an external detector that is the best, too', () => {
    const external = resultRow({ ...figures, detector: 'mine', role: 'external', detected: 3, recall: 1 });
    const rule = resultRow({ ...figures, detector: 'rule', role: 'baseline', detected: 2, recall: 2 / 3 });
    const text = resultsTable([rule, external], [], { colours: plain });
    expect(text).toMatch(/^mine +external +3\/3\*/m);
    expect(text).toContain('* best of its column among baselines and external detectors.');
  });

  test('leaves out recall by intensity where no label states one', () => {
    const ofSeries = [
      resultRow({ ...figures, anomaly: 'series', detector: 'series', detected: 2, recall: 2 / 3 }),
      resultRow({ ...figures, anomaly: 'series', detector: 'series', variant: '', intensity: '', detected: 2 }),
    ];
    expect(resultsTable(ofSeries, [], { colours: plain })).toBe(
      `
series
detector  role     found  visible  prec.     F1  false/day  delay  AP
series    learner   2/3         3  0.50   0.50       0.25     31   -

visible: labels that could be seen at all. delay: median in minutes. AP: average precision of the
  scores.`.trimStart(),
    );
  });

  test('marks a lead over several runs only where its interval excludes 0', () => {
    const lead = { anomaly: 'stock-exhaustion', variant: 'all', intensity: 'all', detector: 'cart', against: 'rule' };
    const compared = (verdict: Comparison['verdict']): Comparison => ({
      ...{ ...lead, role: 'baseline', metric: 'precision', lead: 1 / 6, leadLow: 0, leadHigh: 0.3, verdict },
    });
    const table = (verdict: Comparison['verdict']) =>
      resultsTable(rows, [], { colours: plain, comparisons: [compared(verdict)] });
    expect(table('level')).not.toContain('0.67*');
    expect(table('ahead')).toContain('0.67*');
    expect(table('ahead')).toContain('outside the 95 % interval over runs');
    expect(table('open')).toContain('0.67*');
  });

  test('marks nothing where there is nothing to compare with, or where the best is nothing', () => {
    expect(resultsTable([resultRow({ ...figures, detected: 2, recall: 2 / 3 })], [], { colours: plain })).not.toContain(
      '*',
    );
    const nothing = { labels: 3, recall: 0, precision: 0, f1: 0, averagePrecision: 0 };
    const both = [resultRow(nothing), resultRow({ ...nothing, detector: 'rule', role: 'baseline' })];
    expect(resultsTable(both, [], { colours: plain })).not.toContain('*');
  });

  test('shows a row of nobody as that of no alarms', () => {
    const text = resultsTable([resultRow({ detector: noDetector, labels: 3 })], [], { colours: plain });
    expect(text).toMatch(/^\(no alarms\) {2}- +0\/3/m);
  });

  test('fits the width, by shortening detectors and wrapping notes', () => {
    const long = rows.map(row => ({ ...row, detector: `${row.detector}-with-a-name-that-nobody-would-want-to-read` }));
    const text = resultsTable(long, ['word '.repeat(60).trim()], { colours: plain, width: 92 });
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(92);
    expect(text).toContain('cart-with-…');
  });

  test('leaves out columns in a terminal that is too narrow, the role first, and names them', () => {
    for (const width of [60, 80]) {
      const text = resultsTable(rows, ['word '.repeat(60).trim()], { colours: plain, width });
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      expect(text).toContain('detector  found  visible  blat  mod subt');
    }
    expect(resultsTable(rows, [], { colours: plain, width: 80 })).toMatch(/Too narrow for\s+role/);
    const narrowest = resultsTable(rows, [], { colours: plain, width: 60 });
    expect(narrowest).toContain('blat, mod, subt: recall');
    expect(narrowest).not.toMatch(/(delay|AP):/);
  });

  test('colours change no text', () => {
    const coloured = resultsTable(rows, [], { colours: picocolors.createColors(true) });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(resultsTable(rows, [], { colours: plain }));
    expect(coloured).not.toBe(resultsTable(rows, [], { colours: plain }));
  });
});

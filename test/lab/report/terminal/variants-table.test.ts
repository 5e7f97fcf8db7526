import { expect, test } from 'vitest';
import { variantsTable } from '../../../../src/lab/report/terminal/variants-table.ts';
import { resultRow } from '../../../support/result-row.ts';

const lstm = { anomaly: 'workload-shape', detector: 'lstm' };
const ridge = { anomaly: 'workload-shape', detector: 'ridge', role: 'baseline' } as const;
const rows = [
  resultRow({ ...lstm, labels: 7, detected: 4 }),
  resultRow({ ...ridge, labels: 7, detected: 3, averagePrecision: 0.5 }),
  resultRow({ ...ridge, detector: 'worse', labels: 7, averagePrecision: 0.4 }),
  resultRow({ ...lstm, variant: 'outage', intensity: 'all', labels: 4, detected: 3, delayMinutesMedian: 50 }),
  resultRow({
    ...{
      ...lstm,
      variant: 'outage',
      intensity: 'blatant',
      labels: 2,
      detected: 2,
      recall: 1,
      delayMinutesMedian: 47.5,
    },
  }),
  resultRow({
    ...{ ...lstm, variant: 'outage', intensity: 'subtle', labels: 2, detected: 1, recall: 0.5, delayMinutesMedian: 60 },
  }),
  // A variant of one intensity has no row over several.
  resultRow({
    ...{ ...lstm, variant: 'surge', intensity: 'moderate', labels: 3, detected: 1, recall: 1 / 3 },
    delayMinutesMedian: 202,
  }),
  resultRow({ ...ridge, variant: 'surge', intensity: 'moderate', labels: 3, detected: 0, recall: 0 }),
];

test('variantsTable shows all labels of the only variant, not those of its first intensity', () => {
  const only = { ...lstm, variant: 'outage', intensity: 'blatant', labels: 2, detected: 2 };
  const table = variantsTable([
    resultRow({ ...lstm, labels: 6, detected: 3, delayMinutesMedian: 50 }),
    resultRow(only),
  ]);
  expect(table).toMatch(/^outage +lstm +3\/6 .* 50 /m);
});

test('variantsTable shows the delay of each variant, of the learner and the best baseline', () => {
  expect(variantsTable(rows, 80)).toBe(
    `
workload-shape  detector  found  blat  mod subt  delay  blat  mod subt
outage          lstm        3/4  1.00    - 0.50     50    48    -   60
surge           lstm        1/3     - 0.33    -    202     -  202    -
                ridge       0/3     - 0.00    -      -     -    -    -

found: labels of the variant that were found. delay: median in minutes over
  these labels, then over the blatant, moderate and subtle ones.`.trimStart(),
  );
});

import { cleanGroup } from '../../src/lab/evaluation/result-rows.ts';
import type { Results } from '../../src/lab/evaluation/results-file.ts';
import { resultRow } from './result-row.ts';
import { sampleReportData } from './sample-report-data.ts';

/** Made-up results of an evaluation of twenty seeds with a sweep of one anomaly; the same at every call. */
export function sampleResults(): Results {
  const rows = sampleReportData().rows.map(row => ({
    ...row,
    seeds: 20,
    ...around('averagePrecision', row.averagePrecision),
    ...around('recall', row.recall),
    ...around('precision', row.precision),
  }));
  const clean = { ...cleanGroup, seeds: 20, labels: 0, detected: 0, alarms: 5, nearMissAlarms: 2 };
  return {
    command: 'cqshop evaluate --seeds 20 --sweep',
    seed: 1,
    version: '0.1.0',
    rows: [
      ...rows,
      resultRow({ ...clean, anomaly: 'price-error', detector: 'cart', role: 'learner', falseAlarmsPerDay: 5 / 440 }),
    ],
    comparisons: [],
    sweep: (['cart', 'rule', 'stump'] as const).flatMap((detector, which) =>
      [0.5, 1, 2, 4].map((strength, index) => {
        const recall = Math.min(1, Math.max(0, 0.2 + 0.25 * index - 0.15 * which));
        return {
          ...{ anomaly: 'price-error', variant: 'all', detector },
          role: which === 0 ? ('learner' as const) : ('baseline' as const),
          ...{ strength, labels: 40, detected: Math.round(40 * recall), recall },
          ...{ recallLow: Math.max(0, recall - 0.1), recallHigh: Math.min(1, recall + 0.1) },
          delayMinutesMedian: recall === 0 ? null : 90 - 15 * index,
        };
      }),
    ),
    runs: ['cart', 'rule'].flatMap((detector, which) =>
      Array.from({ length: 20 }, (_, index) => ({
        ...{ anomaly: 'price-error', detector, role: which === 0 ? ('learner' as const) : ('baseline' as const) },
        ...{ run: `price-error/${index + 1}`, labels: 3, detected: which === 1 ? index % 3 : index === 1 ? 1 : 3 },
        falseAlarms: index === 1 ? 2 : 0,
      })),
    ),
    leftOut: [{ run: 'price-error/7', id: 'zero-price-subtle', reason: 'nobody looked' }],
  };
}

function around<Id extends string>(id: Id, figure: number | null) {
  if (figure === null) return {};
  const bounds = { [`${id}Low`]: Math.max(0, figure - 0.05), [`${id}High`]: Math.min(1, figure + 0.05) };
  return bounds as Readonly<Record<`${Id}Low` | `${Id}High`, number>>;
}

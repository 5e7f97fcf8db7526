import type { ResultRow } from '../evaluation/result-rows.ts';
import { formatTable } from './table.ts';

/** Result rows as a table for a terminal; '-' where a figure has no meaning. */
export function resultsTable(rows: readonly ResultRow[]): string {
  const head = [
    'anomaly',
    'variant',
    'intensity',
    'detector',
    'role',
    'found',
    'recall',
    'precision',
    'F1',
    'alarms',
    'near misses',
    'false/day',
    'delay min',
    'AP',
    'ROC',
  ];
  return formatTable(
    head,
    rows.map(row => [
      row.anomaly,
      row.variant,
      row.intensity,
      row.detector,
      row.role,
      `${row.detected} of ${row.labels}`,
      withInterval(row.recall, row.recallLow, row.recallHigh),
      withInterval(row.precision, row.precisionLow, row.precisionHigh),
      figure(row.f1, 2),
      row.alarms,
      row.nearMissAlarms,
      figure(row.falseAlarmsPerDay, 3),
      figure(row.delayMinutesMedian, 0),
      figure(row.averagePrecision, 3),
      figure(row.rocAuc, 3),
    ]),
  );
}

function figure(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? '-' : value.toFixed(digits);
}

/** "0.92 [0.85, 0.97]", without brackets where there is no interval. */
function withInterval(value: number | null, low: number | null | undefined, high: number | null | undefined): string {
  return low === undefined || low === null
    ? figure(value, 2)
    : `${figure(value, 2)} [${figure(low, 2)}, ${figure(high, 2)}]`;
}

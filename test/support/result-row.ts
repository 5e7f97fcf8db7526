import { byId, metrics } from '../../src/lab/evaluation/metrics.ts';
import type { ResultRow } from '../../src/lab/evaluation/result-rows.ts';

/** A detector's overall row without figures, but for those given. */
export function resultRow(given: Partial<ResultRow>): ResultRow {
  return {
    anomaly: 'stock-exhaustion',
    variant: 'all',
    intensity: 'all',
    detector: 'cart',
    role: 'learner',
    seeds: 1,
    labels: 0,
    visible: given.labels ?? 0,
    detected: 0,
    alarms: 0,
    nearMissAlarms: 0,
    ...byId(metrics, () => null),
    ...given,
  };
}

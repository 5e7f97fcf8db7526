import { groupBy } from '../../base/group-by.ts';
import { entityKey } from '../features/unit-key.ts';
import type { ReportedAlarm } from './report-data.ts';

/** An incident as a report shows it: its alarms as one line. */
export type ReportedIncident = Pick<ReportedAlarm, 'startMs' | 'endMs' | 'detectedAtMs' | 'labels' | 'nearMisses'> & {
  /** Its number. */
  readonly id: number;
  readonly entities: readonly ReportedAlarm['entity'][];
  /** The alarm with the highest score. */
  readonly best: ReportedAlarm;
};

/** The alarms by incident, in the order of the incidents. It is right if any of its alarms is. */
export function reportedIncidents(alarms: readonly ReportedAlarm[]): readonly ReportedIncident[] {
  return [...groupBy(alarms, ({ incident }) => incident)].map(([id, together]) => ({
    id,
    startMs: Math.min(...together.map(({ startMs }) => startMs)),
    endMs: Math.max(...together.map(({ endMs }) => endMs)),
    detectedAtMs: Math.min(...together.map(({ detectedAtMs }) => detectedAtMs)),
    labels: [...new Set(together.flatMap(({ labels }) => labels))],
    nearMisses: [...new Set(together.flatMap(({ nearMisses }) => nearMisses))],
    entities: [...new Map(together.map(({ entity }) => [entityKey(entity), entity])).values()],
    best: together.reduce((top, each) => (each.score > top.score ? each : top)),
  }));
}

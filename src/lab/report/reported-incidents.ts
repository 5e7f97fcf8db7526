import { groupBy } from '../../base/group-by.ts';
import { type Incident, incidentOf } from '../detectors/incidents.ts';
import type { ReportedAlarm } from './report-data.ts';

/** An incident as a report shows it: its alarms as one line. */
export type ReportedIncident = Incident<ReportedAlarm> & Pick<ReportedAlarm, 'detectedAtMs' | 'labels' | 'nearMisses'>;

/** The alarms by incident, in the order of the incidents. It is right if any of its alarms is. */
export function reportedIncidents(alarms: readonly ReportedAlarm[]): readonly ReportedIncident[] {
  return [...groupBy(alarms, ({ incident }) => incident)].map(([id, together]) => ({
    ...incidentOf(id, together),
    detectedAtMs: Math.min(...together.map(({ detectedAtMs }) => detectedAtMs)),
    labels: [...new Set(together.flatMap(({ labels }) => labels))],
    nearMisses: [...new Set(together.flatMap(({ nearMisses }) => nearMisses))],
  }));
}

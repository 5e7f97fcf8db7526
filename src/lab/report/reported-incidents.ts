import { groupBy } from '../../base/group-by.ts';
import { type Incident, incidentOf } from '../detectors/incidents.ts';
import type { AnomalyReport, ReportedAlarm } from './report-data.ts';

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

/** A page shows so many incidents; fewer where each comes with its messages. More would make it larger than 1.5 MB. */
const mostIncidents = { alone: 200, withMessages: 25 };

/** The incidents that a page shows: where there are too many, those with the highest scores. */
export function shownIncidents({
  alarms,
  incidents,
}: Pick<AnomalyReport, 'alarms' | 'incidents'>): readonly ReportedIncident[] {
  const all = reportedIncidents(alarms);
  const most = incidents === undefined ? mostIncidents.alone : mostIncidents.withMessages;
  const shown = new Set([...all].sort((a, b) => b.best.score - a.best.score).slice(0, most));
  return all.filter(incident => shown.has(incident));
}

import type { AnomalyReport } from '../report-data.ts';
import { type ReportedIncident, reportedIncidents } from '../reported-incidents.ts';

/** A report with what a page has room for. */
export type ShownReport = AnomalyReport & {
  /** Those with the highest scores, by start. */
  readonly shown: readonly ReportedIncident[];
  /** Shown or not. */
  readonly incidentCount: number;
  /** A line has so many points at most. */
  readonly points: number;
};

/** [bytes] */
const largestPage = 1_500_000;
/** Points of a line and incidents of an anomaly, at most; fewer incidents where each comes with its messages. */
const most = { points: 2400, incidents: 200, incidentsWithMessages: 25 };
/** A page is tried with all, 80 %, 64 % and so on, down to this. A page that is still too large has hundreds of labels, or other large parts. */
const [step, smallestShare] = [0.8, 0.2];

/** The page with as many points and incidents as it has room for. */
export function fittingPage(
  reports: readonly AnomalyReport[],
  pageOf: (reports: readonly ShownReport[]) => string,
): string {
  const all = reports.map(report => ({ report, incidents: reportedIncidents(report.alarms) }));
  for (let share = 1; ; share *= step) {
    const page = pageOf(all.map(one => shownReport(one, share)));
    if (Buffer.byteLength(page) < largestPage || share * step < smallestShare) return page;
  }
}

function shownReport(
  { report, incidents }: { readonly report: AnomalyReport; readonly incidents: readonly ReportedIncident[] },
  share: number,
): ShownReport {
  const atMost = Math.ceil(share * (report.incidents === undefined ? most.incidents : most.incidentsWithMessages));
  const highest = new Set([...incidents].sort((a, b) => b.best.score - a.best.score).slice(0, atMost));
  const shown = incidents.filter(one => highest.has(one));
  return { ...report, shown, incidentCount: incidents.length, points: share * most.points };
}

import type { AnomalyReport } from '../report-data.ts';
import { type ReportedIncident, reportedIncidents } from '../reported-incidents.ts';

/** A report with what a page has room for. */
export type ShownReport = AnomalyReport & {
  /** Those with the highest scores, by start. */
  readonly shown: readonly ReportedIncident[];
  /** Of all. */
  readonly incidentCount: number;
  /** A line has so many points at most. */
  readonly points: number;
};

/** [bytes] */
const largestPage = 1_500_000;
/** Points of a line and incidents of an anomaly, at most; fewer incidents where each comes with its messages. */
const most = { points: 2400, incidents: 200, incidentsWithMessages: 25 };
/** A smaller share of both would show too little. A page that is still too large has hundreds of labels, or other large parts. */
const smallestShare = 0.2;

/** The page with as much of both as it has room for: all, else 80 %, 64 % and so on. */
export function fittingPage(
  reports: readonly AnomalyReport[],
  pageOf: (reports: readonly ShownReport[]) => string,
): string {
  for (let share = 1; ; share *= 0.8) {
    const page = pageOf(reports.map(report => shownReport(report, share)));
    if (Buffer.byteLength(page) < largestPage || share < smallestShare) return page;
  }
}

function shownReport(report: AnomalyReport, share: number): ShownReport {
  const all = reportedIncidents(report.alarms);
  const incidents = report.incidents === undefined ? most.incidents : most.incidentsWithMessages;
  const highest = new Set([...all].sort((a, b) => b.best.score - a.best.score).slice(0, Math.ceil(share * incidents)));
  const shown = all.filter(one => highest.has(one));
  return { ...report, shown, incidentCount: all.length, points: share * most.points };
}

import type { Label } from '../dataset/truth.ts';
import { mergedAlarms } from '../detectors/alarms.ts';
import { parseTree } from '../detectors/cart/tree.ts';
import type { Alarm } from '../detectors/detector.ts';
import type { Model } from '../detectors/model.ts';
import { matchAlarms } from '../evaluation/matching.ts';
import type { RunOutcome } from '../evaluation/run-outcome.ts';
import type { Span } from '../features/fold-units.ts';
import type { AnomalyReport, ReportedForecast, ReportedSeries } from './report-data.ts';
import { reportedAlarms, reportedIntervention, reportedScores, reportedTree } from './reported.ts';

/** One test run of an anomaly with what its learner made of it. */
export type TestedAnomaly = {
  readonly anomaly: string;
  readonly seed: number;
  readonly span: Span;
  readonly learner: Model;
  /** The learner's are picked out of them. */
  readonly alarms: readonly Alarm[];
  readonly outcomes: readonly RunOutcome[];
  readonly truth: { readonly labels: readonly Label[]; readonly nearMisses: readonly Label[] };
  readonly series: ReportedSeries;
  readonly forecast?: ReportedForecast | undefined;
};

/** What a report shows of one anomaly; alarms are merged and matched as for its results. A tree is shown if the model has one. */
export function anomalyReport(tested: TestedAnomaly): AnomalyReport {
  const { anomaly, seed, span, learner, truth, series, forecast } = tested;
  const { detector, description, files } = learner;
  const { id, features } = detector;
  const labels = truth.labels.filter(label => label.anomaly === anomaly);
  const alarms = mergedAlarms(
    tested.alarms.filter(alarm => alarm.anomaly === anomaly && alarm.detector === id),
    features.windowMs,
  );
  const outcome = tested.outcomes.find(one => one.anomaly === anomaly && one.detector === id);
  const scores = reportedScores(outcome?.scores ?? []);
  const tree = files['tree.json'];
  return {
    anomaly,
    learner: {
      id,
      description: detector.description,
      library: detector.library,
      windowMinutes: features.windowMs / 60_000,
      threshold: { value: description.threshold.value, note: description.threshold.note },
    },
    test: { ...span, seed },
    series,
    labels: labels.map(reportedIntervention),
    nearMisses: truth.nearMisses.map(reportedIntervention),
    alarms: reportedAlarms(matchAlarms(alarms, { labels, nearMisses: truth.nearMisses }, features.windowMs)),
    ...(forecast === undefined ? {} : { forecast }),
    ...(scores === undefined ? {} : { scores }),
    ...(typeof tree === 'string' ? { tree: reportedTree(parseTree(JSON.parse(tree)).root, features) } : {}),
  };
}

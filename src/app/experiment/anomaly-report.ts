import { minuteMs } from '../../base/time.ts';
import type { Alarm, ScoredUnit } from '../../lab/detectors/detector.ts';
import { type Model, trainedParametersOf } from '../../lab/detectors/model.ts';
import { matchAlarms } from '../../lab/evaluation/matching.ts';
import type { ScoreCount } from '../../lab/evaluation/run-outcome.ts';
import type { RunTruth } from '../../lab/evaluation/unit-truth.ts';
import type { Span } from '../../lab/features/fold-units.ts';
import type { AnomalyReport, ReportedSeries } from '../../lab/report/report-data.ts';
import {
  reportedAlarms,
  reportedForecast,
  reportedIntervention,
  reportedScoreLine,
  reportedScores,
  reportedTree,
} from '../../lab/report/reported.ts';

import { incidentEvidence, type RecordsIn } from './incident-evidence.ts';

/** What the report shows of the learner of one anomaly on one test run. */
export async function anomalyReport(
  learner: Model,
  run: {
    readonly span: Span;
    readonly seed: number;
    readonly truth: RunTruth;
    readonly series: ReportedSeries;
    /** The learner's own. */
    readonly alarms: readonly Alarm[];
    readonly scored: readonly ScoredUnit[];
    readonly scores: readonly ScoreCount[];
    readonly recordsIn: RecordsIn;
  },
): Promise<AnomalyReport> {
  const { detector, description } = learner;
  const { windowMs } = detector.features;
  const labels = run.truth.labels.filter(({ anomaly }) => anomaly === detector.anomaly);
  const scores = reportedScores(run.scores, description.threshold.value);
  const scoreLine = reportedScoreLine(run.scored, {
    stepMinutes: windowMs / minuteMs,
    threshold: description.threshold.value,
  });
  const view = await detector.view?.(
    trainedParametersOf(learner),
    run.scored.map(({ unit }) => unit),
  );
  const alarms = reportedAlarms(matchAlarms(run.alarms, { labels, nearMisses: run.truth.nearMisses }, windowMs));
  const forecast = reportedForecast(view?.forecast ?? [], windowMs / minuteMs);
  return {
    anomaly: detector.anomaly,
    learner: {
      id: detector.id,
      description: detector.description,
      library: detector.library,
      windowMinutes: windowMs / minuteMs,
      threshold: { value: description.threshold.value, note: description.threshold.note },
    },
    test: { ...run.span, seed: run.seed },
    series: run.series,
    labels: labels.map(reportedIntervention),
    nearMisses: run.truth.nearMisses.map(reportedIntervention),
    alarms,
    incidents: await incidentEvidence(alarms, { ...run, features: detector.features, decisions: view?.decisions }),
    ...(forecast === undefined ? {} : { forecast }),
    ...(scores === undefined ? {} : { scores }),
    ...(scoreLine === undefined ? {} : { scoreLine }),
    ...(view?.tree === undefined ? {} : { tree: reportedTree(view.tree, detector.features) }),
  };
}

import { minuteMs, type Span } from '../../base/time.ts';
import type { Alarm, ScoredUnit } from '../../lab/detectors/detector.ts';
import { type Model, trainedParametersOf } from '../../lab/detectors/model.ts';
import { matchAlarms } from '../../lab/evaluation/matching.ts';
import type { ScoreCount } from '../../lab/evaluation/run-outcome.ts';
import type { RunTruth } from '../../lab/evaluation/unit-truth.ts';
import type { RecordStream } from '../../lab/features/fold-units.ts';
import type { AnomalyReport, ReportedSeries } from '../../lab/report/report-data.ts';
import {
  reportedAlarms,
  reportedForecast,
  reportedIntervention,
  reportedScoreLine,
  reportedScores,
  reportedTree,
} from '../../lab/report/reported.ts';
import { incidentEvidence } from './incident-evidence.ts';

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
    readonly records: RecordStream;
  },
): Promise<AnomalyReport> {
  const { detector, description } = learner;
  const { windowMs } = detector.features;
  const labels = run.truth.labels.filter(({ anomaly }) => anomaly === detector.anomaly);
  const windowMinutes = windowMs / minuteMs;
  const { value: threshold, note } = description.threshold;
  const view = await detector.view?.(
    trainedParametersOf(learner),
    run.scored.map(({ unit }) => unit),
  );
  const alarms = reportedAlarms(matchAlarms(run.alarms, { labels, nearMisses: run.truth.nearMisses }, windowMs));
  return {
    anomaly: detector.anomaly,
    learner: {
      ...{ id: detector.id, description: detector.description, library: detector.library, windowMinutes },
      threshold: { value: threshold, note },
    },
    test: { ...run.span, seed: run.seed },
    series: run.series,
    labels: labels.map(reportedIntervention),
    nearMisses: run.truth.nearMisses.map(reportedIntervention),
    alarms,
    incidents: await incidentEvidence(alarms, { ...run, features: detector.features, decisions: view?.decisions }),
    forecast: reportedForecast(view?.forecast ?? [], windowMinutes),
    scores: reportedScores(run.scores, threshold),
    scoreLine: reportedScoreLine(run.scored, { stepMinutes: windowMinutes, threshold }),
    tree: view?.tree === undefined ? undefined : reportedTree(view.tree, detector.features),
  };
}

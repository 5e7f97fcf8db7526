import { packEvents } from '../../data/dataset/packed-events.ts';
import { readDataset } from '../../data/dataset/read-dataset.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { loadedDetectors } from '../../lab/detectors/detect.ts';
import type { Alarm, ScoredUnit } from '../../lab/detectors/detector.ts';
import { readRunTruth, spanOf } from '../../lab/evaluation/dataset-truth.ts';
import { noScores, type RunOutcome, unpackedCounts } from '../../lab/evaluation/run-outcome.ts';
import { scoreRun } from '../../lab/evaluation/score-run.ts';
import type { RecordStream } from '../../lab/features/fold-units.ts';
import type { AnomalyReport } from '../../lab/report/report-data.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { anomalyReport } from './anomaly-report.ts';
import { type PortableModel, unpacked } from './portable-model.ts';
import { seriesCounter } from './series-counter.ts';
import { collectFrom } from './through-broker.ts';

/** What a test run showed about the detectors of one anomaly: outcomes of all, alarms and report of the learner. */
export type TestScores = {
  readonly anomaly: string;
  readonly outcomes: readonly RunOutcome[];
  readonly alarms: readonly Alarm[];
  readonly report: AnomalyReport;
};

/** So many records take some 530 MB, which a thread has: those of 90 days of the usual shop. */
const mostHeld = 1_000_000;
/** Records are held so many together, since evidence goes through them batch by batch. */
const batchRecords = 1000;

/**
 * Collects a test run from an embedded broker into a dataset, and scores it with the models of its anomalies. The records stay in memory between the two,
 * since reading the dataset takes as long as writing it.
 *
 * @param test.isKept whether the dataset is used afterwards: it is packed then
 * @param test.heldAtMost the dataset is read if it has more records
 * @returns by anomaly, in the order of the models
 */
export async function collectAndScore(test: {
  scenario: ResolvedScenario;
  broker: string;
  dataset: string;
  models: readonly PortableModel[];
  isKept: boolean;
  heldAtMost?: number;
}): Promise<readonly TestScores[]> {
  const { broker, heldAtMost = mostHeld } = test;
  const { name, seed } = test.scenario;
  const counter = seriesCounter(test.scenario);
  let held: EventRecord[][] | undefined = [];
  let messages = 0;
  const onRecord = (record: EventRecord) => {
    counter.push(record);
    if (messages % batchRecords === 0) held?.push([]);
    held?.at(-1)?.push(record);
    messages += 1;
    if (messages > heldAtMost) held = undefined;
  };
  await collectFrom(broker, { out: test.dataset, overwrite: true, onRecord });
  if (test.isKept) await packEvents(test.dataset);
  const dataset = await readDataset(test.dataset);
  const records = (): RecordStream => held ?? dataset.records();
  const truth = await readRunTruth(dataset);
  const span = spanOf(dataset);
  const models = test.models.map(unpacked);
  const learners = models.filter(({ detector }) => detector.role === 'learner');
  const scored = new Map<string, ScoredUnit[]>(learners.map(({ detector }) => [detector.anomaly, []]));
  const { outcomes, alarms } = await scoreRun(
    await loadedDetectors(models),
    { run: `${name}/${seed}`, records: records(), span, truth },
    {
      onScored: (unit, { anomaly, role }) => {
        if (role === 'learner') scored.get(anomaly)?.push(unit);
      },
    },
  );
  const ofLearner = async (learner: (typeof learners)[number]): Promise<TestScores> => {
    const { anomaly, id } = learner.detector;
    const isOwn = (one: { readonly anomaly: string; readonly detector: string }) =>
      one.anomaly === anomaly && one.detector === id;
    const own = alarms.filter(isOwn);
    const report = await anomalyReport(learner, {
      ...{ span, seed, truth, series: counter.series(), alarms: own, scored: scored.get(anomaly) ?? [] },
      records: records(),
      scores: unpackedCounts(outcomes.find(isOwn)?.scores ?? noScores),
    });
    return { anomaly, outcomes: outcomes.filter(one => one.anomaly === anomaly), alarms: own, report };
  };
  return Promise.all(learners.map(ofLearner));
}

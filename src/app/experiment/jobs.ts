import { rmSync } from 'node:fs';
import { openEmbeddedLog } from '../../broker/embedded/embedded-log.ts';
import { openEmbeddedSource } from '../../broker/embedded/embedded-log-source.ts';
import { collect } from '../../data/collector/collect.ts';
import { readDataset } from '../../data/dataset/read-dataset.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { tallyCleanRun } from '../../lab/detectors/calibrate.ts';
import { loadedDetector } from '../../lab/detectors/detect.ts';
import type { ScoredUnit } from '../../lab/detectors/detector.ts';
import { detectorsFor } from '../../lab/detectors/registry.ts';
import { trainAll } from '../../lab/detectors/train.ts';
import { readRunTruth, spanOf } from '../../lab/evaluation/dataset-truth.ts';
import { scoreRun } from '../../lab/evaluation/score-run.ts';
import { unitLabeller } from '../../lab/evaluation/unit-truth.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { leaveOutTraceless } from '../../shop/simulation/leave-out.ts';
import { simulate } from '../../shop/simulation/simulate.ts';
import { clusterIdOf, runTopics } from '../../shop/simulation/virtual-shop.ts';
import { anomalyReport } from './anomaly-report.ts';
import { type PortableModel, portable, unpacked } from './portable-model.ts';
import { type SeriesCounter, seriesCounter } from './series-counter.ts';
import { simulatedRecords, simulatedRun } from './simulated-run.ts';

// The jobs of an experiment. Each takes and returns plain data, so that a worker thread can do it.

/**
 * Simulates a scenario onto an embedded broker and collects it into a dataset; the broker's log is deleted.
 *
 * @param run.allowDropping whether an anomaly that leaves no trace is dropped, as if it had not been planned. For training runs, which no
 *   user wrote; default false
 * @returns the ids of the dropped anomalies
 * @throws ANOMALY_LEFT_NO_TRACE unless dropping is allowed
 */
export async function recordDataset(run: {
  scenario: ResolvedScenario;
  broker: string;
  out: string;
  allowDropping?: boolean;
}): Promise<{ readonly dropped: readonly string[] }> {
  const { scenario, broker, out, allowDropping = false } = run;
  try {
    const onto = (planned: ResolvedScenario) => simulateOnto(broker, planned);
    const leftOut = allowDropping ? (await leaveOutTraceless(scenario, onto)).leftOut : [];
    if (!allowDropping) await onto(scenario);
    const source = openEmbeddedSource(broker, {});
    try {
      await collect(source, { out, overwrite: true });
    } finally {
      await source.close();
    }
    return { dropped: leftOut.map(({ id }) => id) };
  } finally {
    rmSync(broker, { recursive: true, force: true });
  }
}

async function simulateOnto(broker: string, scenario: ResolvedScenario): Promise<void> {
  rmSync(broker, { recursive: true, force: true });
  const log = openEmbeddedLog(broker, { topics: runTopics, clusterId: clusterIdOf(scenario) });
  try {
    await simulate(scenario, { log });
  } finally {
    log.close();
  }
}

/** Trains all detectors of one anomaly on recorded datasets. */
export async function trainOnDatasets(plan: { anomaly: string; datasets: readonly string[]; seed: number }) {
  const { anomaly, datasets, seed } = plan;
  const opened = await Promise.all(datasets.map(dir => readDataset(dir)));
  const runs = await Promise.all(
    opened.map(async dataset => ({
      records: dataset.records(),
      span: spanOf(dataset),
      labeller: unitLabeller(await readRunTruth(dataset)),
    })),
  );
  const models = await trainAll(detectorsFor(anomaly), runs, {
    seed,
    datasets: opened.map(({ manifest }) => manifest.files['events.csv'].sha256),
  });
  return models.map(portable);
}

type Simulated = { models: readonly PortableModel[]; scenario: ResolvedScenario };

/** Scores one clean run with many models, without a disk. */
export async function tallySimulated({ models, scenario }: Simulated) {
  return tallyCleanRun(models.map(unpacked), simulatedRecords(scenario), scenario);
}

/** Scores one run, simulated in memory, with many models. */
export async function scoreSimulated({ models, scenario, run }: Simulated & { run: string }) {
  const { records, truth } = simulatedRun(scenario);
  const ready = await Promise.all(models.map(model => loadedDetector(unpacked(model))));
  const { outcomes } = await scoreRun(ready, { run, records, span: scenario, truth });
  return outcomes;
}

/** Scores one dataset with many models of one anomaly, and collects what the report shows of it. */
export async function scoreDataset(test: {
  models: readonly PortableModel[];
  dataset: string;
  run: string;
  seed: number;
}) {
  const { models, run, seed } = test;
  const dataset = await readDataset(test.dataset);
  const span = spanOf(dataset);
  const truth = await readRunTruth(dataset);
  const counter = seriesCounter(span);
  const all = models.map(unpacked);
  const learner = all.find(({ detector }) => detector.role === 'learner');
  if (learner === undefined) throw new TypeError('no learner among the models');
  const scored: ScoredUnit[] = [];
  const { outcomes, alarms } = await scoreRun(
    await Promise.all(all.map(loadedDetector)),
    { run, records: countedRecords(dataset.records(), counter), span, truth },
    {
      onScored: (unit, detector) => {
        if (detector.id === learner.detector.id) scored.push(unit);
      },
    },
  );
  const own = alarms.filter(({ detector }) => detector === learner.detector.id);
  const report = await anomalyReport(learner, {
    span,
    seed,
    truth,
    series: counter.series(),
    alarms: own,
    scored,
    scores: outcomes.find(({ detector }) => detector === learner.detector.id)?.scores ?? [],
  });
  return { outcomes, alarms: own, report };
}

async function* countedRecords(records: AsyncIterable<readonly EventRecord[]>, { push }: SeriesCounter) {
  for await (const batch of records) {
    batch.forEach(push);
    yield batch;
  }
}

import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CqshopError, cannot } from '../base/errors.ts';
import { lockOutput } from '../base/lock.ts';
import { withoutSlash } from '../base/whole-file.ts';
import { isSeriesDataset } from '../data/dataset/manifest.ts';
import { type Dataset, readDataset as openDataset } from '../data/dataset/read-dataset.ts';
import { type ImportOptions, importSeries as importFiles } from '../data/import/import-series.ts';
import { seriesIn } from '../data/series/series-in.ts';
import type { SeriesManifest } from '../data/series/series-manifest.ts';
import { audit as auditFacts } from '../lab/audit/audit.ts';
import type { Finding } from '../lab/audit/finding.ts';
import { readFacts } from '../lab/audit/read-facts.ts';
import type { Alarm } from '../lab/detectors/detector.ts';
import type { Model } from '../lab/detectors/model.ts';
import { lockModel, readModel, writeModel } from '../lab/detectors/model-files.ts';
import { detectableAnomalies, detectors } from '../lab/detectors/registry.ts';
import { seriesAnomaly } from '../lab/detectors/series/series-detector.ts';
import type { ResultRow } from '../lab/evaluation/result-rows.ts';
import { overrideScenario, type ScenarioOverrides } from '../shop/scenarios/override-scenario.ts';
import { readScenario } from '../shop/scenarios/read-scenario.ts';
import { resolveScenario } from '../shop/scenarios/resolve-scenario.ts';
import {
  assertArguments,
  type DetectOptions,
  type EvaluateOptions,
  type SimulateOptions,
  type TrainOptions,
} from './api-arguments.ts';
import { type Detected, detectInDataset } from './detect-in-dataset.ts';
import { assertSimulated, type Evaluation, evaluationOf, readModels, scoreSeeds } from './experiment/evaluate-seeds.ts';
import { openJobPool } from './experiment/job-pool.ts';
import { seedsOf } from './experiment/shard-files.ts';
import { collectFrom, simulateOnto } from './experiment/through-broker.ts';
import { openWorkCache } from './experiment/work-cache.ts';
import { assertSameKind, detectOnSeries } from './series/detect-series.ts';
import { seriesModel, trainingOnMessages, trainingOnSeries } from './series/train-series.ts';
import { assertDistinctData, trainableDetector, trainOnDatasets } from './train-on-dataset.ts';

// What the verbs do, from code: `import { simulate, train, detect } from 'cqshop'` (docs/api.md). Failures are a CqshopError, wrong
// arguments one with the code USAGE.

export type {
  Alarm,
  Dataset,
  Detected,
  EvaluateOptions,
  Evaluation,
  Finding,
  ImportOptions,
  Model,
  ResultRow,
  ScenarioOverrides,
  SeriesManifest,
  SimulateOptions,
  TrainOptions,
};
export { CqshopError };

/**
 * Runs a scenario in virtual time and writes the dataset. 22 days take some seconds.
 *
 * @param scenario the name of a shipped one, or a YAML file
 * @throws CqshopError SCENARIO_NOT_FOUND, SCENARIO_INVALID, DATASET_EXISTS, ANOMALY_LEFT_NO_TRACE, WRITE_FAILED; LOCKED when another one writes there
 */
export async function simulate(scenario: string, options: SimulateOptions): Promise<Dataset> {
  assertArguments('simulate', { scenario, options });
  const { out, overwrite = false, withoutAnomalies = false, twin = false, signal, ...overrides } = options;
  const resolved = resolveScenario(overrideScenario(await readScenario(scenario), overrides));
  const broker = `${withoutSlash(out)}.broker`;
  const releaseLock = lockOutput(broker, { what: `dataset ${out}`, work: 'simulating' });
  try {
    await simulateOnto(broker, resolved, { withoutAnomalies, twin, signal });
    await collectFrom(broker, { out, overwrite, signal });
  } finally {
    rmSync(broker, { recursive: true, force: true });
    releaseLock();
  }
  return openDataset(out);
}

/** Imports files as a series dataset. @throws CqshopError USAGE, IMPORT_INVALID, LABELS_INVALID, DATASET_EXISTS; LOCKED when another one writes there */
export async function importSeries(options: ImportOptions): Promise<SeriesManifest> {
  assertArguments('importSeries', { options });
  return importFiles(options);
}

/** Opens a dataset. @throws CqshopError DATASET_NOT_FOUND, DATASET_CORRUPT */
export async function readDataset(dir: string): Promise<Dataset> {
  assertArguments('readDataset', { dir });
  return openDataset(dir);
}

/**
 * Trains a detector of an anomaly.
 *
 * @throws CqshopError TRAINING_IMPOSSIBLE, DATASET_CORRUPT, USAGE (unknown anomaly or detector); LOCKED when another one writes to `out`
 */
export async function train(anomaly: string, options: TrainOptions): Promise<Model> {
  assertArguments('train', { anomaly, options });
  const { out } = options;
  if (out === undefined) return trained(anomaly, options);
  const releaseLock = lockModel(out);
  try {
    const model = await trained(anomaly, options);
    writeModel(out, model);
    return model;
  } finally {
    releaseLock();
  }
}

async function trained(anomaly: string, options: TrainOptions): Promise<Model> {
  const { detector, falseAlarmsPerDay, seed = 1, out = 'the model', onNote } = options;
  const trainable = trainableDetector(anomaly, detector);
  const named = [options.dataset].flat();
  const [dataset] = named;
  if (dataset === undefined || (anomaly === seriesAnomaly && named.length > 1)) {
    throw cannot('USAGE', `train ${anomaly}`)(`${named.length} datasets are given`, 'one');
  }
  if (anomaly === seriesAnomaly && options.validation !== undefined) {
    throw cannot('USAGE', 'train series')(
      'validation is given',
      'none: thresholds are calibrated on the stream itself',
    );
  }
  const series = named.find(each => typeof each === 'string' && isSeriesDataset(each));
  if (typeof series === 'string') {
    if (anomaly !== seriesAnomaly) throw notInSeries(`train ${anomaly}`, series);
    return seriesModel(await trainingOnSeries(seriesIn(series), { falseAlarmsPerDay }));
  }
  if (anomaly === seriesAnomaly) {
    return seriesModel(await trainingOnMessages(await opened(dataset), { falseAlarmsPerDay, onNote }));
  }
  return trainOnDatasets(trainable, {
    datasets: await Promise.all(named.map(opened)),
    validation: await Promise.all((options.validation ?? []).map(opened)),
    ...{ falseAlarmsPerDay, seed, name: out, onNote },
  });
}

function notInSeries(doing: string, dir: string): CqshopError {
  return cannot('USAGE', `${doing} on ${dir}`)(
    'it is a series dataset',
    `messages; on series there is ${seriesAnomaly}`,
  );
}

/**
 * Runs a model over a dataset.
 *
 * @param model a model, or the directory of one
 * @param options.onNote receives what `cqshop detect` warns of, such as a topic that the model does not count
 * @throws CqshopError MODEL_NOT_FOUND, MODEL_INVALID, DATASET_CORRUPT
 */
export async function detect(
  model: Model | string,
  dataset: Dataset | string,
  options: DetectOptions = {},
): Promise<Detected> {
  assertArguments('detect', { model, dataset, options });
  const ready = typeof model === 'string' ? readModel(model, detectors) : model;
  const name = typeof model === 'string' ? model : 'the model';
  if (typeof dataset === 'string' && isSeriesDataset(dataset)) {
    if (ready.detector.anomaly !== seriesAnomaly) throw notInSeries(`use ${name}`, dataset);
    const data = seriesIn(dataset);
    for (const note of assertSameKind(ready, name, data)) options.onNote?.(note);
    const { alarms, rows } = await detectOnSeries(ready, data);
    return { alarms, rows };
  }
  return detectInDataset(ready, await opened(dataset), { name, ...options });
}

/**
 * Scores the models of some anomalies, learners, baselines and controls, over test runs of many seeds.
 *
 * @throws CqshopError MODEL_NOT_FOUND, MODEL_INVALID, UNKNOWN_NAME, USAGE
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  assertArguments('evaluate', { options });
  const { anomalies = detectableAnomalies, seeds, firstSeed, models = 'models', threads } = options;
  const signal = options.signal ?? new AbortController().signal;
  assertSimulated(anomalies);
  const byAnomaly = new Map(anomalies.map(anomaly => [anomaly, readModels(join(models, anomaly), anomaly)] as const));
  const interim = await mkdtemp(join(tmpdir(), 'cqshop-'));
  const cache = openWorkCache(interim);
  const pool = openJobPool(signal, threads);
  try {
    const work = { seeds: seedsOf({ seeds, firstSeed }), pool, cache, signal, onStage: () => undefined };
    return evaluationOf(await scoreSeeds(byAnomaly, work));
  } finally {
    await pool.close();
    cache.close(true);
    await rm(interim, { recursive: true, force: true });
  }
}

/** Checks datasets for the usual faults of public datasets, judged together. @throws CqshopError DATASET_CORRUPT, DATASET_NOT_FOUND, USAGE */
export async function audit(datasets: Dataset | string | readonly (Dataset | string)[]): Promise<readonly Finding[]> {
  assertArguments('audit', { datasets });
  const facts = [];
  const all = await Promise.all([datasets].flat().map(opened));
  assertDistinctData(all, 'audit');
  for (const dataset of all) facts.push(await readFacts(dataset));
  return auditFacts(facts);
}

async function opened(dataset: Dataset | string): Promise<Dataset> {
  return typeof dataset === 'string' ? openDataset(dataset) : dataset;
}

import { readFileSync, rmSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { writing } from '../../base/errors.ts';
import { writeWhole } from '../../base/whole-file.ts';
import { tallyCleanRun } from '../../lab/detectors/calibrate.ts';
import { loadedDetectors } from '../../lab/detectors/detect.ts';
import type { Detector } from '../../lab/detectors/detector.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { detectorFor } from '../../lab/detectors/registry.ts';
import { trainModel } from '../../lab/detectors/train.ts';
import { joinUnits, type RunUnits, unitsKey, unitsOfRun } from '../../lab/detectors/training.ts';
import { scoreRun } from '../../lab/evaluation/score-run.ts';
import { unitLabeller } from '../../lab/evaluation/unit-truth.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { leaveOutTraceless } from '../../shop/simulation/leave-out.ts';
import { probed } from './known-thresholds.ts';
import { type PortableModel, portable, unpacked } from './portable-model.ts';
import { simulatedRecords, simulatedRun } from './simulated-run.ts';
import { collectFrom, simulateOnto } from './through-broker.ts';

// The jobs of an experiment. Each takes and returns plain data, so that a worker thread can do it.

type Recording = { scenario: ResolvedScenario; broker: string; mayLeaveOut: boolean };

/**
 * Simulates a scenario onto an embedded broker.
 *
 * @param recording.mayLeaveOut whether an anomaly that leaves no trace is left out, as if it had not been planned: in a run that no user wrote
 * @throws ANOMALY_LEFT_NO_TRACE unless it may be left out
 */
export async function recordRun({ scenario, broker, mayLeaveOut }: Recording) {
  const { leftOut } = await leaveOutTraceless(scenario, each => simulateOnto(broker, each), mayLeaveOut);
  return { leftOut };
}

/** Simulates a scenario and collects it into a dataset, as `recordRun` does. */
export async function recordDataset({ out, ...recording }: Omit<Recording, 'broker'> & { out: string }) {
  const broker = `${out}.broker`;
  try {
    const recorded = await recordRun({ ...recording, broker });
    await collectFrom(broker, { out, overwrite: true });
    return recorded;
  } finally {
    rmSync(broker, { recursive: true, force: true });
  }
}

/** A detector by name, which a worker finds in the registry. */
export type DetectorName = { readonly anomaly: string; readonly id: string };

/** The units of a run in a file, each list serialised by itself: a job reads those of its detectors only. */
type StoredUnits = Omit<RunUnits, 'units'> & { readonly units: ReadonlyMap<string, Uint8Array> };

/**
 * Simulates a training run, which no user wrote, and writes what detectors train on into a file. The messages are stored nowhere.
 *
 * @returns the anomalies that left no trace and were left out
 */
export async function recordUnits(run: {
  scenario: ResolvedScenario;
  detectors: readonly DetectorName[];
  out: string;
}) {
  const { scenario, detectors, out } = run;
  // Without anomalies there are no labels to wait for, and the records need not be held.
  const { result, leftOut } =
    scenario.anomalies.length === 0
      ? { result: { records: simulatedRecords(scenario), truth: { labels: [], caused: new Map() } }, leftOut: [] }
      : await leaveOutTraceless(scenario, simulatedRun);
  const { records, truth } = result;
  const units = await unitsOfRun({ records, span: scenario, labeller: unitLabeller(truth) }, detectors.map(found));
  const parts = new Map([...units.units].map(([key, list]) => [key, serialize(list)]));
  const stored: StoredUnits = { ...units, units: parts };
  writing(`training units ${out}`, () => writeWhole(out, serialize(stored)));
  return { leftOut };
}

/** Trains detectors of one anomaly on the units that `recordUnits` wrote, in the order of the files; thresholds are left to `calibrated`. */
export async function trainOnUnits(plan: {
  detectors: readonly DetectorName[];
  files: readonly string[];
  seed: number;
}): Promise<readonly PortableModel[]> {
  const detectors = plan.detectors.map(found);
  const data = joinUnits(plan.files.map(file => readUnits(file, new Set(detectors.map(unitsKey)))));
  const models: Model[] = [];
  const options = { seed: plan.seed, isCalibratedLater: true };
  for (const detector of detectors) models.push(await trainModel(detector, data, options));
  return models.map(portable);
}

function readUnits(file: string, keys: ReadonlySet<string>): RunUnits {
  // `recordUnits` of the same version wrote it.
  const stored = deserialize(readFileSync(file)) as StoredUnits;
  const wanted = [...stored.units].filter(([key]) => keys.has(key));
  return { ...stored, units: new Map(wanted.map(([key, list]) => [key, deserialize(list)])) };
}

function found({ anomaly, id }: DetectorName): Detector {
  return detectorFor(anomaly, id);
}

type Simulated = { models: readonly PortableModel[]; scenario: ResolvedScenario };

/** Scores one clean run with many models, without a disk. */
export async function tallySimulated({ models, scenario }: Simulated) {
  return tallyCleanRun(models.map(unpacked), simulatedRecords(scenario), scenario);
}

/** The models with their `probe`, from the first days of a clean run. */
export async function probeModels({ models, scenario }: Simulated): Promise<readonly PortableModel[]> {
  return (await probed(models.map(unpacked), scenario)).map(portable);
}

/**
 * Scores one run, simulated in memory, with many models.
 *
 * @param test.mayLeaveOut as for `recordRun`
 */
export async function scoreSimulated(test: Simulated & { run: string; mayLeaveOut: boolean }) {
  const { models, scenario, run, mayLeaveOut } = test;
  const { result, leftOut } = await leaveOutTraceless(scenario, simulatedRun, mayLeaveOut);
  const { records, truth } = result;
  const ready = await loadedDetectors(models.map(unpacked));
  const { outcomes } = await scoreRun(ready, { run, records, span: scenario, truth });
  return { outcomes, leftOut };
}

import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { evaluateSeeds, readModels } from '../../app/experiment/evaluate-seeds.ts';
import { openJobPool } from '../../app/experiment/job-pool.ts';
import { CqshopError, writing } from '../../base/errors.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { makeDirectory } from '../../base/whole-file.ts';
import { detectableAnomalies, detectorsFor } from '../../lab/detectors/registry.ts';
import { assertSameSeeds, type Gate, gateOf, shortfalls, updatedGate } from '../../lab/evaluation/gate.ts';
import { readGate, writeGate } from '../../lab/evaluation/gate-file.ts';
import type { ResultRow } from '../../lab/evaluation/result-rows.ts';
import { writeResults } from '../../lab/evaluation/results-file.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { formatOtherSeeds, formatShortfall } from '../../lab/report/format-gate.ts';
import { formatSeeds } from '../../lab/report/format-seeds.ts';
import { formatTable } from '../../lab/report/table.ts';
import { resultsTable } from '../../lab/report/terminal-table.ts';
import { assertDistinct } from '../assert-distinct.ts';
import { evaluateDetections } from '../evaluate/evaluate-detections.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { integer, positiveInteger, text } from '../option-values.ts';
import { excludes, flag, option, type Requirement, requires, type ValuesOf } from '../options.ts';
import { assertReplaceable } from '../results-directory.ts';
import { modelDir } from '../shipped-models.ts';
import { stageClock } from '../stage-clock.ts';
import { defineVerb } from '../verb.ts';

const gateFile: Requirement = {
  isMet: ({ options }) => options.gate !== undefined,
  unmet: 'no file is named',
  expected: 'with --gate FILE',
};

const outDirectory: Requirement = {
  isMet: ({ options }) => options.out !== undefined,
  unmet: 'nothing is written',
  expected: 'with --out DIR',
};

const ofSeeds = ['dataset'];

const options = {
  seeds: excludes(
    ofSeeds,
    option('<n>', 'runs of each scenario (default: 20, or as many as the gate)', positiveInteger),
  ),
  firstSeed: excludes(ofSeeds, option('<n>', 'the first seed (default: 1, or that of the gate)', integer(0))),
  models: excludes(
    ofSeeds,
    option(
      '<dir>',
      'the models in DIR/ANOMALY, baselines in DIR/ANOMALY/others (default: models/ANOMALY, or the models that come with cqshop)',
      text,
    ),
  ),
  gate: excludes(ofSeeds, option('<file>', 'exit 3 if a figure is below the accepted one in this file', text)),
  updateGate: requires(
    gateFile,
    flag('accept the new figures: rewrite the file of --gate for the evaluated anomalies'),
  ),
  out: excludes(ofSeeds, option('<dir>', 'also write results.json and results.csv there', text)),
  overwrite: requires(outDirectory, flag('replace the results of another command in --out')),
  dataset: option('<dir>', 'instead of seeds: the dataset that was searched', text),
  detections: option('<file>', 'with --dataset: a detections.csv of any detector', text),
  scores: option(
    '<file>',
    'with --dataset: a scores.csv, for average precision and ROC area; positive units without a row rank last',
    text,
  ),
};

type Values = ValuesOf<typeof options>;

/** `cqshop evaluate`: over seeds, or of a dataset and detections. Exits 3 below the gate. */
export const verb = defineVerb({
  description:
    'Simulates, detects and scores over seeds that were used for neither training nor validation, and over clean runs with near misses. Baselines and controls are scored beside the learners. Scores are not point-adjusted. With --dataset and --detections it scores the detections of any detector instead, for the anomalies in the file or those named.',
  arguments: [{ name: '[anomaly...]', description: 'anomalies (default: all)' }],
  options,
  examples: [
    'cqshop evaluate --seeds 5',
    'cqshop evaluate stock-exhaustion --gate models/accuracy.json',
    'cqshop evaluate --dataset datasets/sample --detections results/sample/detections.csv',
  ],
  async run({ arguments: anomalies, options }, io) {
    for (const anomaly of anomalies) detectorsFor(anomaly);
    assertDistinct(anomalies, { verb: 'evaluate', noun: 'anomaly' });
    const { dataset, detections } = options;
    if (dataset === undefined && detections === undefined && options.scores === undefined)
      return overSeeds(anomalies, options, io);
    if (dataset === undefined || detections === undefined) {
      const missing = dataset === undefined ? '--dataset DIR' : '--detections FILE';
      throw new CqshopError(
        'USAGE',
        `Cannot evaluate: ${missing} is missing, expected --dataset DIR --detections FILE`,
      );
    }
    return evaluateDetections({ anomalies, dataset, detections, scores: options.scores }, io);
  },
});

async function overSeeds(named: readonly string[], options: Values, io: Io): Promise<number> {
  // An updated gate keeps its seeds and its tolerance. A new gate has no file yet.
  const isNew = options.updateGate && options.gate !== undefined && !existsSync(options.gate);
  const accepted = options.gate === undefined || isNew ? undefined : await readGate(options.gate);
  const gate = options.updateGate ? undefined : accepted;
  const seeds = options.seeds ?? accepted?.seeds ?? 20;
  const firstSeed = options.firstSeed ?? accepted?.firstSeed ?? 1;
  const anomalies = named.length > 0 ? named : detectableAnomalies;
  if (options.updateGate && accepted !== undefined) assertSameSeeds(accepted, anomalies, { seeds, firstSeed });
  const models = new Map(
    await Promise.all(
      anomalies.map(async anomaly => [anomaly, await readModels(modelsOf(anomaly, options.models), anomaly)] as const),
    ),
  );
  const note =
    gate === undefined || options.gate === undefined
      ? undefined
      : formatOtherSeeds(gate, options.gate, { seeds, firstSeed });
  if (note !== undefined) io.warn(note);
  const from = options.models === undefined ? [] : [`--models ${options.models}`];
  const command = ['cqshop evaluate', ...named, `--seeds ${seeds}`, `--first-seed ${firstSeed}`, ...from].join(' ');
  if (options.out !== undefined && !options.overwrite) assertReplaceable(options.out, command);
  if (options.out !== undefined) checkWritable(join(options.out, 'results.json'), `results to ${options.out}`);
  if (options.gate !== undefined && options.updateGate) checkWritable(options.gate, `gate ${options.gate}`);
  const clock = stageClock(io);
  const pool = openJobPool(io.signal);
  let rows: readonly ResultRow[];
  try {
    rows = await evaluateSeeds(models, { seeds, firstSeed, pool, onStage: clock.onStage });
  } finally {
    clock.finish();
    await pool.close();
  }
  const run = Array.from({ length: seeds }, (_, index) => firstSeed + index);
  const exitCode = report({ command, seeds: formatSeeds(run), rows, gate, file: options.gate }, io);
  if (options.out !== undefined) writeResults(options.out, { command, seed: firstSeed, version: toolVersion, rows });
  if (options.gate !== undefined && options.updateGate) {
    const about = { command, seeds, firstSeed, version: toolVersion, tolerance: accepted?.tolerance ?? 0.02 };
    await writeGate(options.gate, accepted === undefined ? gateOf(rows, about) : updatedGate(rows, about, accepted));
    io.log(`${options.gate}: rewritten`);
  }
  return exitCode;
}

function modelsOf(anomaly: string, dir: string | undefined): string {
  return dir === undefined ? modelDir(anomaly) : join(dir, anomaly);
}

function report(
  done: {
    readonly command: string;
    readonly seeds: string;
    readonly rows: readonly ResultRow[];
    readonly gate: Gate | undefined;
    readonly file: string | undefined;
  },
  io: Io,
): number {
  const { command, seeds, rows, gate, file } = done;
  const below = gate === undefined ? [] : shortfalls(gate, rows);
  const clean = rows.filter(({ variant, role }) => variant === 'clean' && role !== 'control');
  const anomalous = rows.filter(({ variant }) => variant !== 'clean');
  io.result({ command, rows, ...(gate === undefined ? {} : { gate: { file, below } }) }, () =>
    [
      `Test runs of ${seeds}`,
      '',
      resultsTable(anomalous, caveatsOf(anomalous), io),
      '',
      formatTable(
        ['clean runs', 'detector', 'alarms', 'near misses', 'false in 22 days'],
        clean.map(({ anomaly, detector, alarms, nearMissAlarms, falseAlarmsPerDay }) => [
          ...[anomaly, detector, alarms, nearMissAlarms],
          falseAlarmsPerDay === null ? '-' : (22 * falseAlarmsPerDay).toFixed(2),
        ]),
        { rightFrom: 2 },
      ),
      ...(gate === undefined
        ? []
        : [
            '',
            below.length === 0 ? `gate passed: no figure is below ${file}` : `gate failed: below ${file}:`,
            ...below.map(one => `  ${formatShortfall(one)}`),
          ]),
    ].join('\n'),
  );
  return below.length === 0 ? exitCodes.done : exitCodes.belowGate;
}

/**
 * Checks before long work that a file can be written at its end. Makes its directory, writes FILE.partial there and deletes it again.
 *
 * @param what names the whole that the file is part of, for the message: "results to DIR"
 * @throws WRITE_FAILED
 */
function checkWritable(path: string, what: string): void {
  writing(what, () => {
    makeDirectory(dirname(path));
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw new CqshopError('WRITE_FAILED', `Cannot write ${what}: it is a directory, expected a file`);
    }
    writeFileSync(`${path}.partial`, '');
    rmSync(`${path}.partial`);
  });
}

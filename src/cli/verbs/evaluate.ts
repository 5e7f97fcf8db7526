import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Evaluation, type ExternalWork, evaluateSeeds, readModels } from '../../app/experiment/evaluate-seeds.ts';
import { openJobPool } from '../../app/experiment/job-pool.ts';
import { unpacked } from '../../app/experiment/portable-model.ts';
import { trainedReferences } from '../../app/experiment/references.ts';
import { sweep } from '../../app/experiment/sweep.ts';
import { openWorkCache, type WorkCache } from '../../app/experiment/work-cache.ts';
import { CqshopError, writing } from '../../base/errors.ts';
import { minuteMs } from '../../base/time.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { makeDirectory, withoutSlash } from '../../base/whole-file.ts';
import { pluralize } from '../../base/words.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { detectableAnomalies, detectorsFor } from '../../lab/detectors/registry.ts';
import { assertSameSeeds, type Gate, gateOf, shortfalls, updatedGate } from '../../lab/evaluation/gate.ts';
import { readGate, writeGate } from '../../lab/evaluation/gate-file.ts';
import { writeResults } from '../../lab/evaluation/results-file.ts';
import type { SweepPoint } from '../../lab/evaluation/sweep-points.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { formatOtherSeeds, formatShortfall } from '../../lab/report/format-gate.ts';
import { formatSeeds } from '../../lab/report/format-seeds.ts';
import { sweepTable } from '../../lab/report/sweep-table.ts';
import { formatTable } from '../../lab/report/table.ts';
import { resultsTable } from '../../lab/report/terminal-table.ts';
import { assertDistinct } from '../assert-distinct.ts';
import { evaluateDetections } from '../evaluate/evaluate-detections.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { rangeOptions } from '../open-dataset.ts';
import { duration, externals, integer, positiveInteger, text } from '../option-values.ts';
import { excludes, flag, option, type Requirement, repeated, requires, type ValuesOf } from '../options.ts';
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

const externalProgram: Requirement = {
  isMet: ({ options }) => options.external !== undefined,
  unmet: 'there is no program',
  expected: 'with --external NAME=COMMAND',
};

const searched: Requirement = {
  isMet: ({ options }) => options.dataset !== undefined,
  unmet: 'there is no dataset',
  expected: 'with --dataset DIR',
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
  reference: excludes(
    ofSeeds,
    flag('also train the reference of each anomaly on the labels of 40 more runs, and score it: what the data permit'),
  ),
  sweep: excludes(
    ofSeeds,
    flag('also measure recall and delay against the strength of anomalies, in one more run of each anomaly and seed'),
  ),
  external: excludes(
    ofSeeds,
    repeated(
      option(
        '<name=command>',
        'also run and score a program of yours (docs/your-detector.md); may be repeated',
        externals,
      ),
    ),
  ),
  externalLabels: requires(externalProgram, flag('give the programs of --external the labels of the training runs')),
  externalTimeout: requires(
    externalProgram,
    option('<duration>', 'time limit of each call of a program (default: 10m)', duration),
  ),
  gate: excludes(ofSeeds, option('<file>', 'exit 3 if a figure is below the accepted one in this file', text)),
  updateGate: requires(
    gateFile,
    flag('accept the new figures: rewrite the file of --gate for the evaluated anomalies'),
  ),
  out: excludes(ofSeeds, option('<dir>', 'also write results.json and results.csv there', text)),
  overwrite: requires(outDirectory, flag('replace the results of another command in --out')),
  dataset: option('<dir>', 'instead of seeds: the dataset that was searched', text),
  from: requires(searched, rangeOptions.from),
  to: requires(searched, rangeOptions.to),
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
    'cqshop evaluate stock-exhaustion --external mine=./detector.py',
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
    return evaluateDetections({ ...options, anomalies, dataset, detections }, io);
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
  const external = options.external ?? [];
  assertOwnNames(external, anomalies);
  const more = [
    ...(options.reference ? ['--reference'] : []),
    ...(options.sweep ? ['--sweep'] : []),
    ...external.map(({ name, command }) => `--external ${name}='${command}'`),
    ...(options.externalLabels ? ['--external-labels'] : []),
  ];
  const command = [
    ...['cqshop evaluate', ...named, `--seeds ${seeds}`, `--first-seed ${firstSeed}`, ...from, ...more],
  ].join(' ');
  if (options.out !== undefined && !options.overwrite) assertReplaceable(options.out, command);
  if (options.out !== undefined) checkWritable(join(options.out, 'results.json'), `results to ${options.out}`);
  if (options.gate !== undefined && options.updateGate) checkWritable(options.gate, `gate ${options.gate}`);
  const interim = options.out === undefined ? join('.cqshop', 'evaluate') : `${withoutSlash(options.out)}.partial`;
  const cache = openWorkCache(interim);
  let isDone = false;
  try {
    const extent = {
      withReferences: options.reference,
      withSweep: options.sweep,
      ...(external.length === 0
        ? {}
        : {
            external: {
              detectors: external,
              dir: resolve(interim),
              withLabels: options.externalLabels,
              timeoutMs: options.externalTimeout ?? 10 * minuteMs,
              onLine: io.log,
            },
          }),
    };
    const evaluation = await evaluated(models, { seeds, firstSeed, cache, ...extent }, io);
    const { rows, planned: _, externalFailures, ...further } = evaluation;
    const run = Array.from({ length: seeds }, (_, index) => firstSeed + index);
    const exitCode = report({ command, seeds: formatSeeds(run), evaluation, gate, file: options.gate }, io);
    const about = { command, version: toolVersion };
    if (options.out !== undefined) writeResults(options.out, { ...about, seed: firstSeed, rows, ...further });
    if (options.gate !== undefined && options.updateGate) {
      const accepting = { ...about, seeds, firstSeed, tolerance: accepted?.tolerance ?? 0.02 };
      const isFirst = accepted === undefined;
      writeGate(options.gate, isFirst ? gateOf(rows, accepting) : updatedGate(rows, accepting, accepted));
      io.log(`${options.gate}: rewritten`);
    }
    isDone = true;
    for (const { anomaly, message } of externalFailures) io.error(`${anomaly}: ${message}`);
    return externalFailures.length > 0 ? exitCodes.failed : exitCode;
  } finally {
    const isKept = cache.close(isDone);
    if (isKept) io.warn(`what was computed is kept in ${interim}; the same command continues there`);
  }
}

type Evaluated = Evaluation & { readonly sweep?: readonly SweepPoint[] };

async function evaluated(
  models: ReadonlyMap<string, readonly Model[]>,
  options: {
    readonly seeds: number;
    readonly firstSeed: number;
    readonly cache: WorkCache;
    readonly withReferences: boolean;
    readonly withSweep: boolean;
    readonly external?: ExternalWork;
  },
  io: Io,
): Promise<Evaluated> {
  const { withReferences, withSweep, ...seedWork } = options;
  const clock = stageClock(io);
  const pool = openJobPool(io.signal);
  try {
    const work = { ...seedWork, pool, onStage: clock.onStage, signal: io.signal };
    const references = (withReferences ? await trainedReferences([...models.keys()], work) : []).map(unpacked);
    const all = new Map(
      [...models].map(([anomaly, mine]) => [
        anomaly,
        [...mine, ...references.filter(({ detector }) => detector.anomaly === anomaly)],
      ]),
    );
    const evaluation = await evaluateSeeds(all, work);
    return withSweep ? { ...evaluation, sweep: await sweep(all, work) } : evaluation;
  } finally {
    clock.finish();
    await pool.close();
  }
}

/** @throws USAGE when a program has the name of one of our detectors, or of another program */
function assertOwnNames(external: readonly { readonly name: string }[], anomalies: readonly string[]): void {
  const names = external.map(({ name }) => name);
  assertDistinct(names, { verb: 'evaluate', noun: 'program' });
  const ours = new Set(['perfect', ...anomalies.flatMap(anomaly => detectorsFor(anomaly).map(({ id }) => id))]);
  const taken = names.find(name => ours.has(name));
  if (taken === undefined) return;
  throw new CqshopError(
    'USAGE',
    `Cannot take --external ${taken}: a detector of cqshop has that name, expected a name of your own`,
  );
}

function modelsOf(anomaly: string, dir: string | undefined): string {
  return dir === undefined ? modelDir(anomaly) : join(dir, anomaly);
}

function report(
  done: {
    readonly command: string;
    readonly seeds: string;
    readonly evaluation: Evaluated;
    readonly gate: Gate | undefined;
    readonly file: string | undefined;
  },
  io: Io,
): number {
  const { command, seeds, gate, file } = done;
  const { planned, ...found } = done.evaluation;
  const { rows, comparisons, leftOut, sweep: points = [] } = found;
  const below = gate === undefined ? [] : shortfalls(gate, rows);
  const clean = rows.filter(({ variant, role }) => variant === 'clean' && role !== 'control');
  const anomalous = rows.filter(({ variant }) => variant !== 'clean');
  io.result({ command, ...found, ...(gate === undefined ? {} : { gate: { file, below } }) }, () =>
    [
      `Test runs of ${seeds}`,
      ...(leftOut.length === 0
        ? []
        : [
            `${leftOut.length} of ${pluralize(planned, 'anomaly', 'anomalies')} left no trace and were left out:`,
            ...leftOut.map(({ run, id, reason }) => `  ${id} in ${run}: ${reason}`),
          ]),
      '',
      resultsTable(anomalous, caveatsOf(anomalous, [], comparisons), { ...io, comparisons }),
      '',
      formatTable(
        ['clean runs', 'detector', 'alarms', 'near misses', 'false in 22 days'],
        clean.map(({ anomaly, detector, alarms, nearMissAlarms, falseAlarmsPerDay }) => [
          ...[anomaly, detector, alarms, nearMissAlarms],
          falseAlarmsPerDay === null ? '-' : (22 * falseAlarmsPerDay).toFixed(2),
        ]),
        { rightFrom: 2 },
      ),
      ...(points.length === 0 ? [] : ['', sweepTable(points)]),
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

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateSeeds, readModels } from '../../app/experiment/evaluate-seeds.ts';
import { openJobPool } from '../../app/experiment/job-pool.ts';
import { CqshopError } from '../../base/errors.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { detectableAnomalies, detectorsFor } from '../../lab/detectors/registry.ts';
import { assertSameSeeds, type Gate, gateOf, shortfalls, updatedGate } from '../../lab/evaluation/gate.ts';
import { readGate, writeGate } from '../../lab/evaluation/gate-file.ts';
import type { ResultRow } from '../../lab/evaluation/result-rows.ts';
import { writeResults } from '../../lab/evaluation/results-file.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { formatOtherSeeds, formatShortfall } from '../../lab/report/format-gate.ts';
import { formatSeeds } from '../../lab/report/format-seeds.ts';
import { resultsTable } from '../../lab/report/terminal-table.ts';
import { assertDistinct } from '../assert-distinct.ts';
import { checkWritable } from '../check-writable.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import type { ValuesOf } from '../options.ts';
import { assertReplaceable } from '../results-directory.ts';
import { modelDir } from '../shipped-models.ts';
import { stageClock } from '../stage-clock.ts';
import { formatTable } from '../table.ts';
import type { RunVerb } from '../verb.ts';
import type { EvaluateFlags } from './evaluate.ts';
import { evaluateDetections } from './evaluate-detections.ts';

type Values = ValuesOf<EvaluateFlags>;

/** `cqshop evaluate`: over seeds, or of a dataset and detections. Exits 3 below the gate. */
export const evaluateRun: RunVerb<Values> = async ({ arguments: anomalies, options }, io) => {
  for (const anomaly of anomalies) detectorsFor(anomaly);
  assertDistinct(anomalies, { verb: 'evaluate', noun: 'anomaly' });
  const { dataset, detections } = options;
  if (dataset === undefined && detections === undefined && options.scores === undefined)
    return overSeeds(anomalies, options, io);
  if (dataset === undefined || detections === undefined) {
    const missing = dataset === undefined ? '--dataset DIR' : '--detections FILE';
    throw new CqshopError('USAGE', `Cannot evaluate: ${missing} is missing, expected --dataset DIR --detections FILE`);
  }
  return evaluateDetections({ anomalies, dataset, detections, scores: options.scores }, io);
};

async function overSeeds(named: readonly string[], options: Values, io: Io): Promise<number> {
  // A gate that is updated keeps its seeds and its tolerance; there may be none yet.
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
      resultsTable(anomalous, caveatsOf(anomalous), { colours: io.colours }),
      '',
      formatTable(
        ['clean runs', 'detector', 'alarms', 'of them near misses', 'false alarms in 22 days'],
        clean.map(({ anomaly, detector, alarms, nearMissAlarms, falseAlarmsPerDay }) => [
          ...[anomaly, detector, alarms, nearMissAlarms],
          falseAlarmsPerDay === null ? '-' : (22 * falseAlarmsPerDay).toFixed(2),
        ]),
      ),
      ...(gate === undefined
        ? []
        : [
            '',
            below.length === 0 ? `as good as ${file}, or better` : `below ${file}:`,
            ...below.map(one => `  ${formatShortfall(one)}`),
          ]),
    ].join('\n'),
  );
  return below.length === 0 ? exitCodes.done : exitCodes.belowGate;
}

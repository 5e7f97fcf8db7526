import { join } from 'node:path';
import { type Evaluation, evaluationOf } from '../../app/experiment/evaluate-seeds.ts';
import { type Scored, seedsOf, type WholeEvaluation } from '../../app/experiment/shard-files.ts';
import { sweptPoints } from '../../app/experiment/sweep.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { writeOut } from '../../base/whole-file.ts';
import { pluralize } from '../../base/words.ts';
import { shortfalls } from '../../lab/evaluation/gate.ts';
import { type Results, writeResults } from '../../lab/evaluation/results-file.ts';
import type { SweepPoint } from '../../lab/evaluation/sweep-points.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { formatShortfall } from '../../lab/report/format-gate.ts';
import { formatSeeds } from '../../lab/report/format-seeds.ts';
import { writeEvaluationHtml } from '../../lab/report/report-files.ts';
import { sweepMarkdown } from '../../lab/report/sweep-markdown.ts';
import { sweepTable } from '../../lab/report/sweep-table.ts';
import { formatTable } from '../../lab/report/table.ts';
import { resultsTable } from '../../lab/report/terminal-table.ts';
import { variantsTable } from '../../lab/report/variants-table.ts';
import { checkWritable } from '../check-writable.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { assertReplaceable } from '../results-directory.ts';
import { acceptFigures, type GateOfEvaluation, type GateOptions, writeComparison } from './gate-of-evaluation.ts';

/** Checks before long work that its results can be written at its end. @throws USAGE, WRITE_FAILED */
export function checkOutputs(
  command: string,
  { out, overwrite, gate, updateGate, junit, markdown }: Outputs & GateOptions & { readonly overwrite: boolean },
): void {
  if (out !== undefined && !overwrite) assertReplaceable(out, command);
  if (out !== undefined) checkWritable(join(out, 'results.json'), `results to ${out}`);
  if (gate !== undefined && updateGate) checkWritable(gate, `gate ${gate}`);
  for (const file of [junit, markdown]) if (file !== undefined) checkWritable(file, file);
}

type Outputs = { readonly out: string | undefined };

/** Prints and writes what a whole evaluation found. @returns the exit code */
export function concludeEvaluation(
  { whole, scored, swept }: Scored & { readonly whole: WholeEvaluation },
  { out, gate }: Outputs & { readonly gate: GateOfEvaluation },
  io: Io,
): number {
  const { command, firstSeed, anomalies } = whole;
  const evaluation = evaluationOf(scored);
  const sweep: Pick<Results, 'sweep'> =
    swept === undefined ? {} : { sweep: sweptPoints(swept, anomalies, scored.externalFailures) };
  const exitCode = report(
    { command, seeds: formatSeeds(seedsOf(whole)), evaluation: { ...evaluation, ...sweep }, gate },
    io,
  );
  const { rows, planned: _, externalFailures, ...further } = evaluation;
  if (out !== undefined) {
    const results = { command, version: toolVersion, seed: firstSeed, rows, ...further, ...sweep };
    writeResults(out, results);
    writeEvaluationHtml(out, results);
    if (sweep.sweep !== undefined) writeOut(join(out, 'sweep.md'), sweepMarkdown(sweep.sweep));
    const more = sweep.sweep === undefined ? '' : ', sweep.csv, sweep.md';
    io.log(`${out}: report.html, results.json, results.csv${more}`);
  }
  writeComparison(gate, rows, command);
  acceptFigures(gate, rows, whole, io);
  for (const { anomaly, message } of externalFailures) io.error(`${anomaly}: ${message}`);
  return externalFailures.length > 0 ? exitCodes.failed : exitCode;
}

function report(
  done: {
    readonly command: string;
    readonly seeds: string;
    readonly evaluation: Evaluation & { readonly sweep?: readonly SweepPoint[] };
    readonly gate: GateOfEvaluation;
  },
  io: Io,
): number {
  const { command, seeds } = done;
  const { gate: file, judging: gate } = done.gate;
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
      variantsTable(anomalous, io.width),
      '',
      formatTable(
        ['clean runs', 'detector', 'alarms', 'near misses', 'false in 22 days'],
        clean.map(({ anomaly, detector, alarms, nearMissAlarms, falseAlarmsPerDay }) => [
          ...[anomaly, detector, alarms, nearMissAlarms],
          falseAlarmsPerDay === null ? '-' : (22 * falseAlarmsPerDay).toFixed(2),
        ]),
        { rightFrom: 2 },
      ),
      ...(points.length === 0 ? [] : ['', sweepTable(points, io.width)]),
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

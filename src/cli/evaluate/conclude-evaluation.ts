import { join } from 'node:path';
import { type Evaluation, evaluationOf } from '../../app/experiment/evaluate-seeds.ts';
import { type Scored, seedsOf, type WholeEvaluation } from '../../app/experiment/shard-files.ts';
import { sweptPoints } from '../../app/experiment/sweep.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { writeOut } from '../../base/whole-file.ts';
import { pluralize } from '../../base/words.ts';
import { type Shortfall, shortfalls } from '../../lab/evaluation/gate.ts';
import { cleanGroup } from '../../lab/evaluation/result-rows.ts';
import { writeResults } from '../../lab/evaluation/results-file.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { formatShortfall } from '../../lab/report/format-gate.ts';
import { formatSeeds } from '../../lab/report/format-seeds.ts';
import { writeEvaluationHtml } from '../../lab/report/report-files.ts';
import { formatFalse } from '../../lab/report/result-columns.ts';
import { silentProgramNotes } from '../../lab/report/silent-programs.ts';
import { sweepMarkdown } from '../../lab/report/sweep-markdown.ts';
import { resultsTable } from '../../lab/report/terminal/results-table.ts';
import { sweepTable } from '../../lab/report/terminal/sweep-table.ts';
import { formatTable } from '../../lab/report/terminal/table.ts';
import { variantsTable } from '../../lab/report/terminal/variants-table.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { acceptFigures, type GateOfEvaluation, writeComparison } from './gate-of-evaluation.ts';

/** Prints and writes what a whole evaluation found. @returns the exit code */
export function concludeEvaluation(
  { whole, scored, swept }: Scored & { readonly whole: WholeEvaluation },
  { out, gate }: { readonly out: string | undefined; readonly gate: GateOfEvaluation },
  io: Io,
): number {
  const { command, firstSeed, anomalies } = whole;
  const { planned, externalFailures, ...found } = evaluationOf(scored);
  const { rows } = found;
  const sweep = swept === undefined ? undefined : sweptPoints(swept, anomalies, externalFailures);
  const withSweep = sweep === undefined ? {} : { sweep };
  const below = gate.judging === undefined ? undefined : shortfalls(gate.judging, rows);
  const judged = below === undefined ? {} : { gate: { file: gate.gate, below } };
  const results = { command, version: toolVersion, seed: firstSeed, ...found, ...withSweep };
  io.result({ ...results, externalFailures, ...judged }, () => [
    `Test runs of ${formatSeeds(seedsOf(whole))}`,
    ...leftOutLines(found.leftOut, planned),
    '',
    ...resultLines(found, io),
    ...(sweep === undefined || sweep.length === 0 ? [] : ['', sweepTable(sweep, io.width)]),
    ...(below === undefined ? [] : ['', ...gateLines(below, gate.gate)]),
  ]);
  if (out !== undefined) {
    writeResults(out, results);
    writeEvaluationHtml(out, results);
    if (sweep !== undefined) writeOut(join(out, 'sweep.md'), sweepMarkdown(sweep));
    const more = sweep === undefined ? '' : ', sweep.csv, sweep.md';
    io.log(`${out}: report.html, results.json, results.csv${more}`);
  }
  writeComparison(gate, rows, command);
  acceptFigures(gate, rows, whole, io);
  for (const { anomaly, message } of externalFailures) io.error(`${anomaly}: ${message}`);
  if (externalFailures.length > 0) return exitCodes.failed;
  return below === undefined || below.length === 0 ? exitCodes.done : exitCodes.belowGate;
}

function leftOutLines(leftOut: Evaluation['leftOut'], planned: number): readonly string[] {
  if (leftOut.length === 0) return [];
  return [
    `${leftOut.length} of ${pluralize(planned, 'anomaly', 'anomalies')} left no trace and were left out:`,
    ...leftOut.map(({ run, id, reason }) => `  ${id} in ${run}: ${reason}`),
  ];
}

function resultLines({ rows, comparisons }: Pick<Evaluation, 'rows' | 'comparisons'>, io: Io): readonly string[] {
  const clean = rows.filter(({ variant, role }) => variant === cleanGroup.variant && role !== 'control');
  const anomalous = rows.filter(({ variant }) => variant !== cleanGroup.variant);
  const notes = [...caveatsOf(anomalous, [], comparisons), ...silentProgramNotes(anomalous)];
  return [
    resultsTable(anomalous, notes, { ...io, comparisons }),
    '',
    variantsTable(anomalous, io.width),
    '',
    formatTable(
      ['clean runs', 'detector', 'alarms', 'near misses', 'false in 22 days'],
      clean.map(row => [row.anomaly, row.detector, row.alarms, row.nearMissAlarms, formatFalse(row, 2)]),
      { rightFrom: 2 },
    ),
  ];
}

function gateLines(below: readonly Shortfall[], file: string | undefined): readonly string[] {
  return [
    below.length === 0 ? `gate passed: no figure is below ${file}` : `gate failed: below ${file}:`,
    ...below.map(one => `  ${formatShortfall(one)}`),
  ];
}

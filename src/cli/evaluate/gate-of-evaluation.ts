import { appendFileSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { writing } from '../../base/errors.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { makeDirectory, writeOut } from '../../base/whole-file.ts';
import { assertSameSeeds, type Gate, gateChecks, gateOf, updatedGate } from '../../lab/evaluation/gate.ts';
import { readGate, writeGate } from '../../lab/evaluation/gate-file.ts';
import type { ResultRow } from '../../lab/evaluation/result-rows.ts';
import { formatOtherSeeds } from '../../lab/report/format-gate.ts';
import { gateJunit, gateMarkdown } from '../../lab/report/gate-files.ts';
import type { Io } from '../io.ts';
import type { EvaluateOptions } from './evaluate-options.ts';

type GateOptions = Pick<EvaluateOptions, 'gate' | 'updateGate' | 'junit' | 'markdown'>;

/** The gate file of an evaluation. */
export type GateOfEvaluation = GateOptions & {
  /** What the file holds; undefined where there is none yet. */
  readonly accepted: Gate | undefined;
  /** What figures are compared with; undefined where they are accepted. */
  readonly judging: Gate | undefined;
};

/** An updated gate keeps its seeds and its tolerance. A new gate has no file yet. @throws GATE_INVALID */
export function gateOfEvaluation(options: GateOptions): GateOfEvaluation {
  const { gate, updateGate } = options;
  const isNew = updateGate && gate !== undefined && !existsSync(gate);
  const accepted = gate === undefined || isNew ? undefined : readGate(gate);
  return { ...options, accepted, judging: updateGate ? undefined : accepted };
}

type Extent = { readonly seeds: number; readonly firstSeed: number };

/** Warns if the seeds are not those of the gate. @throws USAGE when a gate of other seeds is updated */
export function checkSeeds(
  { gate, updateGate, accepted, judging }: GateOfEvaluation,
  anomalies: readonly string[],
  extent: Extent,
  io: Io,
): void {
  if (updateGate && accepted !== undefined) assertSameSeeds(accepted, anomalies, extent);
  const note = judging === undefined || gate === undefined ? undefined : formatOtherSeeds(judging, gate, extent);
  if (note !== undefined) io.warn(note);
}

/**
 * Writes the comparison with the gate to the files that were asked for. The Markdown file is appended to, since that of a CI job
 * may hold more.
 *
 * @throws WRITE_FAILED
 */
export function writeComparison(
  { judging, junit, markdown }: GateOfEvaluation,
  rows: readonly ResultRow[],
  command: string,
): void {
  if (judging === undefined) return;
  const checks = gateChecks(judging, rows);
  const about = { command, tolerance: judging.tolerance };
  if (junit !== undefined) writeOut(junit, gateJunit(checks, about));
  if (markdown === undefined) return;
  writing(markdown, () => {
    makeDirectory(dirname(markdown));
    appendFileSync(markdown, gateMarkdown(checks, about));
  });
}

/** Accepts the figures, where it is asked for. @throws WRITE_FAILED */
export function acceptFigures(
  { gate, updateGate, accepted }: GateOfEvaluation,
  rows: readonly ResultRow[],
  made: Extent & { readonly command: string },
  io: Io,
): void {
  if (gate === undefined || !updateGate) return;
  const { command, seeds, firstSeed } = made;
  const accepting = { command, version: toolVersion, seeds, firstSeed, tolerance: accepted?.tolerance ?? 0.02 };
  writeGate(gate, accepted === undefined ? gateOf(rows, accepting) : updatedGate(rows, accepting, accepted));
  io.log(`${gate}: rewritten`);
}

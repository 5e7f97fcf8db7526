import { join, resolve } from 'node:path';
import { readModels, scoreSeeds } from '../../app/experiment/evaluate-seeds.ts';
import { missingProgram } from '../../app/experiment/external/run-command.ts';
import { openJobPool } from '../../app/experiment/job-pool.ts';
import { unpacked } from '../../app/experiment/portable-model.ts';
import { trainedReferences } from '../../app/experiment/references.ts';
import {
  type Scored,
  type Shard,
  seedsOf,
  type WholeEvaluation,
  writeShard,
} from '../../app/experiment/shard-files.ts';
import { sweepSeeds } from '../../app/experiment/sweep.ts';
import { codeDigest, openWorkCache, type WorkCache } from '../../app/experiment/work-cache.ts';
import { cannot } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { minuteMs } from '../../base/time.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { withoutSlash } from '../../base/whole-file.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { detectableAnomalies, detectorsFor } from '../../lab/detectors/registry.ts';
import { formatSeeds } from '../../lab/report/format-seeds.ts';
import { assertDistinct } from '../assert-distinct.ts';
import type { Io } from '../io.ts';
import { shellWord } from '../shell-word.ts';
import { stageClock } from '../stage-clock.ts';
import { checkOutputs } from './check-outputs.ts';
import { concludeEvaluation } from './conclude-evaluation.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import { checkSeeds, gateOfEvaluation } from './gate-of-evaluation.ts';

/** `cqshop evaluate`, or with --shard a part of it. */
export async function evaluateOverSeeds(named: readonly string[], options: EvaluateOptions, io: Io): Promise<number> {
  const gate = gateOfEvaluation(options);
  const seeds = options.seeds ?? gate.accepted?.seeds ?? 20;
  const firstSeed = options.firstSeed ?? gate.accepted?.firstSeed ?? 1;
  const anomalies = named.length > 0 ? named : detectableAnomalies;
  const { models: dir = 'models' } = options;
  const models = new Map(anomalies.map(anomaly => [anomaly, readModels(join(dir, anomaly), anomaly)]));
  checkSeeds(gate, anomalies, { seeds, firstSeed }, io);
  assertOwnNames(options.external ?? [], anomalies);
  for (const { name, command } of options.external ?? []) {
    const missing = missingProgram(command);
    if (missing !== undefined) {
      throw cannot('USAGE', `run ${name} (${command})`)(
        `there is no ${missing}`,
        'a command that works in this directory',
      );
    }
  }
  const { shard, out } = options;
  if (shard !== undefined && shard.of > seeds) {
    throw cannot('USAGE', `evaluate shard ${shard.index}/${shard.of}`)(
      `there are ${seeds} seeds`,
      'at most as many shards',
    );
  }
  const command = commandOf(named, options, { seeds, firstSeed });
  const made = sha256(
    JSON.stringify([codeDigest(), [...models.values()].flat().map(({ description }) => description)]),
  );
  const whole: WholeEvaluation = { command, version: toolVersion, made, anomalies: [...anomalies], seeds, firstSeed };
  checkOutputs(command, options);
  const interim = out === undefined ? join('.cqshop', 'evaluate') : `${withoutSlash(out)}.partial`;
  const cache = openWorkCache(resolve(interim));
  let isDone = false;
  try {
    const scored = await scoredOn(seedsOf(whole, shard), { models, cache, interim: resolve(interim), options }, io);
    const exitCode =
      shard === undefined || out === undefined
        ? concludeEvaluation({ whole, ...scored }, { out, gate }, io)
        : concludeShard({ whole, shard, out, scored }, io);
    isDone = true;
    return exitCode;
  } finally {
    const isKept = cache.close(isDone);
    if (isKept) io.warn(`what was computed is kept in ${interim}; the same command continues there`);
  }
}

/** The command of the whole evaluation, without its outputs. */
function commandOf(
  named: readonly string[],
  { models, reference, sweep, external = [], externalLabels }: EvaluateOptions,
  { seeds, firstSeed }: { readonly seeds: number; readonly firstSeed: number },
): string {
  return [
    ...['cqshop evaluate', ...named, `--seeds ${seeds}`, `--first-seed ${firstSeed}`],
    ...(models === undefined ? [] : [`--models ${shellWord(models)}`]),
    ...(reference ? ['--reference'] : []),
    ...(sweep ? ['--sweep'] : []),
    ...external.map(({ name, command }) => `--external ${name}=${shellWord(command)}`),
    ...(externalLabels ? ['--external-labels'] : []),
  ].join(' ');
}

async function scoredOn(
  seeds: readonly number[],
  work: {
    readonly models: ReadonlyMap<string, readonly Model[]>;
    readonly cache: WorkCache;
    readonly interim: string;
    readonly options: EvaluateOptions;
  },
  io: Io,
): Promise<Scored> {
  const { models, cache, interim, options } = work;
  const { external: programs = [], externalLabels, externalTimeout } = options;
  const external = {
    ...{ detectors: programs, dir: interim, withLabels: externalLabels, onLine: io.log },
    timeoutMs: externalTimeout ?? 10 * minuteMs,
  };
  const clock = stageClock(io);
  const pool = openJobPool(io.signal);
  try {
    const on = { seeds, cache, pool, onStage: clock.onStage, signal: io.signal };
    const references = (options.reference ? await trainedReferences([...models.keys()], on) : []).map(unpacked);
    const all = new Map(
      [...models].map(([anomaly, mine]) => [
        anomaly,
        [...mine, ...references.filter(({ detector }) => detector.anomaly === anomaly)],
      ]),
    );
    const withOthers = programs.length === 0 ? on : { ...on, external };
    const scored = await scoreSeeds(all, withOthers);
    if (!options.sweep) return { scored };
    const { externalFailures } = scored;
    const { swept, failures } = await sweepSeeds(all, withOthers, externalFailures);
    return { scored: { ...scored, externalFailures: [...externalFailures, ...failures] }, swept };
  } finally {
    clock.finish();
    await pool.close();
  }
}

function concludeShard(
  done: {
    readonly whole: WholeEvaluation;
    readonly shard: Shard;
    readonly out: string;
    readonly scored: Scored;
  },
  io: Io,
): number {
  const { whole, shard, out, scored } = done;
  writeShard(out, whole, shard, scored);
  const seeds = seedsOf(whole, shard);
  for (const { anomaly, message } of scored.scored.externalFailures) io.warn(`${anomaly}: ${message}`);
  io.result({ command: whole.command, shard: shard.index, of: shard.of, seeds, out }, () => [
    `Shard ${shard.index} of ${shard.of}: test runs of ${formatSeeds(seeds)}, written to ${out}`,
    'The figures come from all shards together: cqshop evaluate --merge DIR…',
  ]);
  return 0;
}

/** @throws USAGE when a program has the name of one of our detectors, or of another program */
function assertOwnNames(external: readonly { readonly name: string }[], anomalies: readonly string[]): void {
  const names = external.map(({ name }) => name);
  assertDistinct(names, { verb: 'evaluate', noun: 'program' });
  const ours = new Set(['perfect', ...anomalies.flatMap(anomaly => detectorsFor(anomaly).map(({ id }) => id))]);
  const taken = names.find(name => ours.has(name));
  if (taken === undefined) return;
  throw cannot('USAGE', `take --external ${taken}`)('a detector of cqshop has that name', 'a name of your own');
}

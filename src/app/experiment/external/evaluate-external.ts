import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CqshopError, cannot, reasonOf } from '../../../base/errors.ts';
import { sha256 } from '../../../base/hash.ts';
import { makeDirectory } from '../../../base/whole-file.ts';
import { pluralize } from '../../../base/words.ts';
import { detectorFor } from '../../../lab/detectors/registry.ts';
import { type CleanTally, joinTallies, thresholdFromCleanDays } from '../../../lab/detectors/threshold.ts';
import type { RunOutcome } from '../../../lab/evaluation/run-outcome.ts';
import type { ResolvedScenario } from '../../../shop/scenarios/resolve-scenario.ts';
import { stage } from '../stage.ts';
import type { Work } from '../work.ts';
import { writeBlindDataset } from './blind-dataset.ts';
import type { Scored } from './judge-scores.ts';
import { runCommand } from './run-command.ts';

/** An external detector: a program that can `train` and `score`. */
export type ExternalDetector = { readonly name: string; readonly command: string };

/** A run to score it on. */
export type ExternalRun = {
  readonly scenario: ResolvedScenario;
  /** Names the run in outcomes. */
  readonly name: string;
  readonly isClean: boolean;
  readonly mayLeaveOut: boolean;
};

export type ExternalPlan = {
  readonly anomaly: string;
  readonly training: readonly ResolvedScenario[];
  /** The clean runs that thresholds come from. */
  readonly clean: readonly ResolvedScenario[];
  readonly runs: readonly ExternalRun[];
};

export type ExternalOptions = Work & {
  /** Scratch files, which are deleted. */
  readonly dir: string;
  /** Whether the training datasets hold labels. */
  readonly withLabels: boolean;
  /** Of each call of a program. */
  readonly timeoutMs: number;
  /** Receives each line that a program writes. */
  readonly onLine: (line: string) => void;
};

/** What the programs found; a program that failed has no outcomes. */
export type ExternalResult = {
  readonly outcomes: readonly { readonly seed: number; readonly isClean: boolean; readonly outcome: RunOutcome }[];
  readonly failures: readonly { readonly anomaly: string; readonly name: string; readonly message: string }[];
};

/** A program's state for one anomaly. */
type Candidate = ExternalDetector & {
  readonly anomaly: string;
  readonly model: string;
  /** All that determines its results, besides the run: another try takes up what was computed for the same facts. */
  readonly facts: readonly unknown[];
  failure: string | undefined;
};

/**
 * Trains and scores external programs on the runs that our detectors get, with thresholds from the same clean days by the same code. A program that
 * fails is left out from there on; the others go on.
 */
export async function evaluateExternal(
  detectors: readonly ExternalDetector[],
  { anomaly, training, clean, runs }: ExternalPlan,
  options: ExternalOptions,
): Promise<ExternalResult> {
  const dir = join(options.dir, 'external', anomaly);
  rmSync(dir, { recursive: true, force: true });
  makeDirectory(dir);
  try {
    const candidates = detectors.map((detector): Candidate => {
      const facts = ['external', anomaly, detector, programDigest(detector.command), training, options.withLabels];
      return { ...detector, anomaly, facts, model: options.cache.fileFor(facts), failure: undefined };
    });
    await train(candidates, training, { ...options, dir });
    const cleanRuns = clean.map(scenario => ({ scenario, mayLeaveOut: false }));
    const tallies = await onEachRun(candidates, cleanRuns, { ...options, dir, name: 'calibrate external' }, one =>
      options.pool.run('tallyExternal', one),
    );
    const { falseAlarmsPerDay } = detectorFor(anomaly);
    const thresholds = new Map(
      candidates.map(candidate => {
        const own = tallies
          .flatMap(({ of, result }) => (of === candidate ? [result] : []))
          // A run without scores does not say how long the windows are.
          .sort((a, b) => Number(isEmpty(a)) - Number(isEmpty(b)));
        return [candidate, own.length === 0 ? 0 : thresholdFromCleanDays(joinTallies(own), falseAlarmsPerDay).value];
      }),
    );
    const scored = await onEachRun(
      candidates,
      runs,
      {
        ...{ ...options, dir, name: 'score external' },
        about: (candidate, run) => [run.name, thresholds.get(candidate)],
      },
      (one, candidate, { name }) =>
        options.pool.run('scoreExternal', { ...one, run: name, threshold: thresholds.get(candidate) ?? 0 }),
    );
    const usable = scored.filter(({ of }) => of.failure === undefined);
    for (const candidate of candidates) {
      const found = usable.find(({ of, result }) => of === candidate && result.unknown.length > 0);
      if (found !== undefined)
        options.onLine(`${candidate.name}: ${unknownNote(found.result.unknown, found.run.name)}`);
    }
    return {
      outcomes: usable.map(({ run: { scenario, isClean }, result: { outcome } }) => ({
        seed: scenario.seed,
        isClean,
        outcome,
      })),
      failures: candidates.flatMap(({ name, failure }) =>
        failure === undefined ? [] : [{ anomaly, name, message: failure }],
      ),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

type InDirectory = ExternalOptions & { readonly dir: string };

async function train(
  candidates: readonly Candidate[],
  runs: readonly ResolvedScenario[],
  options: InDirectory,
): Promise<void> {
  const { dir, withLabels, pool } = options;
  // A model that an earlier try finished is there under its name.
  const untrained = candidates.filter(({ model }) => !existsSync(model));
  if (untrained.length === 0) return;
  const blind = await stage('simulate for external', runs, options, async scenario => {
    const full = join(dir, `full-${scenario.name}`);
    await pool.run('recordDataset', { scenario, out: full, mayLeaveOut: true });
    const out = join(dir, `training-${scenario.name}`);
    writeBlindDataset(full, out, withLabels);
    rmSync(full, { recursive: true });
    return out;
  });
  await stage('train external', untrained, options, candidate => {
    const { anomaly, model, name, command } = candidate;
    const partial = join(dir, `model-${name}`);
    makeDirectory(partial);
    return attempt(candidate, options, async () => {
      const args = ['train', '--anomaly', anomaly, '--data', ...blind, '--model', partial];
      await runCommand(command, args, { ...options, name });
      renameSync(partial, model);
    });
  });
  for (const out of blind) rmSync(out, { recursive: true });
}

function unknownNote(unknown: readonly string[], run: string): string {
  const entities = pluralize(unknown.length, 'entity', 'entities');
  return `${entities} that it scored in ${run} ${unknown.length === 1 ? 'does' : 'do'} not occur there, such as ${unknown[0]}`;
}

/**
 * Records each run, lets all programs score it, and judges the scores; no more runs at a time than the machine has cores. A program that failed in
 * a run has no result of it.
 */
async function onEachRun<Run extends Pick<ExternalRun, 'scenario' | 'mayLeaveOut'>, Result>(
  candidates: readonly Candidate[],
  runs: readonly Run[],
  options: InDirectory & {
    readonly name: string;
    /** What else the judgement depends on. */
    readonly about?: (candidate: Candidate, run: Run) => unknown;
  },
  judge: (scored: Scored, candidate: Candidate, run: Run) => Promise<Result>,
) {
  const { dir, name, pool, cache, about = () => undefined } = options;
  const free = slots(availableParallelism());
  const results = await stage(name, [...runs.entries()], options, ([index, run]) =>
    free(async () => {
      const { scenario, mayLeaveOut } = run;
      const full = join(dir, 'full', `run-${index}`);
      // What they are told to score and where to write are here, where nothing says what is anomalous.
      const forPrograms = join(dir, 'for-programs');
      const blind = join(forPrograms, `data-${index}`);
      // Another try may have left them.
      for (const left of [full, blind]) rmSync(left, { recursive: true, force: true });
      const keyOf = (candidate: Candidate) => [name, candidate.facts, scenario, about(candidate, run)];
      const isComputed = (candidate: Candidate) => cache.has(keyOf(candidate));
      if (candidates.some(candidate => candidate.failure === undefined && !isComputed(candidate))) {
        await pool.run('recordDataset', { scenario, out: full, mayLeaveOut });
        writeBlindDataset(full, blind, false);
      }
      const each: { readonly of: Candidate; readonly run: Run; readonly result: Result }[] = [];
      for (const candidate of candidates) {
        const scores = join(forPrograms, `scores-${index}-${candidate.name}.csv`);
        const { anomaly, model } = candidate;
        const result = await attempt(candidate, options, () =>
          cache.get(keyOf(candidate), async () => {
            const args = ['score', '--anomaly', anomaly, '--data', blind, '--model', model, '--out', scores];
            await runCommand(candidate.command, args, { ...options, name: candidate.name });
            if (!existsSync(scores)) {
              throw cannotUse(candidate, 'score ended with 0, and did not write the file of --out');
            }
            const one = { run: `${scenario.name}, seed ${scenario.seed}`, dataset: full, scores, anomaly };
            return judge({ ...one, detector: candidate.name }, candidate, run);
          }),
        );
        if (result !== undefined) each.push({ of: candidate, run, result });
        rmSync(scores, { recursive: true, force: true });
      }
      rmSync(full, { recursive: true, force: true });
      rmSync(blind, { recursive: true, force: true });
      return each;
    }),
  );
  return results.flat();
}

/** Of the files that a command names: a program that was changed has to be run again. */
function programDigest(command: string): string {
  return sha256(
    command
      .split(/[\s'"]+/)
      .flatMap(fileDigest)
      .join(),
  );
}

function fileDigest(word: string): readonly string[] {
  try {
    return statSync(word).isFile() ? [sha256(readFileSync(word))] : [];
  } catch {
    // Most words of a command name no file that could be read.
    return [];
  }
}

function cannotUse({ name }: Candidate, what: string): CqshopError {
  return cannot('EXTERNAL_FAILED', `use the scores of ${name}`)(what, 'a scores.csv as in docs/your-detector.md');
}

function isEmpty({ runs }: CleanTally): boolean {
  return runs.every(run => run.length === 0);
}

/** Remembers the first failure of a program, after which it is not called any more. */
async function attempt<Result>(
  candidate: Candidate,
  { signal }: Pick<ExternalOptions, 'signal'>,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  if (candidate.failure !== undefined) return undefined;
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    // Whatever happens to one program, such as a worker that its scores leave without memory, loses no other row.
    const reason = reasonOf(error);
    candidate.failure ??= error instanceof CqshopError ? reason : cannotUse(candidate, reason).message;
    return undefined;
  }
}

/** Lets at most `most` pieces of work run at a time. */
function slots(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async work => {
    if (running >= most) await new Promise<void>(resolve => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

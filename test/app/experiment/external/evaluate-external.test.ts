import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluateExternal } from '../../../../src/app/experiment/external/evaluate-external.ts';
import type { JobPool } from '../../../../src/app/experiment/job-pool.ts';
import { openWorkCache } from '../../../../src/app/experiment/work-cache.ts';
import { runJob } from '../../../../src/app/experiment/worker.ts';
import { CqshopError } from '../../../../src/base/errors.ts';
import { resultRows } from '../../../../src/lab/evaluation/result-rows.ts';
import { readScenario } from '../../../../src/shop/scenarios/read-scenario.ts';
import { resolveScenario } from '../../../../src/shop/scenarios/resolve-scenario.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

/** A program that tells what it got, and what lies beside it, and then does as the example for Node does. */
const spy = (dir: string) => `
  echo "$@" >> '${dir}/calls'
  for word in "$@"; do test -d "$word" && ls -1R "$word" "$word/.." | tr '\\n' ' ' >> '${dir}/calls'; done
  node examples/external-node/detector.js "$@"`;

/** Two days with hoarders, as in the sample. */
async function plan() {
  const hoarders = { ...(await readScenario('sample')), scale: 0.3 };
  const clean = { ...hoarders, anomalies: [], nearMisses: [] };
  const seeded = (scenario: typeof hoarders, name: string, seed: number) =>
    resolveScenario({ ...scenario, name, seed });
  return {
    anomaly: 'stock-exhaustion',
    training: [seeded(clean, 'training-1', 826001)],
    clean: [seeded(clean, 'clean-1', 826011), seeded(clean, 'clean-2', 826012)],
    runs: [
      { scenario: seeded(hoarders, 'a', 826021), name: 'a/1', isClean: false, mayLeaveOut: true },
      { scenario: seeded(clean, 'b', 826022), name: 'clean/1', isClean: true, mayLeaveOut: true },
    ],
  };
}

/** Three weeks of each, as the evaluation has them: with bulk buyers and other look-alikes. */
async function longPlan(): ReturnType<typeof plan> {
  const scenarioOf = async (name: string, seed: number) => resolveScenario({ ...(await readScenario(name)), seed });
  return {
    ...(await plan()),
    clean: [await scenarioOf('clean', 826031)],
    runs: [{ scenario: await scenarioOf('stock-exhaustion', 826041), name: 'a/1', isClean: false, mayLeaveOut: true }],
  };
}

async function evaluated(
  programs: Readonly<Record<string, string>>,
  withLabels = false,
  dir = temporaryDirectory(),
  planned = plan(),
) {
  const { signal } = new AbortController();
  // Workers cannot run TypeScript on Node 20, so the jobs are done here.
  const pool: JobPool = {
    async run(name, input) {
      const reply = await runJob({ name, input: input as never });
      if (reply.status === 'failed') throw new CqshopError(reply.code, reply.message);
      return reply.result as never;
    },
    close: async () => undefined,
  };
  const lines: string[] = [];
  const options = {
    ...{ dir, withLabels, timeoutMs: 60_000, pool, signal, cache: openWorkCache(join(dir, 'cache')) },
    onStage: () => undefined,
    onLine: (line: string) => lines.push(line),
  };
  const detectors = Object.entries(programs).map(([name, command]) => ({ name, command }));
  const result = await evaluateExternal(detectors, await planned, options).finally(() => options.cache.close(false));
  expect(readdirSync(join(dir, 'external'))).toEqual([]);
  return { ...result, lines };
}

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('NOT TESTED: the example in Python, since there is no python3');

describe('evaluateExternal', () => {
  test('calls train once and score for each run, shows the programs no truth, and goes on where an earlier try ended', async () => {
    const dir = temporaryDirectory();
    const program = join(dir, 'spy.sh');
    writeFileSync(program, spy(dir));
    const noFile = 'x'.repeat(300);
    const evaluatedBySpy = () => evaluated({ spy: `: ${noFile}; sh ${program}` }, false, dir);
    const callsOf = () => readFileSync(join(dir, 'calls'), 'utf8');
    const { outcomes, failures } = await evaluatedBySpy();
    expect(failures).toEqual([]);
    const calls = callsOf();
    expect(calls.match(/^train --anomaly stock-exhaustion --data \S+ --model \S+$/gm)).toHaveLength(1);
    expect(calls.match(/score --anomaly stock-exhaustion --data \S+ --model \S+ --out \S+$/gm)).toHaveLength(4);
    expect(calls).not.toMatch(/labels|near_misses|caused|README/);
    expect(outcomes.map(({ outcome: { run, detector, role }, isClean }) => [run, detector, role, isClean])).toEqual([
      ['a/1', 'spy', 'external', false],
      ['clean/1', 'spy', 'external', true],
    ]);
    const [row] = resultRows(outcomes.flatMap(one => (one.isClean ? [] : [one.outcome])));
    expect(row?.labels).toBeGreaterThan(0);
    // It scores the shop only, so no customer is found.
    expect(row).toMatchObject({ detected: 0, role: 'external', seeds: 1 });

    const again = await evaluatedBySpy();
    expect(again.outcomes).toEqual(outcomes);
    expect(callsOf()).toBe(calls);
    writeFileSync(program, `${spy(dir)} # changed`);
    await evaluatedBySpy();
    expect(callsOf().match(/--anomaly/g)).toHaveLength(2 * (calls.match(/--anomaly/g)?.length ?? 0));
  });

  test('gives the labels of the training runs only when asked to', async () => {
    for (const withLabels of [false, true]) {
      const dir = temporaryDirectory();
      writeFileSync(join(dir, 'look.sh'), `ls "$5" > '${dir}/files'; cp "$5/manifest.json" '${dir}'; exit 3`);
      const { failures } = await evaluated({ look: `sh ${join(dir, 'look.sh')}` }, withLabels);
      expect(failures).toMatchObject([{ anomaly: 'stock-exhaustion', name: 'look' }]);
      const files = readFileSync(join(dir, 'files'), 'utf8').trim().split('\n');
      expect(files).toEqual(['events.csv', ...(withLabels ? ['labels.jsonl'] : []), 'manifest.json']);
      const manifest: object = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'));
      expect(Object.keys(manifest)).toEqual(['format', 'toolVersion', 'start', 'end', 'messages', 'topics']);
    }
  });

  test('a crash and bad rows lose no other row, and are named', async () => {
    const bad = (row: string) => {
      const script = `while test $# -gt 1; do shift; done; test "$ACTION" = train || printf 'start,end,entity_type,entity_id,score\\n${row}\\n' > "$1"`;
      const path = join(temporaryDirectory(), 'bad.sh');
      writeFileSync(path, `ACTION=$1\n${script}\nexit 0\n`);
      return `sh ${path}`;
    };
    const window = '2026-03-02T00:00:00Z,2026-03-02T00:30:00Z';
    const directory = join(temporaryDirectory(), 'directory.sh');
    writeFileSync(directory, 'ACTION=$1; while test $# -gt 1; do shift; done; test "$ACTION" = train || mkdir "$1"');
    const { outcomes, failures, lines } = await evaluated({
      fine: 'node examples/external-node/detector.js',
      directory: `sh ${directory}`,
      outside: bad('2031-03-02T00:00:00Z,2031-03-02T00:30:00Z,user,u-1,1'),
      stranger: bad(`${window},user,u-1,1\\n${window},product,none,2`),
      crash: 'echo oh no >&2; exit 7 #',
      silent: 'true',
      word: bad(`${window},user,u-1,high`),
      twice: bad(`${window},user,u-1,1\\n${window},user,u-1,2`),
      ragged: bad(`${window},user,u-1,1\\n2026-03-02T00:10:00Z,2026-03-02T00:40:00Z,user,u-1,2`),
    });
    expect(outcomes.map(({ outcome }) => outcome.detector).sort()).toEqual(['fine', 'fine', 'stranger', 'stranger']);
    expect(lines.filter(line => line.startsWith('stranger'))).toEqual([
      'stranger: 2 entities that it scored in a/1 do not occur there, such as user u-1',
    ]);
    const messages = Object.fromEntries(failures.map(({ name, message }) => [name, message]));
    const failed = ['directory', 'outside', 'crash', 'silent', 'word', 'twice', 'ragged'];
    expect(Object.keys(messages)).toEqual(failed);
    expect(messages.directory).toMatch(
      /^Cannot read the scores of directory for clean-\d, seed \d+: it is a directory, expected/,
    );
    expect(messages.outside).toMatch(
      /line 2: it is about 2031-03-02T00:00:00.000Z to .*, expected a window of the run, 2026-03-02T/,
    );
    expect(messages.crash).toMatch(/Cannot run crash .*: it ended with 7, expected exit code 0; it wrote:\noh no$/);
    expect(messages.silent).toMatch(
      /^Cannot use the scores of silent: score ended with 0, and did not write the file of --out, expected/,
    );
    expect(messages.word).toMatch(/^Cannot read the scores of word for clean-\d, seed \d+, line 2: score is "high"/);
    expect(messages.twice).toMatch(
      /the scores of twice for .*, line 3: it scores the window and entity of line 2 again/,
    );
    expect(messages.ragged).toMatch(
      /line 3: it is about 2026-03-02T00:10:00.000Z to 2026-03-02T00:40:00.000Z, expected/,
    );
  });

  test.skipIf(!hasPython)('the example in Python runs, and finds hoarders', async () => {
    const programs = { python: 'python3 examples/external-python/detector.py' };
    const { outcomes, failures } = await evaluated(programs, false, temporaryDirectory(), longPlan());
    expect(failures).toEqual([]);
    const [row] = resultRows(outcomes.map(({ outcome }) => outcome));
    expect(row?.recall).toBeGreaterThanOrEqual(0.5);
  });
});

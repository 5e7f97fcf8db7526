import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openJobPool } from '../../app/experiment/job-pool.ts';
import { anomaliesOf, planExperiment } from '../../app/experiment/plan.ts';
import { runExperiment, type TestResult } from '../../app/experiment/run-experiment.ts';
import { cannot } from '../../base/errors.ts';
import { sum } from '../../base/sum.ts';
import { minuteMs } from '../../base/time.ts';
import { toolVersion } from '../../base/tool-version.ts';
import { makeDirectory, withoutSlash } from '../../base/whole-file.ts';
import { pluralize } from '../../base/words.ts';
import { placeOfModel, writeModel } from '../../lab/detectors/model-files.ts';
import { shortNotes } from '../../lab/detectors/model-fit.ts';
import { detectableAnomalies, modelledDetectorsFor } from '../../lab/detectors/registry.ts';
import { writeDetections } from '../../lab/detectors/write-detections.ts';
import { resultRows } from '../../lab/evaluation/result-rows.ts';
import { writeResults } from '../../lab/evaluation/results-file.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { type AnomalyReport, type ReportData, reportDataFormat } from '../../lab/report/report-data.ts';
import { writeRunReport } from '../../lab/report/report-files.ts';
import { reportedIncidents } from '../../lab/report/reported-incidents.ts';
import { terminalEvents } from '../../lab/report/terminal/events.ts';
import { resultsTable } from '../../lab/report/terminal/results-table.ts';
import { wrapText } from '../../lab/report/terminal/wrap-text.ts';
import { isShipped } from '../../shop/scenarios/find-scenario.ts';
import { overrideScenario } from '../../shop/scenarios/override-scenario.ts';
import { readScenario } from '../../shop/scenarios/read-scenario.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import type { Scenario } from '../../shop/scenarios/scenario.ts';
import { assertDistinct } from '../assert-distinct.ts';
import { atTheirHours, describePlanned, expectedMessages } from '../describe-planned.ts';
import { formatAlarmCount, formatIncidents } from '../format-alarm.ts';
import type { Io } from '../io.ts';
import { integer, text } from '../option-values.ts';
import { flag, option } from '../options.ts';
import { openResults } from '../results-directory.ts';
import { shellWord } from '../shell-word.ts';
import { stageClock } from '../stage-clock.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop run`. The results directory appears whole or not at all. */
export const verb = defineVerb({
  description:
    'For each scenario, it (1) simulates training, validation and test runs, (2) trains the detectors of its anomalies, (3) chooses their thresholds on clean validation runs, or takes those of the models that come with cqshop if it trained the same models, (4) scores them on the test run beside baselines and controls, and (5) writes a report. Without a scenario it runs the scenario of each anomaly. Several scenarios must have the same shop and different anomalies. If you interrupt a run, its partial results are deleted.',
  arguments: [{ name: '[scenario...]', description: 'names or YAML files' }],
  options: {
    seed: option('<n>', 'the seed of the test runs, instead of those in the files', integer(0)),
    discardDatasets: flag('keep the results only; a dataset takes some 12 MB'),
    dryRun: flag('print what would happen, and write nothing'),
    fromScratch: flag('choose thresholds on clean runs even if the models are those that come with cqshop'),
    overwrite: flag('replace the results of another command in --out'),
    out: option('<dir>', 'the results (default: results/SCENARIOS-seed-SEED)', text),
  },
  examples: [
    'cqshop run price-error --dry-run',
    'cqshop run',
    'cqshop run stock-exhaustion --seed 7',
    'cqshop run my-shop.yaml --out results/my-shop',
  ],
  async run({ arguments: named, options }, io) {
    const scenarios = await scenariosOf(named.length > 0 ? named : detectableAnomalies, options.seed);
    const seeds = [...new Set(scenarios.map(({ seed }) => seed))];
    const run = `${named.length > 0 ? scenarios.map(({ name }) => name).join('+') : 'all'}-seed-${seeds.join('-')}`;
    const out = withoutSlash(options.out ?? join('results', run));
    const seed = options.seed === undefined ? [] : ['--seed', String(options.seed)];
    const command = ['cqshop', 'run', ...named.map(shellWord), ...seed].join(' ');
    // The default directory is named after scenarios and seeds: what it holds is of the same.
    const overwrite = options.overwrite || options.out === undefined;
    if (options.dryRun) return printPlan(scenarios, { command, out, fromScratch: options.fromScratch }, io);
    for (const scenario of scenarios) {
      const searched = anomaliesOf(scenario).flatMap(modelledDetectorsFor);
      for (const note of shortNotes(searched, scenario)) io.warn(note);
    }
    const { partial, publish, close } = openResults(out, { command, overwrite });
    const clock = stageClock(io);
    const pool = openJobPool(io.signal);
    try {
      const results = await runExperiment(scenarios, {
        ...{ dir: partial, pool, onStage: clock.onStage, onNote: io.warn, signal: io.signal },
        keepsDatasets: !options.discardDatasets,
        fromScratch: options.fromScratch,
        onKnownThresholds: () => io.log(knownThresholds),
      });
      const rows = resultRows(results.flatMap(({ outcomes }) => outcomes));
      writeAll(partial, results);
      const found = { command, seed: seeds[0] ?? 0, version: toolVersion, rows };
      writeResults(partial, found);
      const stages = clock.finish();
      const data: ReportData = {
        format: reportDataFormat,
        run: { name: basename(out), command, seed: found.seed, version: toolVersion, stages: [...stages] },
        rows: [...rows],
        anomalies: results.map(({ report, scenario }) => ({
          ...report,
          ...(options.discardDatasets ? {} : { dataset: join(out, 'datasets', `test-${scenario}`) }),
        })),
      };
      writeRunReport(partial, data);
      if (options.discardDatasets) rmSync(join(partial, 'datasets'), { recursive: true, force: true });
      publish();
      io.result({ out, run: basename(out), ...found }, () => [
        ...results.flatMap(({ report }) => testRunLines(report, out, io.width)),
        resultsTable(rows, caveatsOf(rows, data.anomalies), io),
        '',
        wrapText(
          `${out}: report.html, results.json, results.csv, models, detections${options.discardDatasets ? '' : ', datasets'}`,
          io.width,
          '  ',
        ),
      ]);
      return 0;
    } finally {
      clock.finish();
      await pool.close();
      close();
    }
  },
});

/** @throws USAGE when they cannot run together */
async function scenariosOf(names: readonly string[], seed: number | undefined) {
  const scenarios = await Promise.all(
    names.map(async name => ({
      ...overrideScenario(await readScenario(name), { seed }),
      isShipped: await isShipped(name),
    })),
  );
  assertDistinct(
    scenarios.map(({ name }) => name),
    { verb: 'run', noun: 'scenario', typed: names },
  );
  assertNotMixed(scenarios);
  const clean = scenarios.find(scenario => anomaliesOf(scenario).length === 0);
  if (clean === undefined) return scenarios;
  throw cannot('USAGE', `run ${clean.name}`)(
    'it has no anomaly',
    'a scenario with anomalies; for false alarms on clean runs use cqshop evaluate',
  );
}

const knownThresholds =
  'thresholds: taken from the models that come with cqshop, because the trained models and their scores on three clean days are the same (--from-scratch chooses them again)';

/** Prints the experiment that would happen. */
async function printPlan(
  scenarios: readonly Scenario[],
  { command, out, fromScratch }: { readonly command: string; readonly out: string; readonly fromScratch: boolean },
  io: Io,
): Promise<number> {
  const { tests, training, validation, detectors } = await planExperiment(scenarios);
  const shown = tests.map(({ run }) => atTheirHours(run));
  const messages = sum(shown, expectedMessages);
  const runs = (list: readonly ResolvedScenario[]) =>
    `${pluralize(list.length, 'run')} of ${pluralize(list[0]?.days ?? 0, 'day')}`;
  const inShort = ({ name, seed, days }: ResolvedScenario) => ({ name, seed, days });
  const others = { training: training.map(inShort), validation: validation.map(inShort), detectors };
  io.result({ dryRun: true, command, out, expectedMessages: messages, tests: shown, ...others }, () => [
    ...shown.flatMap(test => [describePlanned(test, io.width), '']),
    wrapText(
      `dry run: it would simulate ${pluralize(tests.length, 'test run')}, train ${pluralize(detectors.length, 'detector')} on ${runs(training)}, ${fromScratch ? 'choose their thresholds' : 'choose thresholds, unless they are known,'} on ${runs(validation)} without anomalies, and write results and datasets of about ${pluralize(messages, 'message')} to ${out}. Nothing was written.`,
      io.width,
    ),
  ]);
  return 0;
}

function writeAll(dir: string, results: readonly TestResult[]): void {
  for (const { anomaly, models, alarms } of results) {
    for (const model of models) {
      writeModel(join(dir, 'models', placeOfModel(model.detector)), model);
    }
    makeDirectory(join(dir, 'detections', anomaly));
    writeDetections(join(dir, 'detections', anomaly, 'detections.csv'), alarms);
  }
}

/** The test run of an anomaly: its events over time with truth and alarms, and the incidents of the learner with their labels and evidence. */
function testRunLines(report: AnomalyReport, out: string, width: number | undefined): readonly string[] {
  const { anomaly, learner, alarms, labels, nearMisses, test, series } = report;
  const [total] = series.channels;
  const counts = (total?.counts ?? []).map(count => count ?? 0);
  const events = { startMs: series.startMs, windowMs: series.stepMinutes * minuteMs, counts };
  const incidents = reportedIncidents(alarms).map(({ best, labels: right, nearMisses: fellFor, ...incident }) => {
    const about = right.length > 0 ? right.join(' ') : ['false', ...fellFor].join(': ');
    return { ...best, ...incident, anomaly, note: `(${about})` };
  });
  return [
    `${anomaly}, ${learner.id}, seed ${test.seed}: ${formatAlarmCount(alarms.length, incidents.length)}`,
    terminalEvents(events, { anomalies: labels, nearMisses, alarms: incidents }, width),
    ...formatIncidents(incidents, { width, indent: '  ', rest: join(out, 'detections', anomaly, 'detections.csv') }),
    '',
  ];
}

/**
 * For scenarios that run together: detectors train on one shop, and the results of each anomaly have one place.
 *
 * @throws USAGE when their shops differ or two of them hold the same anomaly
 */
function assertNotMixed(scenarios: readonly Scenario[]): void {
  const [first, ...others] = scenarios;
  const mixed = cannot('USAGE', `run ${scenarios.map(({ name }) => name).join(' ')} together`);
  for (const other of others) {
    const setting = (['scale', 'customers', 'catalogue'] as const).find(
      key => JSON.stringify(first?.[key]) !== JSON.stringify(other[key]),
    );
    if (setting !== undefined) throw mixed(`their ${setting} differs`, 'scenarios of one shop; run them one by one');
  }
  const holders = new Map<string, string>();
  for (const scenario of scenarios) {
    for (const anomaly of anomaliesOf(scenario)) {
      const holder = holders.get(anomaly);
      if (holder !== undefined) {
        throw mixed(
          `${holder} and ${scenario.name} both have ${anomaly}`,
          'each anomaly in one scenario; run them one by one',
        );
      }
      holders.set(anomaly, scenario.name);
    }
  }
}

// What each stage of the main job costs, as CPU time of one job: in seconds, and as a ratio to simulating a run of 22 days in memory in the same process.
// Seconds differ from machine to machine, ratios hardly. Needs a build. Lower is better.
//
//   npm run bench:stages [-- --runs 2]     runs that each anomaly is trained on; the main job has four or six

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { collectAndScore } from '../dist/app/experiment/collect-and-score.js';
import { recordRun, recordUnits, tallySimulated, trainOnUnits } from '../dist/app/experiment/jobs.js';
import { testRun, trainingPlan, trainingSeed, validationRuns } from '../dist/app/experiment/plan.js';
import { portable, unpacked } from '../dist/app/experiment/portable-model.js';
import { simulatedRun } from '../dist/app/experiment/simulated-run.js';
import { calibrated } from '../dist/lab/detectors/calibrate.js';
import { detectableAnomalies, modelledDetectorsFor } from '../dist/lab/detectors/registry.js';
import { readScenario } from '../dist/shop/scenarios/read-scenario.js';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '2' } } });
const runsEach = Number(values.runs);
const shop = await readScenario('clean');
const [clean] = await validationRuns(shop);
const dir = mkdtempSync(join(tmpdir(), 'cqshop-bench-'));

try {
  // Once before, so that what is measured is compiled.
  simulatedRun(clean);
  const unit = await cpuOf(() => simulatedRun(clean));
  console.log('ratio  CPU s  one job of a stage');
  const row = async (name, work) => {
    const { seconds, result } = await cpuOf(work);
    const ratio = (seconds / unit.seconds).toFixed(2);
    console.log(`${ratio.padStart(5)}  ${seconds.toFixed(2).padStart(5)}  ${name}`);
    return result;
  };
  await row('simulate a run in memory', () => simulatedRun(clean));
  const models = [];
  for (const anomaly of detectableAnomalies) {
    const detectors = modelledDetectorsFor(anomaly).map(({ id }) => ({ anomaly, id }));
    const { runs } = await trainingPlan(anomaly, shop);
    const files = [];
    for (const scenario of runs.slice(0, runsEach)) {
      const out = join(dir, `${anomaly}-${files.length}`);
      await row(`simulate a training run for ${anomaly}`, () => recordUnits({ scenario, detectors, out }));
      files.push(out);
    }
    const name = `train the detectors of ${anomaly} on ${runsEach} runs`;
    models.push(...(await row(name, () => trainOnUnits({ detectors, files, seed: trainingSeed }))));
  }
  const tally = await row('calibrate on a clean run', () => tallySimulated({ models, scenario: clean }));
  const ready = calibrated(models.map(unpacked), [tally]).map(portable);
  for (const anomaly of detectableAnomalies) {
    const scenario = testRun(await readScenario(anomaly));
    const dataset = join(dir, anomaly);
    const broker = `${dataset}.broker`;
    await row(`simulate the test run of ${anomaly}`, () => recordRun({ scenario, broker, mayLeaveOut: true }));
    const mine = ready.filter(({ description }) => description.anomaly === anomaly);
    const test = { scenario, broker, dataset, models: mine, isKept: true };
    await row(`collect and score ${anomaly}`, () => collectAndScore(test));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function cpuOf(work) {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, result };
}

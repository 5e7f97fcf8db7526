// Trains every model again, by `cqshop run`, and puts them into models/. Do it when features, detectors or the simulation change, then accept the
// accuracy with `cqshop evaluate --gate models/accuracy.json --update-gate`. Needs a build.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readModels } from '../dist/app/experiment/evaluate-seeds.js';
import { tallySimulated } from '../dist/app/experiment/jobs.js';
import { validationRuns } from '../dist/app/experiment/plan.js';
import { portable } from '../dist/app/experiment/portable-model.js';
import { sha256 } from '../dist/base/hash.js';
import { detectorKey } from '../dist/lab/detectors/detect.js';
import { detectableAnomalies } from '../dist/lab/detectors/registry.js';
import { readScenario } from '../dist/shop/scenarios/read-scenario.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'results', 'models');

const command = ['bin/cqshop.js', 'run', '--from-scratch', '--discard-datasets', '--out', results];
const { status } = spawnSync(process.execPath, command, {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
for (const anomaly of readdirSync(join(results, 'models'))) {
  rmSync(join(root, 'models', anomaly), { recursive: true, force: true });
  cpSync(join(results, 'models', anomaly), join(root, 'models', anomaly), { recursive: true });
}

// What test/models/retrain.test.ts compares: the thresholds, and a digest of the highest scores in each clean run from which they were chosen.
const models = detectableAnomalies.flatMap(anomaly => readModels(join(root, 'models', anomaly), anomaly));
const thresholds = Object.fromEntries(
  models.map(({ detector, description }) => [detectorKey(detector), description.threshold.value]),
);
const runs = [];
for (const scenario of await validationRuns(await readScenario('clean')))
  runs.push(sha256(JSON.stringify(await tallySimulated({ models: models.map(portable), scenario }))));
writeFileSync(join(root, 'test/models/clean-runs.json'), `${JSON.stringify({ thresholds, runs }, null, 2)}\n`);

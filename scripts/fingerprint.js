// Prints what must be the same on every machine, day and supported version of Node: a hash of each scenario's messages and truth, and of
// the scores that the committed models give to the sample dataset. Needs a build. `.ci/run` compares versions of Node by it:
//
//   node scripts/node-matrix.js --versions 20,26 node scripts/fingerprint.js {dir}
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveNamed } from '../dist/cli/resolve-named.js';
import { detectableAnomalies } from '../dist/lab/detectors/registry.js';
import { listScenarios } from '../dist/shop/scenarios/find-scenario.js';
import { startSimulation } from '../dist/shop/simulation/simulate.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'cqshop-fingerprint-'));

for (const { name } of await listScenarios()) {
  const hash = createHash('sha256');
  const simulation = startSimulation(await resolveNamed(name), {
    observe: stored => hash.update(JSON.stringify(stored)),
  });
  while (simulation.advance());
  simulation.finish();
  console.log(`${name} ${hash.digest('hex')}`);
}

for (const anomaly of detectableAnomalies) {
  const to = join(out, anomaly);
  const command = `bin/cqshop.js detect ${anomaly} --dataset datasets/sample --quiet --json --out`;
  execFileSync(process.execPath, [...command.split(' '), to], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  console.log(
    `${anomaly} scores ${createHash('sha256')
      .update(readFileSync(join(to, 'scores.csv')))
      .digest('hex')}`,
  );
}

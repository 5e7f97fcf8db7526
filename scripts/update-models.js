// Trains every model again, by `cqshop run`, and puts them into models/. Do it when features, detectors or the simulation change, then accept the
// accuracy with `cqshop evaluate --gate models/accuracy.json --update-gate`. Needs a build.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

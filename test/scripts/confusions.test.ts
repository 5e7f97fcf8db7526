import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { detectableAnomalies } from '../../src/lab/detectors/registry.ts';

test('confusions: a row for each learner, in a run that holds all anomalies', () => {
  const argv = ['scripts/confusions.js', '--runs', '1', '--first-seed', '1'];
  const rows = execFileSync('node', argv, { encoding: 'utf8' })
    .split('\n')
    .slice(2, 2 + detectableAnomalies.length);
  for (const [index, id] of detectableAnomalies.entries())
    expect(rows[index]).toMatch(new RegExp(`^\\| ${id} \\| [01]/1 `));
});

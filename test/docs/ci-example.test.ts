import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { runCommand } from '../support/fake-host.ts';

test('examples/ci/github-actions.yml is YAML, and the command that it runs has these flags', async () => {
  const workflow: { jobs: { gate: { steps: { run?: string }[] } } } = parse(
    readFileSync('examples/ci/github-actions.yml', 'utf8'),
  );
  const commands = workflow.jobs.gate.steps.flatMap(({ run }) => (run?.startsWith('cqshop ') ? [run.split(' ')] : []));
  expect(commands).toHaveLength(1);
  for (const [, verb = '', ...words] of commands) {
    const { stdout: help } = await runCommand([verb, '--help']);
    for (const flag of words.filter(word => word.startsWith('--'))) expect(help).toContain(`${flag} `);
  }
});

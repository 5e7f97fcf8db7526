import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { runCommand } from '../support/fake-host.ts';

test.each(readdirSync('examples/ci'))('examples/ci/%s is YAML, and its commands have these flags', async file => {
  const workflow: { jobs: Record<string, { steps: { run?: string }[] }> } = parse(
    readFileSync(`examples/ci/${file}`, 'utf8'),
  );
  const steps = Object.values(workflow.jobs).flatMap(job => job.steps);
  const commands = steps.flatMap(({ run }) => (run?.startsWith('cqshop ') ? [run.split(' ')] : []));
  expect(commands).toHaveLength(Object.keys(workflow.jobs).length);
  for (const [, verb = '', ...words] of commands) {
    const { stdout: help } = await runCommand([verb, '--help']);
    for (const flag of words.filter(word => word.startsWith('--'))) expect(help).toContain(`${flag} `);
  }
});

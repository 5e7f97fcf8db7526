import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brokerChecks } from '../../../src/cli/doctor/broker-checks.ts';
import { findingsOf } from '../../../src/cli/doctor/check.ts';
import { runCommand } from '../../support/fake-host.ts';
import { noKafkaFlags } from '../../support/no-kafka-flags.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const countOf = (text: string) => Number(text.replaceAll(',', ''));
const noFlags = { ...noKafkaFlags, topicPrefix: '' };

test('simulate says how many of its messages a dataset will hold, and collect what it left out', async () => {
  const dir = temporaryDirectory();
  const broker = ['--broker', `embedded:${join(dir, 'broker')}`];
  const run = ['simulate', 'sample', '--scale', '0.2', ...broker];
  const { stdout } = await runCommand(run);
  const [, published = '', held = ''] = /: ([\d,]+) messages on .*\n([\d,]+) of them make a dataset/.exec(stdout) ?? [];
  const simulated = JSON.parse((await runCommand([...run, '--overwrite', '--json'])).stdout);
  expect([simulated.messages, simulated.datasetMessages]).toEqual([countOf(published), countOf(held)]);

  const collected = await runCommand(['collect', ...broker, '--out', join(dir, 'one')]);
  expect(collected.stdout).toContain(`messages ${held}, `);
  const [, left = ''] = /left on the broker: ([\d,]+) commands/.exec(collected.stderr) ?? [];
  expect(countOf(left)).toBeGreaterThan(0);
  expect(countOf(published)).toBe(countOf(held) + countOf(left));

  const [found] = await findingsOf(brokerChecks(`embedded:${join(dir, 'broker')}`, noFlags));
  expect(found?.found).toContain(` with ${published} messages, and the truth of a run`);
});

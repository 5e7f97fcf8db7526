import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { CqshopError } from '../../../src/base/errors.ts';
import { brokerChecks } from '../../../src/cli/doctor/broker-checks.ts';
import { type Check, findingsOf, ok } from '../../../src/cli/doctor/check.ts';
import { learningChecks } from '../../../src/cli/doctor/learning-checks.ts';
import { freeSpace, nodeVersion } from '../../../src/cli/doctor/machine-checks.ts';
import { runCommand } from '../../support/fake-host.ts';
import { noKafkaFlags } from '../../support/no-kafka-flags.ts';
import { writeSyntheticRun } from '../../support/synthetic-run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const noFlags = { ...noKafkaFlags, topicPrefix: '' };

test.each([
  ['18.20.0', 'failed'],
  ['20.18.3', 'failed'],
  ['20.19.0', 'ok'],
  ['22.1.0', 'ok'],
  ['26.0.0', 'ok'],
])('nodeVersion: %s is %s', (version, status) => {
  expect(nodeVersion(version).status).toBe(status);
});

test.each([
  [199, 'failed'],
  [200, 'missing'],
  [999, 'missing'],
  [1000, 'ok'],
])('freeSpace: %i MB are %s', (mb, status) => {
  expect(freeSpace('dir', mb).status).toBe(status);
});

test('findingsOf turns what a check throws into a finding with advice, and goes on', async () => {
  const error = new CqshopError('BROKER_UNREACHABLE', 'Cannot reach x: no broker listens there, expected a broker');
  const findings = await findingsOf([
    { name: 'one', run: () => Promise.reject(error) },
    { name: 'two', run: async () => ok('fine') },
  ]);
  expect(findings).toEqual([
    { name: 'one', status: 'failed', found: 'Cannot reach x: no broker listens there', advice: 'expected a broker' },
    { name: 'two', status: 'ok', found: 'fine', advice: '' },
  ]);
});

test.each<[string, (interrupt: () => void) => ReturnType<Check['run']>]>([
  [
    'does not end',
    interrupt => {
      interrupt();
      return new Promise(() => undefined);
    },
  ],
  [
    'keeps the thread busy, so that a signal comes afterwards',
    async interrupt => {
      setImmediate(interrupt);
      return ok('fine');
    },
  ],
])('findingsOf begins no other check when it is interrupted in one that %s', async (_, run) => {
  const interruption = new AbortController();
  const next = vi.fn(async () => ok('fine'));
  const checks = [
    { name: 'one', run: () => run(() => interruption.abort()) },
    { name: 'two', run: next },
  ];
  await expect(findingsOf(checks, interruption.signal)).rejects.toMatchObject({ name: 'AbortError' });
  expect(next).not.toHaveBeenCalled();
});

test('a directory without a broker is told by doctor as by who opens it', async () => {
  const dir = temporaryDirectory();
  const [finding] = await findingsOf(brokerChecks(`embedded:${dir}`, noFlags));
  const { stderr } = await runCommand(['collect', '--broker', `embedded:${dir}`, '--out', `${dir}/one`]);
  expect(stderr).toBe(`error: ${finding?.found}, ${finding?.advice}\n`);
});

test('brokerChecks: an embedded broker that holds less than its run published fails, as collect would', async () => {
  const dir = temporaryDirectory();
  writeSyntheticRun(dir, { visits: 5 });
  const look = () => findingsOf(brokerChecks(`embedded:${dir}`, noFlags));
  expect(await look()).toMatchObject([{ name: 'broker', status: 'ok' }]);
  const path = join(dir, 'cart-events', '0.jsonl');
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, lines.slice(0, 2).join('\n'));
  expect(await look()).toMatchObject([
    {
      name: 'broker',
      status: 'failed',
      found: expect.stringMatching(/the run published [\d,]+ messages, [\d,]+ are there$/),
      advice: expect.stringContaining('simulate the run again'),
    },
  ]);
});

test('what is optional has no place among what is to be done', async () => {
  const native = learningChecks.filter(({ name }) => name === 'LSTM, node backend');
  const [finding] = await findingsOf(native);
  expect(finding?.advice).toBe('');
});

import { expect, test } from 'vitest';
import { brokerChecks } from '../../src/cli/doctor/broker-checks.ts';
import { findingsOf, ok } from '../../src/cli/doctor/check.ts';
import { freeSpace, nodeVersion } from '../../src/cli/doctor/machine-checks.ts';
import { CqshopError } from '../../src/errors.ts';
import { runCommand } from '../support/fake-host.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

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
  const error = new CqshopError('BROKER_UNREACHABLE', 'Cannot reach x: nobody listens there, expected a broker');
  const findings = await findingsOf([
    { name: 'one', look: () => Promise.reject(error) },
    { name: 'two', look: async () => ok('fine') },
  ]);
  expect(findings).toEqual([
    { name: 'one', status: 'failed', found: 'Cannot reach x: nobody listens there', advice: 'expected a broker' },
    { name: 'two', status: 'ok', found: 'fine', advice: '' },
  ]);
});

test('a directory without a broker is told by doctor as by who opens it', async () => {
  const dir = temporaryDirectory();
  const flags = {
    tls: false,
    tlsCa: undefined,
    tlsCert: undefined,
    tlsKey: undefined,
    sasl: undefined,
    user: undefined,
  };
  const [finding] = await findingsOf(brokerChecks(`embedded:${dir}`, { ...flags, topicPrefix: '' }));
  const { stderr } = await runCommand(['collect', '--broker', `embedded:${dir}`, '--out', `${dir}/one`]);
  expect(stderr).toBe(`error: ${finding?.found}, ${finding?.advice}\n`);
});

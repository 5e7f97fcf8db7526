import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Verb } from '../../src/cli/verb.ts';
import { verbs } from '../../src/cli/verb-registry.ts';
import { runCommand } from '../support/fake-host.ts';
import { writeSyntheticRun } from '../support/synthetic-run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const kafka = 'expected it with --broker kafka://host:port';
const none = 'embedded:there/is/none';
const other = (flag: string) => `with ${flag}: each excludes the other, expected only one of them`;
const kafkaFlags = ['--tls', '--tls-ca a', '--tls-cert a', '--tls-key a', '--sasl PLAIN', '--user me'];

afterEach(() => vi.unstubAllEnvs());

describe('an option that would be ignored is refused in one line, with exit code 2', () => {
  test.each<readonly [command: string, flag: string, expected: string]>([
    ...['detect price-error --dataset d', `detect price-error --broker ${none}`, `serve --broker ${none}`].flatMap(
      command => kafkaFlags.map(flag => [command, flag, kafka] as const),
    ),
    ...['collect', 'simulate clean', 'doctor'].flatMap(command =>
      kafkaFlags.map(flag => [`${command} --broker ${none}`, flag, kafka] as const),
    ),
    [`collect --broker ${none}`, '--mapping m.yaml', kafka],
    ['detect price-error --dataset d', '--follow', kafka],
    ['detect price-error --dataset d', '--topics a', kafka],
    ['detect price-error --dataset d', '--topic-prefix a-', kafka],
    // Its default, but given all the same.
    ['detect price-error --dataset d', '--topic-prefix=', kafka],
    ['detect price-error --dataset d', '--mapping m.yaml', kafka],
    [`simulate clean --broker ${none}`, '--speed 60', 'expected it with --live'],
    [`simulate clean --broker ${none}`, '--external', 'expected it with --live'],
    [`simulate clean --broker ${none}`, '--max-lag 2m', 'expected it with --live'],
    [`simulate clean --broker ${none}`, '--session-timeout 6000', 'expected it with --live'],
    ['evaluate', '--update-gate', 'expected it with --gate FILE'],
    ['evaluate', '--overwrite', 'expected it with --out DIR'],
    ...['--gate g', '--seeds 2', '--first-seed 2', '--out o'].map(
      flag => ['evaluate --dataset d --detections f', flag, other('--dataset')] as const,
    ),
    ...['--seeds 2', '--first-seed 2', '--models m', '--reference', '--sweep'].map(
      flag => ['evaluate --merge d', flag, other('--merge')] as const,
    ),
    ...['--dataset d', '--out o', '--overwrite'].map(
      flag => ['detect price-error --broker kafka://127.0.0.1:1', flag, other('--broker')] as const,
    ),
    ['simulate clean --without-anomalies', '--twin', other('--without-anomalies')],
    ['simulate clean --live', '--twin', other('--live')],
    ...['--follow', '--overwrite', '--topics a'].map(
      flag => ['collect', `--verify ${flag}`, other(flag.split(' ')[0] ?? '')] as const,
    ),
  ])('%s %s', async (command, flag, expected) => {
    const { exitCode, stdout, stderr } = await runCommand([...command.split(' '), ...flag.split(' ')]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toMatch(new RegExp(`Cannot take ${flag.split(/[ =]/)[0]}(:| with) `));
    expect(stderr).toContain(expected);
  });

  test('and variables, which are set for a whole shell, stay unused', async () => {
    vi.stubEnv('CQSHOP_KAFKA_TLS', '1');
    vi.stubEnv('CQSHOP_KAFKA_USER', 'me');
    const broker = join(temporaryDirectory(), 'broker');
    writeSyntheticRun(broker, { visits: 1 });
    const argv = ['collect', '--broker', `embedded:${broker}`, '--out', join(broker, '../one')];
    expect(await runCommand(argv)).toMatchObject({ exitCode: 0 });
  });
});

test.each(verbs.flatMap(verb => ('load' in verb ? [verb] : verb.subjects)))(
  '$name: an option that names the option it belongs to is refused without it',
  async ({ name, load }) => {
    const belongsTo = /^(--live|--broker|with --dataset|Kafka): /;
    const { options = {} }: Verb = (await load()).verb;
    const forgotten = Object.entries(options)
      // `evaluate` refuses a lone --detections by naming what is missing.
      .filter(([, { description, need }]) => belongsTo.test(description) && need === undefined && name !== 'evaluate')
      .map(([option]) => option);
    expect(forgotten).toEqual([]);
  },
);

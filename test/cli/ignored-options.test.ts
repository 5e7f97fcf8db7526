import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { verbs } from '../../src/cli/verb-registry.ts';
import { runCommand } from '../support/fake-host.ts';
import { writeSyntheticRun } from '../support/synthetic-run.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const kafka = 'expected it with --broker kafka://host:port';
const none = 'embedded:there/is/none';
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
    ['evaluate --dataset d --detections f', '--gate g', 'expected it without --dataset'],
    ['evaluate --dataset d --detections f', '--seeds 2', 'expected it without --dataset'],
    ['evaluate --dataset d --detections f', '--first-seed 2', 'expected it without --dataset'],
    ['evaluate --dataset d --detections f', '--models m', 'expected it without --dataset'],
    ['evaluate --dataset d --detections f', '--out o', 'expected it without --dataset'],
    ['show scenario clean', '--dataset d', 'expected it with show message'],
    ['show service warehouse', '--dataset d', 'expected it with show message'],
  ])('%s %s', async (command, flag, expected) => {
    const { exitCode, stdout, stderr } = await runCommand([...command.split(' '), ...flag.split(' ')]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .*\n$/);
    expect(stderr).toContain(`Cannot take ${flag.split(/[ =]/)[0]}: `);
    expect(stderr).toContain(expected);
  });

  test('but not before an unknown subject is named', async () => {
    const { stderr } = await runCommand(['show', 'mesage', 'x', '--dataset', 'd']);
    expect(stderr).toContain('did you mean message?');
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

test('what an option says that it is for is what it is refused without', () => {
  const saysSo = /^(--live|--broker|with --dataset|Kafka): /;
  const forgotten = verbs.flatMap(({ name, options }) =>
    Object.entries(options)
      // `evaluate` refuses a lone --detections by naming what is missing.
      .filter(([, { description, need }]) => saysSo.test(description) && need === undefined && name !== 'evaluate')
      .map(([option]) => `${name} ${option}`),
  );
  expect(forgotten).toEqual([]);
});

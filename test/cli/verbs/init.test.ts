import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTopicMapping } from '../../../src/broker/kafka/values/mapping-file.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('init scenario writes a scenario that validate accepts', async () => {
  const name = join(temporaryDirectory(), 'new', 'my-shop');
  expect(await runCommand(['init', 'scenario', name])).toMatchObject({
    exitCode: 0,
    stdout: `wrote ${name}.yaml\nsimulate it, and train and score detectors on it:\n  npx cqshop run ${name}.yaml\n`,
  });
  expect(await runCommand(['validate', `${name}.yaml`])).toMatchObject({ exitCode: 0, stderr: '' });
});

test('init scenario shows the defaults of the shop in its comments', async () => {
  const file = join(temporaryDirectory(), 'my-shop.yaml');
  await runCommand(['init', 'scenario', file]);
  const commented = await readScenario(file);
  const text = readFileSync(file, 'utf8').replaceAll(/^# (?=(?:customers|catalogue): )/gm, '');
  expect(text.match(/^(?:customers|catalogue): /gm)).toHaveLength(2);
  writeFileSync(file, text);
  expect(await readScenario(file)).toEqual(commented);
});

test('init scenario names the scenario validly, and its file as a shell reads it', async () => {
  const file = join(temporaryDirectory(), 'Mein Laden Süd.yaml');
  expect(await runCommand(['init', 'scenario', file])).toMatchObject({ exitCode: 0 });
  expect(await runCommand(['validate', file])).toMatchObject({ exitCode: 0, stderr: '' });
  expect(readFileSync(file, 'utf8')).toMatch(/cqshop run '.*Mein Laden Süd.yaml' .*^name: mein-laden-s-d$/ms);
});

test('init says that a name is too long', async () => {
  const name = join(temporaryDirectory(), 'x'.repeat(300));
  expect(await runCommand(['init', 'scenario', name])).toMatchObject({
    exitCode: 1,
    stderr: `error: Cannot write ${name}.yaml: the name is too long, expected a shorter one\n`,
  });
});

test('init detector prints a command that works with a space in the name', async () => {
  const { stdout } = await runCommand(['init', 'detector', join(temporaryDirectory(), 'my own')]);
  const [, words = ''] = /--external (.*)/.exec(stdout) ?? [];
  const { stdout: read } = spawnSync('sh', ['-c', `printf %s ${words}`], { encoding: 'utf8' });
  const [, command = ''] = /^mine=(.*)$/.exec(read) ?? [];
  expect(spawnSync('sh', ['-c', `${command.replace('python3', 'cat')}`], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('argparse'),
  });
});

test('init mapping writes a mapping that collect accepts', async () => {
  const name = join(temporaryDirectory(), 'orders.yml');
  expect(await runCommand(['init', 'mapping', name])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^wrote .*\nread a topic with it:\n {2}npx cqshop collect .*\n$/),
  });
  expect(readTopicMapping(name).file).toMatchObject({ type: 'topic', entity: 'key', time: 'timestamp' });
});

test('the commands in the comments of a mapping are right', async () => {
  const name = join(temporaryDirectory(), 'orders.yaml');
  await runCommand(['init', 'mapping', name]);
  const commands = [...readFileSync(name, 'utf8').matchAll(/^# {3}cqshop (.*)$/gm)].map(([, words = '']) => words);
  expect(commands).toHaveLength(2);
  for (const command of commands) {
    const words = command.replace('localhost:9092', '127.0.0.1:1').replace('MODEL', 'models/traffic-intensity');
    // Nothing listens at that port.
    expect(await runCommand(words.split(' '))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Cannot reach'),
    });
  }
});

test.each([
  ['mine', 'mine.py', 'python3', 'stock-exhaustion'],
  ['mine.mjs', 'mine.mjs', 'node', 'traffic-intensity'],
])(
  'init detector %s writes a program that trains and scores as evaluate --external calls it',
  async (name, file, program, anomaly) => {
    const dir = temporaryDirectory();
    const { exitCode, stdout } = await runCommand(['init', 'detector', join(dir, name)]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining(`evaluate ${anomaly} --seeds 1 --external mine='${program} `),
    });
    if (program === 'python3' && spawnSync('python3', ['--version']).status !== 0) {
      console.warn('NOT TESTED: the detector in Python, since there is no python3');
      return;
    }
    const common = ['--anomaly', anomaly, '--data', 'datasets/sample', '--model', dir];
    const out = join(dir, 'scores.csv');
    for (const words of [
      ['train', ...common],
      ['score', ...common, '--out', out],
    ])
      expect(spawnSync(program, [join(dir, file), ...words], { encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
    expect(readFileSync(out, 'utf8')).toMatch(/^start,end,entity_type,entity_id,score\r?\n2026-03-02T/);
  },
);

test('init never replaces a file', async () => {
  const file = join(temporaryDirectory(), 'my-shop.yaml');
  await runCommand(['init', 'scenario', file]);
  const { exitCode, stderr } = await runCommand(['init', 'mapping', file]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: `error: Cannot write ${file}: it is there already, expected a new name\n`,
  });
});

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTopicMapping } from '../../../src/broker/kafka/topic-mapping.ts';
import { runCommand } from '../../support/fake-host.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('init scenario writes a scenario that validate accepts', async () => {
  const name = join(temporaryDirectory(), 'new', 'my-shop');
  expect(await runCommand(['init', 'scenario', name])).toMatchObject({ exitCode: 0, stdout: `wrote ${name}.yaml\n` });
  expect(await runCommand(['validate', `${name}.yaml`])).toMatchObject({ exitCode: 0, stderr: '' });
});

test('init mapping writes a mapping that collect accepts', async () => {
  const name = join(temporaryDirectory(), 'orders.yml');
  expect(await runCommand(['init', 'mapping', name])).toMatchObject({ exitCode: 0, stdout: `wrote ${name}\n` });
  expect(readTopicMapping(name).file).toMatchObject({ type: 'topic', entity: 'key', time: 'timestamp' });
});

test('init never replaces a file', async () => {
  const file = join(temporaryDirectory(), 'my-shop.yaml');
  await runCommand(['init', 'scenario', file]);
  const { exitCode, stderr } = await runCommand(['init', 'mapping', file]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: `error: Cannot write ${file}: it is there already, expected a new name\n`,
  });
});

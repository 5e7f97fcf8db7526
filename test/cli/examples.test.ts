import { describe, expect, test } from 'vitest';
import { resolveNamed } from '../../src/cli/resolve-named.ts';
import { showSubjects } from '../../src/cli/show/subjects.ts';
import { verb as show } from '../../src/cli/verbs/show.ts';
import { verb as simulate } from '../../src/cli/verbs/simulate.ts';
import { runCommand } from '../support/fake-host.ts';

describe('an example of cqshop simulate can be run', () => {
  test.each(simulate.examples)('%s', async example => {
    const [, , name = ''] = example.split(' ');
    const numberOf = (flag: string) => {
      const found = new RegExp(`${flag} (\\d+)`).exec(example)?.[1];
      return found === undefined ? undefined : Number(found);
    };
    const resolved = await resolveNamed(name, { days: numberOf('--days'), seed: numberOf('--seed') });
    expect(resolved.name).toBe(name);
  });
});

describe('cqshop show has an example that can be run', () => {
  test.each(showSubjects.map(({ name }) => name))('of a %s', async name => {
    const examples = show.examples.filter(example => example.startsWith(`cqshop show ${name} `));
    expect(examples).not.toEqual([]);
    for (const example of examples) {
      expect(await runCommand(example.split(' ').slice(1))).toMatchObject({ exitCode: 0, stderr: '' });
    }
  });
});

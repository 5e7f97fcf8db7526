import { describe, expect, test } from 'vitest';
import { resolveNamed } from '../../src/cli/resolve-named.ts';
import { verb as simulate } from '../../src/cli/verbs/simulate.ts';

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

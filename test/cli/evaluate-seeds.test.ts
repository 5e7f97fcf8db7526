import { expect, test } from 'vitest';
import { runCommand } from '../support/fake-host.ts';

const stopped = AbortSignal.abort();

test('cqshop evaluate --gate says in a line when its seeds are not those of the gate', async () => {
  const gate = ['evaluate', 'price-error', '--gate', 'models/accuracy.json', '--quiet'];
  const { stderr } = await runCommand([...gate, '--seeds', '1'], stopped);
  expect(stderr).toMatch(
    /^warning: models\/accuracy\.json was made with seeds 101 to 105, compared with it is seed 101:.*\n/,
  );
  expect((await runCommand([...gate, '--seeds', '5'], stopped)).stderr).toBe('interrupted\n');
});

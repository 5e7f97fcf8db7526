import { describe, expect, test } from 'vitest';
import { detectors } from '../../../../src/lab/detectors/registry.ts';
import { anomalyKinds } from '../../../../src/shop/anomalies/registry.ts';
import { nearMissKinds } from '../../../../src/shop/near-misses/registry.ts';
import { runCommand } from '../../../support/fake-host.ts';

describe('cqshop show near-miss', () => {
  test.each(nearMissKinds.map(({ id }) => id))('%s: what it is and how long it lasts', async id => {
    const { exitCode, stdout } = await runCommand(['show', 'near-miss', id]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`^${id}: .+\\n.*default duration \\d`));
  });

  test('names the nearest kind where there is none of the name', async () => {
    expect(await runCommand(['show', 'near-miss', 'flash-sail'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('did you mean flash-sale?'),
    });
  });
});

describe('cqshop show detector', () => {
  test('prints every detector of the name, with what it looks at', async () => {
    const { exitCode, stdout } = await runCommand(['show', 'detector', 'cart']);
    expect(exitCode).toBe(0);
    for (const anomaly of ['stock-exhaustion', 'price-error']) expect(stdout).toContain(`cart for ${anomaly}`);
    expect(stdout).toContain('priceToUsual');
    const json = JSON.parse((await runCommand(['show', 'detector', 'cart', '--json'])).stdout);
    const all = detectors.filter(({ id }) => id === 'cart');
    expect(json).toMatchObject(all.map(({ id, role, anomaly }) => ({ id, role, anomaly })));
  });

  test('knows every detector that is listed, and says so of none', async () => {
    for (const id of new Set(detectors.map(detector => detector.id))) {
      const { exitCode, stdout } = await runCommand(['show', 'detector', id]);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^its page: docs\/detectors\/[\w-]+\.md$/m);
    }
    expect(await runCommand(['show', 'detector', 'kart'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('did you mean cart?'),
    });
  });
});

describe('cqshop show anomaly', () => {
  test.each(anomalyKinds.map(({ id }) => id))('%s: its variants and its page', async id => {
    const { exitCode, stdout } = await runCommand(['show', 'anomaly', id]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`its page: docs/anomalies/${id}.md`);
  });
});

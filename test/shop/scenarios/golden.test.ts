import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { truthTopic } from '../../../src/broker/topics.ts';
import { listScenarios } from '../../../src/shop/scenarios/find-scenario.ts';
import { startSimulation } from '../../../src/shop/simulation/simulate.ts';
import { scenarioFor } from '../../support/run-scenario.ts';

const scenarios = await listScenarios();

/** Every shipped scenario is a golden case: what it makes of its own seed, on any machine and any day. */
describe.each(scenarios)('scenario $name', ({ name }) => {
  test('gives the counts, the label windows and the bytes that it always gave', async () => {
    const hash = createHash('sha256');
    const counts = new Map<string, number>();
    const simulation = startSimulation(await scenarioFor(name), {
      observe: stored => {
        hash.update(JSON.stringify(stored));
        if (stored.topic === truthTopic) return;
        const { type } = stored.message;
        counts.set(type, (counts.get(type) ?? 0) + 1);
      },
    });
    while (simulation.advance());
    const { messages, labels, nearMisses } = simulation.finish();
    const golden = {
      messages,
      sha256: hash.digest('hex'),
      labels: [...labels, ...nearMisses].map(
        ({ id, start, end, effect_end, target }) => `${id} ${start} ${end} ${effect_end} ${target}`,
      ),
      counts: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
    await expect(`${JSON.stringify(golden, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });
});

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { intensities } from '../../../src/data/dataset/anomaly-facts.ts';
import { listScenarios } from '../../../src/shop/scenarios/find-scenario.ts';
import { scenarioJsonSchema } from '../../../src/shop/scenarios/json-schema.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { resolveScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';
import { vocabulary } from '../../../src/shop/scenarios/vocabulary.ts';

const shipped = await listScenarios();

describe.each(shipped)('scenarios/$name.yaml', ({ name, file }) => {
  test('is named after its file and points editors to the schema', async () => {
    expect((await readScenario(name)).name).toBe(name);
    expect(await readFile(file, 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/schemas\/scenario\.schema\.json\n/,
    );
  });

  test('finds a place for everything, for 100 seeds', async () => {
    const scenario = await readScenario(name);
    for (let seed = 0; seed < 100; seed++) {
      const resolved = resolveScenario({ ...scenario, seed });
      expect(resolved.anomalies).toHaveLength(scenario.anomaliesPerRun ?? scenario.anomalies.length);
    }
  });
});

describe('the four anomalies', () => {
  test.each([...vocabulary.anomalies])(
    '%s has a scenario with every variant and intensity',
    async (anomaly, { variants }) => {
      const { anomalies } = await readScenario(anomaly);
      const combinations = new Set(anomalies.map(({ variant, intensity }) => `${variant} ${intensity}`));
      for (const variant of Object.keys(variants)) {
        for (const intensity of intensities) expect(combinations).toContain(`${variant} ${intensity}`);
      }
    },
  );

  test('every scenario but the short ones to try commands on holds every kind of near miss', async () => {
    for (const { name } of shipped.filter(scenario => !['sample', 'one-day'].includes(scenario.name))) {
      const { nearMisses } = await readScenario(name);
      expect(new Set(nearMisses.map(({ kind }) => kind))).toEqual(new Set(vocabulary.nearMisses.keys()));
    }
  });
});

describe('schemas/scenario.schema.json', () => {
  test('is what npm run schema writes', async () => {
    const written = await readFile(new URL('../../../schemas/scenario.schema.json', import.meta.url), 'utf8');
    expect(written).toBe(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  });
});

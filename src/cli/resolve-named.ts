import { randomStreams } from '../shop/engine/random.ts';
import { overrideScenario, type ScenarioOverrides } from '../shop/scenarios/override-scenario.ts';
import { readScenario } from '../shop/scenarios/read-scenario.ts';
import { type ResolvedScenario, resolveScenario } from '../shop/scenarios/resolve-scenario.ts';
import { vocabulary } from '../shop/simulation/vocabulary.ts';

/** A scenario by name or file. Flags override the values of the file; random values are drawn from its seed. */
export async function resolveNamed(
  nameOrFile: string,
  { seed, days, start, scale }: ScenarioOverrides = {},
): Promise<ResolvedScenario> {
  const scenario = overrideScenario(await readScenario(nameOrFile, { vocabulary }), { seed, days, start, scale });
  return resolveScenario(scenario, { streams: randomStreams(scenario.seed), vocabulary });
}

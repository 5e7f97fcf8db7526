import { basename } from 'node:path';
import { isScenarioFile } from '../shop/scenarios/find-scenario.ts';
import { overrideScenario, type ScenarioOverrides } from '../shop/scenarios/override-scenario.ts';
import { readScenario } from '../shop/scenarios/read-scenario.ts';
import { type ResolvedScenario, resolveScenario } from '../shop/scenarios/resolve-scenario.ts';

/** A scenario by name or file. Flags override the values of the file; random values are drawn from its seed. */
export async function resolveNamed(
  nameOrFile: string,
  { seed, days, start, scale }: ScenarioOverrides = {},
): Promise<ResolvedScenario> {
  const scenario = resolveScenario(overrideScenario(await readScenario(nameOrFile), { seed, days, start, scale }));
  const given = {
    ...(isScenarioFile(nameOrFile) ? { file: basename(nameOrFile) } : {}),
    ...(scale === undefined ? {} : { scale }),
  };
  return { ...scenario, given };
}

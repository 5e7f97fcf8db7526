import { CqshopError } from '../../base/errors.ts';
import { readScenario } from './read-scenario.ts';
import { resolveScenario } from './resolve-scenario.ts';

/** What is wrong with a scenario: one line for each mistake, none if it can be run with its own seed. Expected errors are lines, not thrown. */
export async function validateScenario(nameOrFile: string): Promise<readonly string[]> {
  try {
    resolveScenario(await readScenario(nameOrFile));
    return [];
  } catch (error) {
    if (!(error instanceof CqshopError)) throw error;
    const { problems } = error.details;
    return Array.isArray(problems) ? problems.map(String) : [error.message];
  }
}

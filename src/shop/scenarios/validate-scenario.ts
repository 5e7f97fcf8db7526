import { CqshopError } from '../../base/errors.ts';
import { checkNamedScenario } from './read-scenario.ts';
import { resolveScenario } from './resolve-scenario.ts';

/** What is wrong with a scenario: one line for each mistake, none if it can be run with its own seed. Expected errors are lines, not thrown. */
export async function validateScenario(nameOrFile: string): Promise<readonly string[]> {
  const problems: string[] = [];
  try {
    const checked = await checkNamedScenario(nameOrFile);
    if (checked.status === 'invalid') problems.push(...checked.problems);
    const placeable = checked.status === 'valid' ? checked.scenario : checked.rest;
    if (placeable !== undefined) resolveScenario(placeable);
    return problems;
  } catch (error) {
    if (!(error instanceof CqshopError)) throw error;
    return [...problems, error.message];
  }
}

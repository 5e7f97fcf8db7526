import { CqshopError } from '../../base/errors.ts';
import { randomStreams } from '../engine/random.ts';
import { readScenario } from './read-scenario.ts';
import { resolveScenario } from './resolve-scenario.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What is wrong with a scenario: one line for each mistake, none if it can be run with its own seed. Expected errors are lines, not thrown. */
export async function validateScenario(
  nameOrFile: string,
  { vocabulary }: { readonly vocabulary: Vocabulary },
): Promise<readonly string[]> {
  try {
    const scenario = await readScenario(nameOrFile, { vocabulary });
    resolveScenario(scenario, { streams: randomStreams(scenario.seed), vocabulary });
    return [];
  } catch (error) {
    if (!(error instanceof CqshopError)) throw error;
    const { problems } = error.details;
    return Array.isArray(problems) ? problems.map(String) : [error.message];
  }
}

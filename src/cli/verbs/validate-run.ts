import { listScenarios } from '../../shop/scenarios/find-scenario.ts';
import { validateScenario } from '../../shop/scenarios/validate-scenario.ts';
import { exitCodes } from '../exit-codes.ts';
import type { ValuesOf } from '../options.ts';
import type { RunVerb } from '../verb.ts';
import type { ValidateFlags } from './validate.ts';

/** `cqshop validate [scenario...]`: a line for each scenario without a mistake, and for each mistake. */
export const validateRun: RunVerb<ValuesOf<ValidateFlags>> = async (input, io) => {
  const named = input.arguments.length > 0 ? input.arguments : (await listScenarios()).map(({ name }) => name);
  const checked = await Promise.all(
    named.map(async scenario => {
      const problems = await validateScenario(scenario);
      return { scenario, valid: problems.length === 0, problems };
    }),
  );
  io.result(checked, () =>
    checked.flatMap(({ scenario, problems }) => (problems.length === 0 ? [`${scenario}: valid`] : problems)).join('\n'),
  );
  return checked.every(({ valid }) => valid) ? exitCodes.done : exitCodes.usage;
};

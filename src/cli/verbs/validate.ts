import { listScenarios } from '../../shop/scenarios/find-scenario.ts';
import { validateScenario } from '../../shop/scenarios/validate-scenario.ts';
import { exitCodes } from '../exit-codes.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop validate`: a line for each valid scenario on stdout, an error for each problem on stderr. */
export const verb = defineVerb({
  description:
    'Checks scenarios, by name or by file, and prints every problem in them. Without arguments it checks all scenarios that have a name. Exits 2 if a scenario has a problem.',
  arguments: [{ name: '[scenario...]', description: 'names or YAML files' }],
  examples: ['cqshop validate', 'cqshop init scenario my-shop', 'cqshop validate my-shop.yaml'],
  async run({ arguments: given }, io) {
    const scenarios = given.length > 0 ? given : (await listScenarios()).map(({ name }) => name);
    const checked = await Promise.all(
      scenarios.map(async scenario => {
        const problems = await validateScenario(scenario);
        return { scenario, valid: problems.length === 0, problems };
      }),
    );
    for (const problem of checked.flatMap(({ problems }) => problems)) io.error(problem);
    const valid = checked.filter(one => one.valid).map(({ scenario }) => `${scenario}: valid`);
    if (io.isJson || valid.length > 0) io.result(checked, () => valid);
    return valid.length === checked.length ? exitCodes.done : exitCodes.usage;
  },
});

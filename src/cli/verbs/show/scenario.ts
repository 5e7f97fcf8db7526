import { readScenario } from '../../../shop/scenarios/read-scenario.ts';
import { resolveScenario } from '../../../shop/scenarios/resolve-scenario.ts';
import { atTheirHours, describePlanned } from '../../describe-planned.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop show scenario NAME`: resolved with its own seed, with the time of each anomaly and near miss. */
export const verb = defineVerb({
  arguments: [{ name: '<scenario>', description: 'a name from cqshop list scenarios, or a YAML file' }],
  examples: ['cqshop show scenario stock-exhaustion'],
  async run({ arguments: [nameOrFile = ''] }, io) {
    const resolved = atTheirHours(resolveScenario(await readScenario(nameOrFile)));
    io.result(resolved, () => describePlanned(resolved, io.width));
    return 0;
  },
});

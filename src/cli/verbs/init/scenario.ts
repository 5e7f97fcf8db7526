import { exitCodes } from '../../exit-codes.ts';
import { scenarioTemplate } from '../../init/scenario-template.ts';
import { writeTemplate } from '../../init/write-template.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop init scenario [NAME]`: writes the file and prints its path. */
export const verb = defineVerb({
  description: 'Writes a commented scenario that you can validate, run and change. Never replaces a file.',
  arguments: [{ name: '[name]', description: 'name of the file, without .yaml (default: my-scenario)' }],
  examples: ['cqshop init scenario my-scenario'],
  async run({ arguments: [name = 'my-scenario'] }, io) {
    const file = writeTemplate(name, scenarioTemplate);
    io.result({ file }, () => `wrote ${file}`);
    return exitCodes.done;
  },
});

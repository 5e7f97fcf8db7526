import { exitCodes } from '../../exit-codes.ts';
import { mappingTemplate } from '../../init/mapping-template.ts';
import { writeTemplate } from '../../init/write-template.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop init mapping [NAME]`: writes the file and prints its path. */
export const verb = defineVerb({
  description: 'Writes a commented mapping for messages of another system. Never replaces a file.',
  arguments: [{ name: '[name]', description: 'name of the file, without .yaml (default: my-mapping)' }],
  examples: ['cqshop init mapping my-mapping'],
  async run({ arguments: [name = 'my-mapping'] }, io) {
    const file = writeTemplate(name, mappingTemplate);
    io.result({ file }, () => `wrote ${file}`);
    return exitCodes.done;
  },
});

import { extname } from 'node:path';
import { exitCodes } from '../../exit-codes.ts';
import { detectorTemplate } from '../../init/detector-template.ts';
import { writeNew } from '../../init/write-template.ts';
import { shellWord } from '../../shell-word.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop init detector [NAME]`: writes the program and prints the command that scores it. */
export const verb = defineVerb({
  description:
    'Writes a detector of your own, for cqshop evaluate --external: in Python, or in JavaScript where NAME ends in .mjs. It needs nothing but its standard library. Never replaces a file. See docs/your-detector.md.',
  arguments: [{ name: '[name]', description: 'name of the file (default: my-detector.py)' }],
  examples: ['cqshop init detector my-detector', 'cqshop init detector my-detector.mjs'],
  async run({ arguments: [name = 'my-detector'] }, io) {
    const file = extname(name) === '' ? `${name}.py` : name;
    const { text, interpreter } = detectorTemplate(file);
    writeNew(file, text);
    const command = `npx cqshop evaluate stock-exhaustion --seeds 1 --external mine=${shellWord(`${interpreter} ${shellWord(file)}`)}`;
    io.result({ file, command }, () => `wrote ${file}\nscore it beside ours:\n  ${command}`);
    return exitCodes.done;
  },
});

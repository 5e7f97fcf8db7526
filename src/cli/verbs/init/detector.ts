import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { cannot } from '../../../base/errors.ts';
import { shippedPath } from '../../../base/shipped-path.ts';
import { shellWord } from '../../shell-word.ts';
import { defineVerb } from '../../verb.ts';
import { writeNew } from '../../write-template.ts';

/** `cqshop init detector [NAME]`: writes the program and prints the command that scores it. */
export const verb = defineVerb({
  description:
    'Writes a detector of your own, for cqshop evaluate --external: in Python, or in JavaScript where NAME ends in .mjs. It needs nothing but its standard library. Never replaces a file. See docs/your-detector.md.',
  arguments: [{ name: '[name]', description: 'name of the file (default: my-detector.py)' }],
  examples: ['cqshop init detector my-detector', 'cqshop init detector my-detector.mjs'],
  async run({ arguments: [name = 'my-detector'] }, io) {
    const file = extname(name) === '' ? `${name}.py` : name;
    const { text, interpreter, anomaly } = detectorTemplate(file);
    writeNew(file, text);
    const command = `npx cqshop evaluate ${anomaly} --seeds 1 --external mine=${shellWord(`${interpreter} ${shellWord(file)}`)}`;
    io.result({ file, command }, () => `wrote ${file}\nscore it beside ours:\n  ${command}`);
    return 0;
  },
});

/** The examples that come with cqshop, by the ending of a file. */
const examples: Readonly<Record<string, Readonly<Record<'file' | 'interpreter' | 'anomaly', string>>>> = {
  '.py': { file: 'external-python/detector.py', interpreter: 'python3', anomaly: 'stock-exhaustion' },
  '.mjs': { file: 'external-node/detector.js', interpreter: 'node', anomaly: 'traffic-intensity' },
};

/**
 * A detector for `evaluate --external`, in the language of the path's ending, the program that runs it, and the anomaly that it looks for.
 *
 * @throws USAGE when there is no template in that language
 */
function detectorTemplate(path: string) {
  const found = examples[extname(path)];
  if (found === undefined) throw cannot('USAGE', `write ${path}`)('there is no template for its ending', '.py or .mjs');
  return { ...found, text: readFileSync(shippedPath('examples', found.file), 'utf8') };
}

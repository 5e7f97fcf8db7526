import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cannot } from '../../base/errors.ts';

/** The examples that come with cqshop, by the ending of a file. */
const examples: Readonly<Record<string, { readonly file: string; readonly interpreter: string }>> = {
  '.py': { file: 'external-python/detector.py', interpreter: 'python3' },
  '.mjs': { file: 'external-node/detector.js', interpreter: 'node' },
};

/**
 * A detector for `evaluate --external`, in the language of the path's ending, and the program that runs it.
 *
 * @throws USAGE when there is no template in that language
 */
export function detectorTemplate(path: string): { readonly text: string; readonly interpreter: string } {
  const found = examples[extname(path)];
  if (found === undefined) throw cannot('USAGE', `write ${path}`)('there is no template for its ending', '.py or .mjs');
  const text = readFileSync(fileURLToPath(new URL(`../../../examples/${found.file}`, import.meta.url)), 'utf8');
  return { text, interpreter: found.interpreter };
}

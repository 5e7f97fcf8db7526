import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { type CqshopError, cannot } from '../../base/errors.ts';
import { relativeToHere, shippedPath } from '../../base/shipped-path.ts';
import { statIfThere } from '../../base/stat-if-there.ts';
import { expectedWords } from '../../base/words.ts';

/** A scenario that can be run by its name. */
export type NamedScenario = { readonly name: string; readonly file: string };

/** The scenarios that come with cqshop. */
const shippedDirectory = shippedPath('scenarios');

/** The file of a scenario that comes with cqshop, whatever is in `./scenarios`. */
export function shippedScenario(name: string): string {
  return join(shippedDirectory, `${name}.yaml`);
}

/** All scenarios that have a name here, sorted by it: those in `./scenarios` and those that come with cqshop. A name in both means the one in `./scenarios`. */
export async function listScenarios(): Promise<readonly NamedScenario[]> {
  const found = new Map<string, string>();
  for (const directory of [shippedDirectory, resolve('scenarios')]) {
    for (const file of await yamlFiles(directory)) {
      found.set(basename(file, extname(file)), relativeToHere(file));
    }
  }
  return [...found].map(([name, file]) => ({ name, file })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** True for a path, false for a name. */
export function isScenarioFile(nameOrFile: string): boolean {
  return /[\\/]|\.ya?ml$/.test(nameOrFile);
}

/**
 * The file of a scenario: a path (it has a separator or ends in `.yaml` or `.yml`) is itself, anything else is a name.
 *
 * @throws SCENARIO_NOT_FOUND when no scenario has the name
 */
export async function findScenario(nameOrFile: string): Promise<string> {
  if (isScenarioFile(nameOrFile)) return nameOrFile;
  const known = await listScenarios();
  const scenario = known.find(({ name }) => name === nameOrFile);
  if (scenario === undefined) throw scenarioNotFound(nameOrFile, nameOrFile, known);
  return scenario.file;
}

/** True if a name or file is that of a scenario that comes with cqshop. @throws SCENARIO_NOT_FOUND when no scenario has the name */
export async function isShipped(nameOrFile: string): Promise<boolean> {
  return dirname(resolve(await findScenario(nameOrFile))) === resolve(shippedDirectory);
}

/** The error for a scenario that is not there, with the nearest name that is. */
export function scenarioNotFound(shown: string, name: string, known: readonly NamedScenario[]): CqshopError {
  const names = known.map(scenario => scenario.name);
  const missing = shown === name ? 'there is no scenario of that name' : 'there is no such file';
  const there = statIfThere(shown);
  const [found, file] = there?.isFile()
    ? ['it does not end in .yaml', 'a file that does']
    : [there?.isDirectory() ? 'it is a directory' : missing, 'a file'];
  return cannot('SCENARIO_NOT_FOUND', `read scenario ${shown}`)(found, `${file} or ${expectedWords(name, names)}`);
}

async function yamlFiles(directory: string): Promise<readonly string[]> {
  if (statIfThere(directory)?.isDirectory() !== true) return [];
  const entries = await readdir(directory, { withFileTypes: true });
  return entries
    .filter(entry => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map(entry => join(directory, entry.name));
}

import { existsSync } from 'node:fs';
import { join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file or directory that comes with cqshop, by its path in the package: shippedPath('models'). */
export function shippedPath(...names: readonly string[]): string {
  return join(root, ...names);
}

/** A path as it is best shown: relative to the working directory where that is below it. */
export function relativeToHere(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}

/** What comes with cqshop, by the path that its help and its docs use. */
const shipped = /^(datasets\/sample|models)(\/|$)/;

/**
 * A file or directory to read: the path as given if it is there, else what comes with cqshop under that name, so that examples work in an empty
 * directory. `datasets/sample`, `models/price-error` and `models/accuracy.json` come with it.
 */
export function shippedUnlessThere(path: string): string {
  const name = normalize(path).replaceAll('\\', '/');
  const ours = shippedPath(name);
  return shipped.test(name) && !existsSync(path) && existsSync(ours) ? ours : path;
}

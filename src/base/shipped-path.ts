import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What comes with cqshop, by the path that its help and its docs use. */
const shipped = /^(datasets\/sample|models)(\/|$)/;

/**
 * A file or directory to read: the path as given if it is there, else what comes with cqshop under that name, so that examples work in an empty
 * directory. `datasets/sample`, `models/price-error` and `models/accuracy.json` come with it.
 */
export function shippedUnlessThere(path: string): string {
  const name = normalize(path).replaceAll('\\', '/');
  const ours = join(root, name);
  return shipped.test(name) && !existsSync(path) && existsSync(ours) ? ours : path;
}

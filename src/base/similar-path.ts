import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { nearestWord } from './words.ts';

/**
 * The end of an error message about a directory that is not there: "; did you mean datasets/orders?" where the same directory, or `usual` in the working
 * directory, holds one of about that name; else nothing.
 *
 * @param usual where such directories are: 'datasets'
 * @param file what each of them holds: 'manifest.json'
 */
export function similarPath(path: string, { usual, file }: { readonly usual: string; readonly file: string }): string {
  const name = basename(path);
  const near = [dirname(path), usual]
    .map(dir => ({ dir, found: nearestWord(name, namesIn(dir, file)) }))
    .find(({ found }) => found !== undefined);
  return near?.found === undefined ? '' : `; did you mean ${join(near.dir, near.found)}?`;
}

/** Of the directories in a directory that hold a file; none where it cannot be read. */
function namesIn(dir: string, file: string): readonly string[] {
  try {
    return readdirSync(normalize(dir)).filter(name => existsSync(join(dir, name, file)));
  } catch {
    return [];
  }
}

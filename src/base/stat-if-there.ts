import { type Stats, statSync } from 'node:fs';

/** What a path gives that leads nowhere: no such name, a file in place of a directory, a name that no file can have, links in a circle. */
const nowhere = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'];

/** What is at a path; undefined if nothing can be there. @throws the error of `statSync` if that cannot be known */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && nowhere.includes(String(error.code))) return undefined;
    throw error;
  }
}

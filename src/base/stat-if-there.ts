import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { openFailure, systemCode } from './errors.ts';

/** What a path gives that leads nowhere: no such name, a file in place of a directory, a name that no file can have, links in a circle. */
const nowhere: readonly (string | undefined)[] = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP'];

/** What is at a path; undefined if nothing can be there. @throws the error of `statSync` if that cannot be known */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (nowhere.includes(systemCode(error))) return undefined;
    throw error;
  }
}

/** Call it before a message says that a directory lacks a file: whether it does cannot be known of one that may not be opened. @throws USAGE for that */
export function assertMayOpen(dir: string): void {
  try {
    accessSync(dir, constants.X_OK);
  } catch (error) {
    throw openFailure(error);
  }
}

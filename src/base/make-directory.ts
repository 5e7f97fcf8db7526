import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it; one that is there already is fine. Node's own `recursive` never returns where the file system
 * answers ENOENT although the parent exists (`/proc/x`, Node 20).
 *
 * @throws the system's error when it cannot be made
 */
export function makeDirectory(dir: string): void {
  try {
    mkdirSync(dir);
  } catch (error) {
    if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const parent = dirname(dir);
    const isParentMissing = parent !== dir && statSync(parent, { throwIfNoEntry: false }) === undefined;
    if (!isParentMissing) throw error;
    makeDirectory(parent);
    mkdirSync(dir);
  }
}

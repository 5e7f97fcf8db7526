import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { systemCode, writing } from './errors.ts';
import { statIfThere } from './stat-if-there.ts';

/**
 * Writes or replaces a file whole, through FILE.partial: a reader finds the old content or the new one, never a part.
 * Where the disk is full, or a directory is in the way, FILE.partial is deleted.
 *
 * @param options.isDurable has the content on the disk before the file gets its name; default false
 * @param options.onStep called after each step, for tests that kill the process there: 'written', 'synced', 'renamed'
 * @throws the system's error
 */
export function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: { readonly isDurable?: boolean; readonly onStep?: (step: string) => void } = {},
): void {
  const { isDurable = false, onStep = () => undefined } = options;
  const partial = `${path}.partial`;
  const descriptor = openSync(partial, 'w');
  try {
    orDelete(partial, () => writeFileSync(descriptor, content));
    onStep('written');
    if (isDurable) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  onStep('synced');
  orDelete(partial, () => renameSync(partial, path));
  onStep('renamed');
}

/** Writes a file whole, and makes the directory that it is in. @param what names it in a message @throws WRITE_FAILED */
export function writeOut(path: string, content: string, what = path): void {
  writing(what, () => {
    const directory = dirname(path);
    if (!existsSync(directory)) makeDirectory(directory);
    writeWhole(path, content);
  });
}

function orDelete(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** Makes the names in a directory as durable as the files. */
export function syncDirectory(dir: string): void {
  const descriptor = openSync(dir, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes a directory and those above it; one that is there already is fine. Node's own `recursive` never returns where the file system
 * answers ENOENT although the parent exists (`/proc/x`, Node 20).
 *
 * @returns the highest directory that was made; undefined if none was
 * @throws the system's error when it cannot be made
 */
export function makeDirectory(dir: string): string | undefined {
  try {
    mkdirSync(dir);
    return dir;
  } catch (error) {
    if (statIfThere(dir)?.isDirectory() === true) return undefined;
    const parent = dirname(dir);
    const isParentMissing = parent !== dir && statIfThere(parent) === undefined;
    if (!isParentMissing) throw error;
    const highest = makeDirectory(parent);
    mkdirSync(dir);
    return highest ?? dir;
  }
}

/** Makes a directory, as `makeDirectory`; the returned function removes what was made of it and above it, as far as it is empty. */
export function makeRemovable(dir: string): () => void {
  const highest = makeDirectory(dir);
  return () => {
    if (highest !== undefined) removeEmpty(dir, highest);
  };
}

/** Removes a directory, and those above it up to `highest`, unless they hold anything. One that is gone is fine. */
export function removeEmpty(dir: string, highest = dir): void {
  try {
    rmdirSync(dir);
  } catch (error) {
    // It holds results, or another process works there by now.
    if (systemCode(error) !== 'ENOENT') return;
  }
  if (dir !== highest) removeEmpty(dirname(dir), highest);
}

/** A directory's name without slashes at its end, so that others can be made of it: "out/" as "out"; "/" stays. */
export function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

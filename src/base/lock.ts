import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cannot, systemCode, writing } from './errors.ts';
import { isLinkImpossible } from './hard-link.ts';
import { makeRemovable, withoutSlash } from './whole-file.ts';

/** Locks of this process: a lock file with our own id that is not among them is left from a dead process that had the same id. */
const held = new Set<string>();

/** What a lock is for: `what` names it in a message, "dataset OUT"; `work` is what its owner does, "collecting". */
type Purpose = { readonly what: string; readonly work: string };

/**
 * Keeps a second process away from what this one is about to write, by OUT.lock beside it, until the returned function is called. Directories that are
 * made for it are removed then if nothing else is in them. The lock of a process that no longer lives is taken over.
 *
 * @throws LOCKED when another process lives that holds it; WRITE_FAILED where nothing can be made there
 */
export function lockOutput(out: string, purpose: Purpose): () => void {
  const path = `${withoutSlash(out)}.lock`;
  // If that is a file, it is part of the path and not in the way of OUT.
  const isThere = existsSync(dirname(path));
  return lock(path, purpose, () => (isThere ? () => undefined : makeRemovable(dirname(path))));
}

/** As `lockOutput`, by a file in the directory itself: what is around it may belong to somebody else. @throws LOCKED, WRITE_FAILED */
export function lockInside(dir: string, name: string, purpose: Purpose): () => void {
  return lock(join(dir, name), purpose, () => makeRemovable(dir));
}

/** @param make makes the directory of the lock; what it returns removes it */
function lock(path: string, { what, work }: Purpose, make: () => () => void): () => void {
  return writing(what, () => {
    const removeMade = make();
    try {
      acquireLock(path, work);
    } catch (error) {
      removeMade();
      throw error;
    }
    return () => {
      held.delete(path);
      rmSync(path, { force: true });
      removeMade();
    };
  });
}

function acquireLock(path: string, work: string): void {
  const own = `${path}.${process.pid}`;
  try {
    writeFileSync(own, `${process.pid}\n${work}\n`);
    while (!tryLink(own, path)) takeOver(path, { own, work });
  } finally {
    rmSync(own, { force: true });
  }
  held.add(path);
}

/** The lock appears with its content, or not at all. */
function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    if (!isLinkImpossible(error)) throw error;
    return tryCreate(own, path);
  }
}

/** For file systems without hard links. What is put back may be the lock of another process, so its content stays. */
function tryCreate(own: string, path: string): boolean {
  try {
    writeFileSync(path, readFileSync(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead process's lock aside. Another process may have taken it over first, so what was moved is read again. */
function takeOver(path: string, { own, work }: { readonly own: string; readonly work: string }): void {
  const owner = readOwner(path);
  if (owner === undefined) return;
  const { pid } = owner;
  assertOwnerDead(path, { pid, work: owner.work ?? work });
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = readOwner(aside);
  if (moved !== undefined && moved.pid !== pid) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function assertOwnerDead(path: string, { pid, work }: { readonly pid: number; readonly work: string }): void {
  const isAlive = pid === process.pid ? held.has(path) : isProcessAlive(pid);
  if (!isAlive) return;
  throw cannot('LOCKED', `take ${path}`, { path, pid })(
    `process ${pid} is ${work} there`,
    'no other; if that process is something else, delete the file',
  );
}

function isProcessAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

/** Who has locked, and what it does; undefined if the file is gone. Its id is 0, which is no process's, if the file names no process. */
function readOwner(path: string): { readonly pid: number; readonly work: string | undefined } | undefined {
  try {
    const [pid = '', work] = readFileSync(path, 'utf8').split('\n');
    return { pid: Math.max(Number.parseInt(pid, 10) || 0, 0), work: work || undefined };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

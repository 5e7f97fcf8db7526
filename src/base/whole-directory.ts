import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cannot, writing } from './errors.ts';
import { lockOutput } from './lock.ts';
import { makeDirectory } from './whole-file.ts';

/** A directory that is being written: it appears whole or not at all. */
export type WholeDirectory = {
  /** Write here. */
  readonly partial: string;
  /** Replaces what is there already. @throws WRITE_FAILED, and what `check` throws if OUT may not be replaced any more */
  readonly publish: () => void;
  /** Deletes what was not published and releases the lock; call it in `finally`. */
  readonly close: () => void;
};

/** In OUT.partial of a dataset that is being collected, which may go on after a kill. */
export const checkpointFile = 'checkpoint.json';

/**
 * Starts to write a directory, as OUT.partial, and locks it for this process.
 *
 * @param out without a slash at its end
 * @param options.what names it in a message, "dataset OUT"
 * @param options.work what this process does, for one that finds the lock: "importing"
 * @param options.check throws where OUT may not be replaced; called once it is locked, before anything is deleted, and again before `publish` replaces it
 * @throws LOCKED when another process writes there, DATASET_EXISTS when a collection there is not finished, WRITE_FAILED
 */
export function openWhole(
  out: string,
  { what, work, check }: { readonly what: string; readonly work: string; readonly check: () => void },
): WholeDirectory {
  const partial = `${out}.partial`;
  const releaseLock = lockOutput(out, { what, work });
  try {
    check();
    if (existsSync(join(partial, checkpointFile))) {
      throw cannot('DATASET_EXISTS', `write ${what}`)(
        `${partial} holds what an unfinished \`cqshop collect\` has collected`,
        'another directory with --out',
      );
    }
    writing(what, () => {
      rmSync(partial, { recursive: true, force: true });
      makeDirectory(partial);
    });
  } catch (error) {
    releaseLock();
    throw error;
  }
  return {
    partial,
    publish() {
      check();
      writing(what, () => {
        rmSync(out, { recursive: true, force: true });
        renameSync(partial, out);
      });
    },
    close() {
      rmSync(partial, { recursive: true, force: true });
      releaseLock();
    },
  };
}

import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CqshopError } from '../errors.ts';
import { acquireLock } from '../lock.ts';
import { makeDirectory } from '../make-directory.ts';
import { failedWrite } from '../messaging/write-failure.ts';

/** A results directory in the making: it appears whole or not at all. */
export type ResultsDirectory = {
  /** Where the results are made. */
  readonly partial: string;
  /** Puts them in place of earlier ones. @throws WRITE_FAILED */
  readonly publish: () => void;
  /** Deletes what was not published, and lets others in; call it in `finally`. */
  readonly close: () => void;
};

/**
 * Begins results anew, for this process alone.
 *
 * @param out without a slash at its end
 * @throws LOCKED when another process makes results there, USAGE when the directory holds something else, WRITE_FAILED
 */
export function openResults(out: string): ResultsDirectory {
  const partial = `${out}.partial`;
  const releaseLock = lock(out);
  try {
    refuseForeign(out);
    writing(`results ${partial}`, () => {
      rmSync(partial, { recursive: true, force: true });
      makeDirectory(partial);
    });
  } catch (error) {
    releaseLock();
    throw error;
  }
  return {
    partial,
    publish: () =>
      writing(`results ${out}`, () => {
        rmSync(out, { recursive: true, force: true });
        renameSync(partial, out);
      }),
    close() {
      rmSync(partial, { recursive: true, force: true });
      releaseLock();
    },
  };
}

function lock(out: string): () => void {
  return writing(`results ${out}`, () => {
    makeDirectory(dirname(out));
    return acquireLock(`${out}.lock`, 'making results');
  });
}

/** Results are replaced; whatever else is in a directory is somebody's. @throws USAGE */
function refuseForeign(out: string): void {
  if (!existsSync(out) || existsSync(`${out}/results.json`)) return;
  if (statSync(out).isDirectory() && readdirSync(out).length === 0) return;
  throw new CqshopError(
    'USAGE',
    `Cannot write results to ${out}: it holds something else, expected earlier results, an empty directory or none`,
  );
}

function writing<Result>(what: string, write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    throw failedWrite(what, cause);
  }
}

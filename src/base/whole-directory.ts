import { readdirSync, renameSync, rmSync } from 'node:fs';
import { cannot, writing } from './errors.ts';
import { lockOutput } from './lock.ts';
import { statIfThere } from './stat-if-there.ts';
import { makeDirectory } from './whole-file.ts';

/** A directory that is being written: it appears whole or not at all. */
export type WholeDirectory = {
  /** Write here. */
  readonly partial: string;
  /** Replaces what is there already, which stays if that fails. @throws WRITE_FAILED, and what `check` throws if OUT may not be replaced any more */
  readonly publish: () => void;
  /** Deletes what was not published and releases the lock; call it in `finally`. */
  readonly close: () => void;
};

/** In OUT.partial of a dataset that is being collected, which may go on after a kill. */
export const checkpointFile = 'checkpoint.json';

/** The commands that go on in OUT.partial after a kill, and the names of the files that they leave there. */
const resumable = { collect: new RegExp(`^${checkpointFile}$`), evaluate: /^(lock|[0-9a-f]{64})$/ } as const;

/**
 * Called before anything in OUT.partial is deleted or written.
 *
 * @param own the command that goes on with what it left there itself
 * @throws DATASET_EXISTS when another command has left unfinished work there
 */
export function assertNoUnfinished(partial: string, own?: keyof typeof resumable): void {
  const names = statIfThere(partial)?.isDirectory() === true ? readdirSync(partial) : [];
  for (const [command, mark] of Object.entries(resumable)) {
    if (command === own || !names.some(name => mark.test(name))) continue;
    throw cannot('DATASET_EXISTS', `write to ${partial}`)(
      `it holds the work of an unfinished \`cqshop ${command}\``,
      'another directory with --out',
    );
  }
}

/**
 * Starts to write a directory, as OUT.partial, and locks it for this process. What it replaces is in OUT.partial.replaced for a moment.
 *
 * @param out without a slash at its end
 * @param options.what names it in a message, "dataset OUT"
 * @param options.work what this process does, for one that finds the lock: "importing"
 * @param options.check throws where OUT may not be replaced; called once it is locked, before anything is deleted, and again before `publish` replaces it
 * @throws LOCKED when another process writes there, DATASET_EXISTS when there is unfinished work of another command, WRITE_FAILED
 */
export function openWhole(
  out: string,
  { what, work, check }: { readonly what: string; readonly work: string; readonly check: () => void },
): WholeDirectory {
  const partial = `${out}.partial`;
  const replaced = `${partial}.replaced`;
  const isThere = () => statIfThere(out) !== undefined;
  const releaseLock = lockOutput(out, { what, work });
  try {
    // A kill while it was being replaced left it there.
    if (!isThere() && statIfThere(replaced) !== undefined) writing(what, () => renameSync(replaced, out));
    check();
    assertNoUnfinished(partial);
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
        rmSync(replaced, { recursive: true, force: true });
        const isReplacing = isThere();
        if (isReplacing) renameSync(out, replaced);
        try {
          renameSync(partial, out);
        } catch (error) {
          if (isReplacing) renameSync(replaced, out);
          throw error;
        }
        rmSync(replaced, { recursive: true, force: true });
      });
    },
    close() {
      rmSync(partial, { recursive: true, force: true });
      releaseLock();
    },
  };
}

import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectory, syncDirectory } from '../../base/whole-file.ts';

const renamedMark = 'renaming';

/** Where the finished files are until the dataset gets its name. */
export function targetDir(partialDir: string): string {
  return join(partialDir, 'dataset');
}

/** Where messages wait that come too late to be put in order in memory. */
export function lateDir(partialDir: string): string {
  return join(partialDir, 'late');
}

/** Where a dataset that is being replaced waits until the new one has its name. */
export function replacedDir(partialDir: string): string {
  return join(partialDir, 'replaced');
}

/** True between the renaming of the finished dataset and the removal of what it was made from. */
export function isRenamed(partialDir: string, out: string): boolean {
  return (
    existsSync(join(out, 'manifest.json')) &&
    existsSync(join(partialDir, renamedMark)) &&
    !existsSync(targetDir(partialDir))
  );
}

/** Deletes what an interrupted finishing has left. */
export function clearTarget(partialDir: string): void {
  // The mark goes first: a mark without a target means that the dataset has its name.
  rmSync(join(partialDir, renamedMark), { recursive: true, force: true });
  rmSync(targetDir(partialDir), { recursive: true, force: true });
  rmSync(lateDir(partialDir), { recursive: true, force: true });
}

/** The dataset gets its name in one step; one that it replaces goes with the partial directory. */
export function renameDataset(partialDir: string, out: string, onStep: (step: string) => void): void {
  makeDirectory(join(partialDir, renamedMark));
  onStep('renaming announced');
  if (existsSync(out)) {
    rmSync(replacedDir(partialDir), { recursive: true, force: true });
    renameSync(out, replacedDir(partialDir));
    onStep('old dataset moved');
  }
  renameSync(targetDir(partialDir), out);
  onStep('dataset renamed');
  syncDirectory(dirname(out));
  onStep('name synced');
  tidy(partialDir);
  onStep('partial removed');
}

/** Removes what a finished dataset was made from. The mark goes last, so that leftovers of a kill can be recognised. */
export function tidy(partialDir: string): void {
  for (const name of readdirSync(partialDir)) {
    if (name !== renamedMark) rmSync(join(partialDir, name), { recursive: true });
  }
  rmSync(partialDir, { recursive: true });
}

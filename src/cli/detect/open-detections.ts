import { rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { writing } from '../../base/errors.ts';
import { acquireLock } from '../../base/lock.ts';
import { makeDirectory } from '../../base/whole-file.ts';
import type { Alarm } from '../../lab/detectors/detector.ts';
import { type ScoreWriter, scoreWriter, writeDetections } from '../../lab/detectors/write-detections.ts';

/** `detections.csv` and `scores.csv` of a directory that is locked for this process. */
export type OpenDetections = {
  readonly push: ScoreWriter['push'];
  /** Gives both files their names; returns the path of `detections.csv`. @throws WRITE_FAILED */
  readonly finish: (alarms: readonly Alarm[]) => string;
  /** Deletes what is not finished, with a directory that was made for it, and releases the lock; call it in `finally`. */
  readonly close: () => void;
};

/** Begins the files of a search. @throws LOCKED when another process detects there, WRITE_FAILED */
export function openDetections(out: string): OpenDetections {
  const what = `detections to ${out}`;
  // Inside, since the directory around it may belong to somebody else.
  const { releaseLock, isNew } = writing(what, () => {
    const made = makeDirectory(out);
    return { releaseLock: acquireLock(join(out, 'detections.lock'), 'detecting'), isNew: made !== undefined };
  });
  try {
    const scores = scoreWriter(join(out, 'scores.csv'));
    return {
      push: scores.push,
      finish(alarms) {
        const path = join(out, 'detections.csv');
        scores.finish();
        writeDetections(path, alarms);
        return path;
      },
      close() {
        scores.abort();
        releaseLock();
        if (isNew) removeIfEmpty(out);
      },
    };
  } catch (error) {
    releaseLock();
    if (isNew) removeIfEmpty(out);
    throw error;
  }
}

function removeIfEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // It holds what was found, or what another process writes.
  }
}

import { join } from 'node:path';
import { lockInside } from '../../base/lock.ts';
import type { Alarm } from '../../lab/detectors/detector.ts';
import { type ScoreRow, scoreWriter, writeDetections } from '../../lab/detectors/write-detections.ts';

/** `detections.csv` and `scores.csv` of a directory that is locked for this process. */
export type OpenDetections = {
  readonly push: (row: ScoreRow) => void;
  /** Gives both files their names; returns the path of `detections.csv`. @throws WRITE_FAILED */
  readonly finish: (alarms: readonly Alarm[]) => string;
  /** Deletes what is not finished, with a directory that was made for it, and releases the lock; call it in `finally`. */
  readonly close: () => void;
};

/** Begins the files of a search. @throws LOCKED when another process detects there, WRITE_FAILED */
export function openDetections(out: string): OpenDetections {
  const releaseLock = lockInside(out, 'detections.lock', { what: `detections to ${out}`, work: 'detecting' });
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
        scores.close();
        releaseLock();
      },
    };
  } catch (error) {
    releaseLock();
    throw error;
  }
}

import { join } from 'node:path';
import { lockInside } from '../../base/lock.ts';
import type { Alarm } from '../../lab/detectors/detector.ts';
import { scoreWriter, writeDetections } from '../../lab/detectors/write-detections.ts';

export type OpenDetections = ReturnType<typeof openDetections>;

/** Begins `detections.csv` and `scores.csv` of a search, and locks their directory. @throws LOCKED when another process detects there, WRITE_FAILED */
export function openDetections(out: string) {
  const releaseLock = lockInside(out, 'detections.lock', { what: `detections to ${out}`, work: 'detecting' });
  try {
    const scores = scoreWriter(join(out, 'scores.csv'));
    return {
      push: scores.push,
      /** Gives both files their names; returns the path of `detections.csv`. @throws WRITE_FAILED */
      finish(alarms: readonly Alarm[]): string {
        const path = join(out, 'detections.csv');
        scores.finish();
        writeDetections(path, alarms);
        return path;
      },
      /** Deletes what is not finished, with a directory that was made for it, and releases the lock; call it in `finally`. */
      close(): void {
        scores.close();
        releaseLock();
      },
    };
  } catch (error) {
    releaseLock();
    throw error;
  }
}

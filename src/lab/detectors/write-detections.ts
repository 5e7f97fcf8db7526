import { renameSync, rmSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { writing } from '../../base/errors.ts';
import { rfc3339 } from '../../base/time.ts';
import { writeWhole } from '../../base/whole-file.ts';
import { CsvWriter } from '../../data/collector/hashed-file-writer.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import type { Alarm } from './detector.ts';
import { incidentIds } from './incidents.ts';

/** The columns of `detections.csv` as cqshop writes it, one row an alarm. A contract, described in docs/formats.md. */
export const detectionColumns = [
  'start',
  'end',
  'detected_at',
  'score',
  'threshold',
  'anomaly',
  'entity_type',
  'entity_id',
  'detector',
  'incident',
  'evidence',
] as const;

/** The columns of `scores.csv`, one row a scored unit. All are mandatory. A contract, described in docs/formats.md. */
export const scoreColumns = ['start', 'end', 'score', 'anomaly', 'entity_type', 'entity_id', 'detector'] as const;

/** A row of `scores.csv`. */
export type ScoreRow = {
  readonly startMs: number;
  readonly endMs: number;
  readonly score: number;
  readonly anomaly: string;
  readonly entity: Entity;
  readonly detector: string;
};

/** Writes `detections.csv`, ordered by start, then entity, then detector. @throws WRITE_FAILED */
export function writeDetections(path: string, alarms: readonly Alarm[]): void {
  const incidents = incidentIds(alarms);
  const rows = [...alarms]
    .sort(byStart)
    .map(alarm => [
      rfc3339(alarm.startMs),
      rfc3339(alarm.endMs),
      rfc3339(alarm.detectedAtMs),
      alarm.score,
      alarm.threshold,
      alarm.anomaly,
      alarm.entity.type,
      alarm.entity.id,
      alarm.detector,
      incidents.get(alarm) ?? '',
      alarm.evidence.text,
    ]);
  writing(path, () => writeWhole(path, stringify([[...detectionColumns], ...rows])));
}

/** Writes `scores.csv` row by row in constant memory; the file gets its name when it is finished. @throws WRITE_FAILED */
export function scoreWriter(path: string) {
  const partial = `${path}.partial`;
  const file = writing(path, () => new CsvWriter(partial, scoreColumns));
  return {
    push({ startMs, endMs, score, anomaly, entity, detector }: ScoreRow): void {
      const row = [rfc3339(startMs), rfc3339(endMs), String(score), anomaly, entity.type, entity.id, detector];
      writing(path, () => file.row(row));
    },
    finish: () =>
      writing(path, () => {
        file.finish();
        renameSync(partial, path);
      }),
    /** Removes what was written so far, unless it is finished; call it in `finally`. */
    close(): void {
      file.close();
      rmSync(partial, { force: true });
    },
  };
}

function byStart(a: Alarm, b: Alarm): number {
  const nameOf = ({ entity, detector }: Alarm) => `${entity.id} ${detector}`;
  return a.startMs - b.startMs || (nameOf(a) < nameOf(b) ? -1 : Number(nameOf(a) > nameOf(b)));
}

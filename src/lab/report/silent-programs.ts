import type { ResultRow } from '../evaluation/result-rows.ts';
import { isOverall } from './result-columns.ts';

/** Why a program of a user's has found nothing, however well it ranks: a note for each that raised no alarm. */
export function silentProgramNotes(rows: readonly ResultRow[]): readonly string[] {
  return rows
    .filter(row => row.role === 'external' && isOverall(row) && row.labels > 0 && row.alarms === 0)
    .map(
      ({ anomaly, detector }) =>
        `${anomaly}: ${detector} raised no alarm: nothing here scores above its threshold, which was chosen on clean runs.`,
    );
}

import type { EventRecord } from '../../data/dataset/record.ts';
import type { FeatureSet, Unit, UnitFold } from './feature-set.ts';

/**
 * Folds one stream into the units of several feature sets; feature sets with the same id are folded once.
 *
 * @param take is called for each unit, in stream order per feature set
 */
export function foldUnits(
  featureSets: Iterable<FeatureSet>,
  startMs: number,
  take: (unit: Unit, featureSet: FeatureSet) => void,
) {
  const folds = new Map<string, { readonly featureSet: FeatureSet; readonly fold: UnitFold }>();
  for (const featureSet of featureSets) {
    if (!folds.has(featureSet.id)) folds.set(featureSet.id, { featureSet, fold: featureSet.fold(startMs) });
  }
  const all = [...folds.values()];
  return {
    /** Takes the next record, in dataset order. */
    push(record: EventRecord): void {
      for (const { featureSet, fold } of all) for (const unit of fold.push(record)) take(unit, featureSet);
    },
    /** Time advances to `timeMs` without a record. */
    advance(timeMs: number): void {
      for (const { featureSet, fold } of all) for (const unit of fold.advance?.(timeMs) ?? []) take(unit, featureSet);
    },
    /** The stream ends at `endMs`; units still open are handed over. */
    finish(endMs: number): void {
      for (const { featureSet, fold } of all) for (const unit of fold.finish(endMs)) take(unit, featureSet);
    },
  };
}

/** Records in dataset order, in batches: a file being read, or a run as it goes. An array of records is the stream `[records]`. */
export type RecordStream = Iterable<readonly EventRecord[]> | AsyncIterable<readonly EventRecord[]>;

import type { Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { type CausedBy, type Entity, type Label, spanOfEffect } from '../../data/dataset/truth.ts';
import type { UnitLabeller } from '../detectors/training.ts';
import type { FeatureSet } from '../features/feature-set.ts';
import { entityKey, includesEntity } from '../features/unit-key.ts';
import { isEntityAnomaly } from './matching.ts';

/** The truth of one run, from a dataset or a simulation. */
export type RunTruth = {
  readonly labels: readonly Label[];
  readonly nearMisses: readonly Label[];
  /** By message id. */
  readonly caused: ReadonlyMap<string, readonly CausedBy[]>;
};

/** The window and entity that a unit is about. */
export type ScoredWindow = Span & { readonly entity: Entity };

/** Which units of one run are positive. Belongs to one pass over the run's records. */
export type UnitTruth = {
  /** Must see each record before `labelsOf` is called for the unit that holds it. */
  readonly mark: (record: EventRecord) => void;
  /**
   * The labels of `anomaly` that make the unit positive: for entity anomalies those that list its entity and have a `direct`
   * message; for anomalies of the whole shop those whose [start, effect_end] its window overlaps (silence has no messages to hold).
   *
   * @param featureSet says which records its units hold; default: all with the id of the unit's entity, a parcel that leaves days
   *   later among them
   */
  readonly labelsOf: (
    unit: ScoredWindow,
    anomaly: string,
    featureSet?: Pick<FeatureSet, 'entityOf'>,
  ) => readonly Label[];
  /** The `direct` messages seen so far that make units of the labels' entities positive, as in `labelsOf`. */
  readonly directMessages: (anomaly: string, featureSet?: Pick<FeatureSet, 'entityOf'>) => readonly DirectMessage[];
};

/** A message that makes the unit of an entity positive. */
export type DirectMessage = { readonly entity: Entity; readonly record: EventRecord; readonly label: Label };

function holds(entity: Entity, record: EventRecord, featureSet: Pick<FeatureSet, 'entityOf'> | undefined): boolean {
  const holder = featureSet === undefined ? entity : featureSet.entityOf(record);
  return holder?.type === entity.type && holder.id === entity.id;
}

/** Whether a label of a series covers the one that an entity names: the shop is all of it, a channel only itself. */
export function isAboutSeries({ entities }: Pick<Label, 'entities'>, { type, id }: Entity): boolean {
  return type !== 'channel' || entities.some(each => each.id === id);
}

/** Memory grows with the number of `direct` messages only. */
export function unitTruth(truth: Pick<RunTruth, 'labels' | 'caused'>): UnitTruth {
  const labelById = new Map(truth.labels.map(label => [label.id, label]));
  const spans = truth.labels.map(label => ({ label, ...spanOfEffect(label) }));
  const marks = new Map<string, DirectMessage[]>();

  function add(entity: Entity, record: EventRecord, label: Label): void {
    if (!includesEntity(label.entities, entity)) return;
    const key = entityKey(entity);
    const known = marks.get(key) ?? [];
    marks.set(key, known);
    known.push({ entity, record, label });
  }

  return {
    mark(record) {
      for (const { labelId, relation } of truth.caused.get(record.id) ?? []) {
        const label = labelById.get(labelId);
        if (relation !== 'direct' || label === undefined) continue;
        if (record.userId !== '') add({ type: 'user', id: record.userId }, record, label);
        if (record.productId !== '') add({ type: 'product', id: record.productId }, record, label);
      }
    },
    labelsOf({ startMs, endMs, entity }, anomaly, featureSet) {
      if (!isEntityAnomaly(anomaly)) {
        return spans
          .filter(span => span.label.anomaly === anomaly && startMs <= span.endMs && endMs > span.startMs)
          .filter(({ label }) => isAboutSeries(label, entity))
          .map(({ label }) => label);
      }
      const found = new Set<Label>();
      for (const { record, label } of marks.get(entityKey(entity)) ?? []) {
        if (record.timeMs < startMs || record.timeMs >= endMs || label.anomaly !== anomaly) continue;
        if (holds(entity, record, featureSet)) found.add(label);
      }
      return [...found];
    },
    directMessages: (anomaly, featureSet) =>
      [...marks.values()]
        .flat()
        .filter(({ entity, record, label }) => label.anomaly === anomaly && holds(entity, record, featureSet)),
  };
}

/**
 * The truth as training sees it. Positive units are those of `labelsOf`. Touched units are, for entity anomalies, those of a label's entities
 * during the label and one window after it; for anomalies of the whole shop, all windows during any label.
 */
export function unitLabeller(truth: Pick<RunTruth, 'labels' | 'caused'>): UnitLabeller {
  const units = unitTruth(truth);
  const spans = truth.labels.map(label => ({ label, ...spanOfEffect(label) }));
  return {
    mark: units.mark,
    kindOf(unit, featureSet, anomaly) {
      if (units.labelsOf(unit, anomaly, featureSet).length > 0) return 'positive';
      const isTouched = spans.some(
        ({ label, startMs, endMs }) =>
          unit.startMs <= endMs + featureSet.windowMs &&
          unit.endMs > startMs &&
          (!isEntityAnomaly(anomaly) || includesEntity(label.entities, unit.entity)),
      );
      return isTouched ? 'touched' : 'clean';
    },
  };
}

/** The same, but what lies in the intervals is neither positive nor normal, whatever the labels say. */
export function withoutIntervals(labeller: UnitLabeller, intervals: readonly Span[]): UnitLabeller {
  return {
    mark: labeller.mark,
    kindOf: (unit, featureSet, anomaly) =>
      intervals.some(({ startMs, endMs }) => unit.startMs <= endMs && unit.endMs > startMs)
        ? 'touched'
        : labeller.kindOf(unit, featureSet, anomaly),
  };
}

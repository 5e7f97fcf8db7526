import type { Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import { wholeShop } from '../../data/dataset/truth.ts';
import { type RunTruth, type ScoredWindow, unitLabeller, unitTruth } from '../evaluation/unit-truth.ts';
import type { FeatureSet, Unit } from '../features/feature-set.ts';
import { unitKey } from '../features/unit-key.ts';
import type { AnomalyFacts } from './dataset-facts.ts';
import { featureExtremes } from './extremes.ts';
import { sampleOf } from './sample.ts';
import { type CountedSeries, seriesExtremes } from './series-extremes.ts';

/** How many clean units are kept for the search for leaks. */
const sampledUnits = 4000;

type CollectorOptions = {
  /** The dataset's. */
  readonly key: string;
  readonly span: Span;
  readonly truth: RunTruth;
  readonly warmUntilMs: number;
};

/** Collects the facts of one dataset about an anomaly of users or products: it folds the same units as their detectors. */
export function entityCollector(anomaly: string, features: FeatureSet, options: CollectorOptions) {
  const { span, truth, warmUntilMs } = options;
  const fold = features.fold(span.startMs);
  const positive = unitTruth(truth);
  const labeller = unitLabeller(truth);
  const anomalies = [...new Set(truth.labels.map(label => label.anomaly))];
  const extremes = featureExtremes(features.names);
  const counts = placeCounts(anomaly, options);

  function take(unit: Unit): void {
    const labels = positive.labelsOf(unit, anomaly, features);
    const isClean = anomalies.every(other => labeller.kindOf(unit, features, other) === 'clean');
    const ids = labels.map(({ id }) => id);
    counts.take(unit, ids, isClean);
    for (const id of ids) extremes.inside(id, unit.features);
    if (ids.length === 0 && isClean && unit.startMs >= warmUntilMs) extremes.outside(unit.features);
  }

  return {
    push(record: EventRecord): void {
      positive.mark(record);
      labeller.mark(record);
      for (const unit of fold.push(record)) take(unit);
    },
    finish(endMs: number): void {
      for (const unit of fold.finish(endMs)) take(unit);
    },
    /** Called once, at the end. */
    facts: (): AnomalyFacts => ({ ...counts.result(features.windowMs), extremes: extremes.result() }),
  };
}

/** The facts about an anomaly of the whole shop, from a series that was counted already. */
export function seriesFacts(anomaly: string, series: CountedSeries, options: CollectorOptions): AnomalyFacts {
  const { truth, warmUntilMs } = options;
  const labels = truth.labels.filter(label => label.anomaly === anomaly);
  const counts = placeCounts(anomaly, options);
  const truthOf = unitTruth(truth);
  const anomalies = [...new Set(truth.labels.map(label => label.anomaly))];
  for (const index of (series.counts[0] ?? []).keys()) {
    const startMs = series.startMs + index * series.windowMs;
    const place: ScoredWindow = { startMs, endMs: startMs + series.windowMs, entity: wholeShop };
    const touching = anomalies.flatMap(other => truthOf.labelsOf(place, other));
    const own = touching.filter(label => label.anomaly === anomaly).map(({ id }) => id);
    counts.take(place, own, touching.length === 0);
  }
  const extremes = seriesExtremes(series, { labels, all: truth.labels, warmUntilMs });
  return { ...counts.result(series.windowMs), extremes };
}

/** Counts units and keeps where the positive ones, and a sample of the clean ones, are. */
function placeCounts(anomaly: string, { key, span, truth }: CollectorOptions) {
  const positives = new Map<string, ScoredWindow[]>();
  const clean = sampleOf<ScoredWindow>(sampledUnits, 0);
  let units = 0;
  let positiveUnits = 0;
  return {
    take({ startMs, endMs, entity }: ScoredWindow, labelIds: readonly string[], isClean: boolean) {
      const place = { startMs, endMs, entity };
      units += 1;
      if (labelIds.length > 0) positiveUnits += 1;
      for (const id of labelIds) positives.set(id, [...(positives.get(id) ?? []), place]);
      if (labelIds.length === 0 && isClean) clean.add(unitKey(place), place);
    },
    result: (windowMs: number) => ({
      labels: truth.labels.filter(label => label.anomaly === anomaly),
      units,
      positiveUnits,
      leak: { key, span, windowMs, positives, clean: clean.items(), cleanCount: clean.seen() },
    }),
  };
}

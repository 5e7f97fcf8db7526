import { meanOrNull } from './mean-or-null.ts';
import type { Segment } from './segments.ts';

/**
 * Range-based precision, recall and F1 of Tatbul et al., NeurIPS 2018, with flat bias: of each range the share that the ranges of the other kind cover,
 * divided by their number. It falls where one anomaly is found in fragments.
 *
 * @param existenceWeight how much finding an anomaly at all counts for recall, 0 to 1; default 0.2
 * @returns each null where it has no meaning: precision without a prediction, recall without an anomaly
 */
export function rangeBased(anomalies: readonly Segment[], predictions: readonly Segment[], existenceWeight = 0.2) {
  const recall = meanOrNull(
    anomalies.map(anomaly => {
      const { covered, fragments } = coverage(anomaly, predictions);
      return existenceWeight * Math.min(1, fragments) + (1 - existenceWeight) * (covered / Math.max(1, fragments));
    }),
  );
  const precision = meanOrNull(
    predictions.map(prediction => {
      const { covered, fragments } = coverage(prediction, anomalies);
      return covered / Math.max(1, fragments);
    }),
  );
  return { precision, recall, f1: f1Of(precision, recall) };
}

function coverage({ first, last }: Segment, others: readonly Segment[]) {
  let samples = 0;
  let fragments = 0;
  for (const other of others) {
    const common = Math.min(last, other.last) - Math.max(first, other.first) + 1;
    if (common <= 0) continue;
    samples += common;
    fragments += 1;
  }
  return { covered: samples / (last - first + 1), fragments };
}

/** The harmonic mean; null without a recall, 0 where nothing was found. */
export function f1Of(precision: number | null, recall: number | null): number | null {
  if (recall === null) return null;
  return precision === null || precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

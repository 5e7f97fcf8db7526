import { sum } from '../../base/sum.ts';
import { hourMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import { type Label, spanOfEffect } from '../../data/dataset/truth.ts';
import { isEntityAnomaly } from '../evaluation/matching.ts';
import type { AnomalyInput } from './dataset-facts.ts';
import { type Finding, percent, rounded } from './finding.ts';

/** At most this share of what detectors score may be labelled; curated public data have 0.5 to 1.5 %, NAB has 10.6 %. */
const largestDensity = 0.05;
/**
 * Hours without a label between two volume anomalies: a day, so that every hour of the day occurs in its usual state in between. A week, the longest
 * season of a shop, would be too much for a run of some weeks with several labels: nine labels would need ten weeks.
 */
const shortestNormalHours = 24;

/**
 * Whether labels are rare enough to be anomalies: the share of scored units that is positive (of a quarter of an hour for anomalies of the whole shop, of
 * customers' or products' half hours for the others) and, for anomalies of the whole shop, the shortest interval between two.
 */
export function density(
  anomaly: string,
  inputs: readonly Pick<AnomalyInput, 'labels' | 'units' | 'positiveUnits'>[],
): Finding {
  const labels = sum(inputs, input => input.labels.length);
  const units = sum(inputs, input => input.units);
  const positives = sum(inputs, input => input.positiveUnits);
  const share = units === 0 ? 0 : positives / units;
  const gaps = inputs.flatMap(({ labels: own }) => gapHours(own)).sort((a, b) => a - b);
  const ofWholeShop = !isEntityAnomaly(anomaly);
  const isTooDense = share > largestDensity;
  const isTooClose = ofWholeShop && gaps.some(hours => hours < shortestNormalHours);
  const shortest = gaps[0];
  const closeness =
    shortest === undefined
      ? ''
      : `; ${rounded(shortest)} h between the two nearest${ofWholeShop ? `, at least ${shortestNormalHours} h demanded` : ''}`;
  return {
    check: 'density',
    anomaly,
    verdict: units === 0 ? 'undecided' : isTooDense || isTooClose ? 'fail' : 'pass',
    sentence:
      units === 0
        ? `${pluralize(labels, 'label')}, and nothing that a detector scores`
        : `${percent(share)} of ${pluralize(units, ofWholeShop ? 'window' : 'unit')} are labelled, at most ${percent(largestDensity)} allowed${closeness}`,
    figures: {
      labels,
      units,
      positiveUnits: positives,
      share,
      limit: largestDensity,
      shortestGapHours: shortest ?? null,
      shortestGapLimitHours: ofWholeShop ? shortestNormalHours : null,
      gapsBelowAWeek: gaps.filter(hours => hours < 168).length,
    },
  };
}

/** The time between one label's effect and the next label [h]; negative where they overlap. */
function gapHours(labels: readonly Label[]): readonly number[] {
  const spans = labels.map(spanOfEffect).sort((a, b) => a.startMs - b.startMs);
  return spans.slice(1).map(({ startMs }, index) => {
    const endMs = Math.max(...spans.slice(0, index + 1).map(before => before.endMs));
    return (startMs - endMs) / hourMs;
  });
}

import { sum } from '../../../base/sum.ts';
import { firstNotBelow } from '../../detectors/ranking.ts';
import { meanOrNull } from './mean-or-null.ts';
import { type Segment, segmentsOf } from './segments.ts';

/** Thresholds along the sorted scores. */
const thresholds = 250;
const mostBuffers = 100;

/**
 * Volume under the surface of precision and recall (VUS-PR) and of the ROC curve (VUS-ROC): the areas, averaged over buffers of 0 to `longestBuffer`
 * samples around each anomaly, in which a score counts in part. Paparrizos et al., PVLDB 15(11), 2022, as TSB-AD computes it (its fast form).
 *
 * @param scores high is anomalous
 * @param labels 1 for an anomalous sample, else 0
 * @param longestBuffer [samples]; TSB-AD takes the period of the series
 * @returns null without a label, that of the ROC curve also where every sample is labelled
 */
export function volumesUnderSurfaces(scores: readonly number[], labels: readonly number[], longestBuffer: number) {
  const anomalies = segmentsOf(labels.length, index => labels[index] === 1);
  if (anomalies.length === 0 || scores.length === 0) return { roc: null, pr: null };
  const ranked = rankedOf(scores);
  const areas = buffersUpTo(longestBuffer).map(buffer => areasWith(buffer, { scores, labels, anomalies, ranked }));
  const hasNormal = labels.some(label => label !== 1);
  return { roc: hasNormal ? meanOrNull(areas.map(({ roc }) => roc)) : null, pr: meanOrNull(areas.map(({ pr }) => pr)) };
}

/** Lengths of buffers [samples]: buffersUpTo(3) is [0, 1, 2, 3]. At most 100, evenly spaced, so that a sample a second does not take hours. */
export function buffersUpTo(longest: number): readonly number[] {
  const step = Math.ceil((longest + 1) / mostBuffers);
  return Array.from({ length: Math.floor(longest / step) + 1 }, (_, index) => index * step);
}

/** Samples by score, highest first, and how many are predicted at each threshold: the ones whose score is not below it. */
type Ranked = { readonly order: readonly number[]; readonly cuts: readonly { value: number; predicted: number }[] };

function rankedOf(scores: readonly number[]): Ranked {
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const ascending = [...scores].sort((a, b) => a - b);
  const last = scores.length - 1;
  const cuts = Array.from({ length: thresholds }, (_, step) => {
    const value = ascending[last - Math.trunc((last * step) / (thresholds - 1))] ?? 0;
    return { value, predicted: scores.length - firstNotBelow(ascending, value) };
  });
  return { order, cuts };
}

type Series = {
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly anomalies: readonly Segment[];
  readonly ranked: Ranked;
};

function areasWith(buffer: number, { scores, labels, anomalies, ranked }: Series) {
  const weights = weightsWith(buffer, labels, anomalies);
  const highest = widened(anomalies, Math.floor(buffer / 2), labels.length).map(({ first, last }) => {
    let score = Number.NEGATIVE_INFINITY;
    for (let index = first; index <= last; index++) score = Math.max(score, scores[index] ?? 0);
    return score;
  });
  const positives = sum(labels, label => label);
  let [truePositives, inBuffers, next] = [0, 0, 0];
  let [roc, pr, tprBefore, fprBefore] = [0, 0, 0, 0];
  for (const { value, predicted } of ranked.cuts) {
    for (; next < predicted; next++) {
      const index = ranked.order[next] ?? 0;
      truePositives += weights[index] ?? 0;
      if (labels[index] !== 1) inBuffers += weights[index] ?? 0;
    }
    const softPositives = (positives + positives + inBuffers) / 2;
    const existence = highest.filter(score => score >= value).length / highest.length;
    const tpr = Math.min(truePositives / softPositives, 1) * existence;
    const fpr = (predicted - truePositives) / (labels.length - softPositives);
    roc += ((fpr - fprBefore) * (tpr + tprBefore)) / 2;
    pr += ((tpr - tprBefore) * truePositives) / predicted;
    [tprBefore, fprBefore] = [tpr, fpr];
  }
  roc += ((1 - fprBefore) * (1 + tprBefore)) / 2;
  return { roc, pr };
}

/** 1 in an anomaly, falling to its sides over half the buffer. */
function weightsWith(buffer: number, labels: readonly number[], anomalies: readonly Segment[]): readonly number[] {
  const weights = [...labels];
  const half = Math.floor(buffer / 2);
  for (const { first, last } of anomalies) {
    for (let step = 1; step <= half; step++) {
      const weight = Math.sqrt(1 - step / buffer);
      for (const index of [last + step, first - step]) {
        const before = weights[index];
        if (before !== undefined) weights[index] = before + weight;
      }
    }
  }
  return weights.map(weight => Math.min(1, weight));
}

/** Segments with `half` samples more on each side, one where they touch. */
function widened(segments: readonly Segment[], half: number, length: number): readonly Segment[] {
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of segments) {
    const before = merged.at(-1);
    if (before !== undefined && before.last >= first - half) before.last = last + half;
    else merged.push({ first: first - half, last: last + half });
  }
  return merged.map(({ first, last }) => ({ first: Math.max(0, first), last: Math.min(length - 1, last) }));
}

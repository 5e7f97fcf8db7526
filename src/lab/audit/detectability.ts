import { sum } from '../../base/sum.ts';
import { dayMs, hourMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import type { Label } from '../../data/dataset/truth.ts';
import { smallestVisibleZ, statedZ } from '../evaluation/label-visibility.ts';
import { isWeekend } from '../features/series-calendar.ts';
import type { AnomalyInput } from './dataset-facts.ts';
import { type Finding, percent, rounded } from './finding.ts';
import type { CountedSeries } from './series-extremes.ts';

/**
 * Which labels could be detected at all: z = |d| · sqrt(mu · h / F), for a relative change d of counts of mean mu over h windows and Fano factor F. It is read
 * from the receipt, where the simulation left it, and else computed from the counts. `blatant` says that anybody would see it, so a blatant
 * label below the limit fails; others are named, to be left out or reported apart.
 */
export function detectability(
  anomaly: string,
  inputs: readonly Pick<AnomalyInput, 'labels' | 'all' | 'series' | 'prefix'>[],
): Finding {
  const visible = inputs.flatMap(({ labels, all, series, prefix }) =>
    labels.map(label => {
      const visibility = visibilityOf(label, all, series);
      return { ...visibility, id: `${prefix}${visibility.id}` };
    }),
  );
  const labels = visible.filter(label => label.z !== null);
  const unseen = labels.filter(({ z }) => z !== null && z < smallestVisibleZ);
  const isMisgraded = unseen.some(({ intensity }) => intensity === 'blatant');
  const named = unseen.map(({ id, z, intensity }) => `${id} (${intensity}, ${rounded(z ?? 0, 2)})`).join(', ');
  return {
    check: 'detectability',
    anomaly,
    verdict: labels.length === 0 ? 'undecided' : isMisgraded ? 'fail' : 'pass',
    sentence:
      labels.length === 0
        ? 'neither receipts nor counts show how far a label stands out from chance'
        : unseen.length === 0
          ? `${labels.length === 1 ? 'the label stands' : `all ${labels.length} labels stand`} out from chance (z of at least ${smallestVisibleZ})`
          : `${percent(unseen.length / labels.length)} of ${pluralize(labels.length, 'label')} stand out too little for any detector to see them reliably (z below ${smallestVisibleZ}): ${named}${isMisgraded ? '; a blatant label must be easy to see' : ''}`,
    figures: {
      limitZ: smallestVisibleZ,
      unseenShare: labels.length === 0 ? null : unseen.length / labels.length,
      labels: visible,
    },
  };
}

type Visibility = {
  readonly id: string;
  readonly intensity: string;
  readonly z: number | null;
  /** `label`, or the channel in which it stands out most. */
  readonly from: string;
};

function visibilityOf(label: Label, all: readonly Label[], series: CountedSeries): Visibility {
  const { id, intensity } = label;
  const stated = statedZ(label);
  if (stated !== null) return { id, intensity, z: stated, from: 'label' };
  const [best] = series.channels
    .map((channel, index) => ({ channel, z: zOf(label, all, { ...series, counts: [series.counts[index] ?? []] }) }))
    .sort((a, b) => b.z - a.z);
  return best === undefined || !Number.isFinite(best.z)
    ? { id, intensity, z: null, from: 'nothing to compare with' }
    : { id, intensity, z: best.z, from: best.channel };
}

/**
 * |found - expected| / sqrt(F · expected) over the label's own interval, which is |d| · sqrt(mu · h / F). Expected is the mean of the same time of day,
 * weekdays and weekends apart, over windows that no label touches; F is the variance over the mean of their hours. -Infinity where the channel is silent.
 */
export function zOf(label: Label, all: readonly Label[], series: CountedSeries): number {
  const { startMs, windowMs } = series;
  const counts = series.counts[0] ?? [];
  const indexOf = (time: string) => Math.floor((Date.parse(time) - startMs) / windowMs);
  const touched = all.map(({ start, effect_end }) => ({ from: indexOf(start), to: indexOf(effect_end) }));
  const isClean = (window: number) => !touched.some(({ from, to }) => window >= from && window <= to);
  const usual = usualCounts(counts, series, isClean);
  const fano = hourlyFano(counts, usual, Math.max(1, Math.round(hourMs / windowMs)), isClean);
  let [found, expected] = [0, 0];
  for (let window = Math.max(0, indexOf(label.start)); window <= indexOf(label.end); window += 1) {
    if (window >= counts.length) break;
    found += counts[window] ?? 0;
    expected += usual(window);
  }
  return expected === 0 || fano === 0
    ? Number.NEGATIVE_INFINITY
    : Math.abs(found - expected) / Math.sqrt(fano * expected);
}

function usualCounts(
  counts: readonly number[],
  { startMs, windowMs }: CountedSeries,
  isClean: (window: number) => boolean,
): (window: number) => number {
  const timeOf = (window: number) => startMs + window * windowMs;
  const slotOf = (window: number) => Math.floor((timeOf(window) % dayMs) / windowMs);
  const sums = new Map<string, { sum: number; count: number }>();
  for (const [window, count] of counts.entries()) {
    if (!isClean(window)) continue;
    for (const key of [`${slotOf(window)}`, `${slotOf(window)}/${isWeekend(timeOf(window))}`]) {
      const known = sums.get(key) ?? { sum: 0, count: 0 };
      sums.set(key, { sum: known.sum + count, count: known.count + 1 });
    }
  }
  return window => {
    const usual = sums.get(`${slotOf(window)}/${isWeekend(timeOf(window))}`) ?? sums.get(`${slotOf(window)}`);
    return usual === undefined ? 0 : usual.sum / usual.count;
  };
}

/** Variance over mean of the counts of an hour around what is usual then: chance comes in visits, whose messages lie minutes apart. */
function hourlyFano(
  counts: readonly number[],
  usual: (window: number) => number,
  perHour: number,
  isClean: (window: number) => boolean,
): number {
  let [squares, expected] = [0, 0];
  for (let from = 0; from + perHour <= counts.length; from += perHour) {
    const windows = Array.from({ length: perHour }, (_, index) => from + index);
    if (!windows.every(isClean)) continue;
    const mean = sum(windows, usual);
    const found = sum(windows, window => counts[window] ?? 0);
    squares += (found - mean) * (found - mean);
    expected += mean;
  }
  return expected === 0 ? 0 : squares / expected;
}

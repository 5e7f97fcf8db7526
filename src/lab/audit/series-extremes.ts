import { max } from 'simple-statistics';
import type { Label } from '../../data/dataset/truth.ts';
import { drawOf } from '../detectors/draws.ts';
import type { Extremes } from './extremes.ts';
import { type OneLiner, oneLiners } from './one-liners.ts';

/** Counts per window of one system, without gaps. */
export type CountedSeries = {
  readonly startMs: number;
  readonly windowMs: number;
  /** What is counted; the last channel is all of it. */
  readonly channels: readonly string[];
  /** By channel, one count a window. */
  readonly counts: readonly (readonly number[])[];
};

/** How many intervals are drawn to estimate chance, and the share of them that may count as solved. */
const luckDraws = 200;
const luckShare = 0.05;

/** A one-liner on a channel. */
type Way = {
  readonly name: string;
  readonly oneLiner: OneLiner;
  readonly scores: readonly number[];
  /** The windows whose scores depend on no label, the highest score first. */
  readonly outside: readonly number[];
};

/** Windows [from, to). */
type Place = { readonly from: number; readonly to: number };

/**
 * The highest scores of the one-liners on each channel, inside the labels and outside. A window is inside a label if it overlaps [start, effect_end + one
 * window], as alarms are matched; it is outside if nothing that its score depends on is inside any label, and the run has warmed up.
 *
 * Ten channels give 130 ways, so one of them often has its highest score in an interval without an anomaly (for 27 % of intervals of some hours
 * in a clean run). `byLuck` is the number of ways that 95 % of such intervals, drawn outside the labels, do not exceed.
 *
 * @param all every label of the dataset, since an alarm for another anomaly is no false alarm
 * @param warmUntilMs windows before it are not outside: a run's first hours hold its opening
 */
export function seriesExtremes(
  series: CountedSeries,
  options: { readonly labels: readonly Label[]; readonly all: readonly Label[]; readonly warmUntilMs: number },
): Extremes {
  const run = {
    from: Math.max(0, Math.ceil((options.warmUntilMs - series.startMs) / series.windowMs)),
    to: series.counts[0]?.length ?? 0,
  };
  const others = options.all.map(label => placeOf(label, series));
  const outsideBy = oneLiners.map(oneLiner => ({ oneLiner, outside: windowsOutside(others, oneLiner, run) }));
  const ways = series.channels.flatMap((channel, index) =>
    outsideBy.map(({ oneLiner, outside }): Way => {
      const scores = oneLiner.scores(series.counts[index] ?? []);
      const falling = [...outside].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
      return { name: `${oneLiner.name} of ${channel}`, oneLiner, scores, outside: falling };
    }),
  );
  const places = options.labels.map(label => ({ id: label.id, place: placeOf(label, series) }));
  const seen = places.filter(({ place: { from, to } }) => Math.max(0, from) < Math.min(run.to, to));
  return {
    ways: ways.map(({ name }) => name),
    outside: ways.map(({ scores, outside }) => scores[outside[0] ?? -1] ?? Number.NEGATIVE_INFINITY),
    inside: new Map(seen.map(({ id, place }) => [id, ways.map(({ scores }) => max(scoresIn(place, scores)))])),
    byLuck: new Map(places.map(({ id, place }) => [id, luck(id, place, { ways, others, run })])),
  };
}

function placeOf(label: Label, { startMs, windowMs }: CountedSeries): Place {
  return {
    from: Math.floor((Date.parse(label.start) - startMs) / windowMs),
    to: Math.floor((Date.parse(label.effect_end) - startMs) / windowMs) + 2,
  };
}

/** True if a score at this window depends on windows of the place. */
function reaches(window: number, { before, after }: OneLiner, { from, to }: Place): boolean {
  return window + after >= from && window - before < to;
}

function windowsOutside(places: readonly Place[], oneLiner: OneLiner, { from, to }: Place): readonly number[] {
  const outside: number[] = [];
  for (let window = from; window < to; window += 1) {
    if (!places.some(place => reaches(window, oneLiner, place))) outside.push(window);
  }
  return outside;
}

/** The scores of a place, as far as it is in the run. */
function scoresIn({ from, to }: Place, scores: readonly number[]): number[] {
  return scores.slice(Math.max(0, from), Math.max(0, to));
}

/** How many ways catch an interval as long as the label but without an anomaly: the 95th percentile over random ones. */
function luck(
  id: string,
  label: Place,
  { ways, others, run }: { readonly ways: readonly Way[]; readonly others: readonly Place[]; readonly run: Place },
): number {
  const length = label.to - label.from;
  const counts: number[] = [];
  for (let draw = 0; draw < luckDraws; draw += 1) {
    const from = run.from + Math.floor(drawOf(draw, `luck/${id}`) * Math.max(1, run.to - length - run.from));
    const place = { from, to: from + length };
    if (others.some(other => other.from < place.to && other.to > place.from)) continue;
    counts.push(ways.filter(way => isCaught(place, way)).length);
  }
  const sorted = counts.sort((a, b) => a - b);
  return sorted[Math.ceil((1 - luckShare) * sorted.length) - 1] ?? 0;
}

function isCaught(place: Place, { scores, oneLiner, outside }: Way): boolean {
  const highest = outside.find(window => !reaches(window, oneLiner, place));
  if (highest === undefined) return false;
  const limit = scores[highest] ?? 0;
  return scoresIn(place, scores).some(score => score > limit);
}

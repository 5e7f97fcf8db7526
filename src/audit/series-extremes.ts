import type { Label } from '../dataset/truth.ts';
import { type Extremes, extremesKeeper } from './extremes.ts';
import { type OneLiner, oneLiners } from './one-liners.ts';

/** Counts per window of one system, without gaps. */
export type CountedSeries = {
  readonly startMs: number;
  readonly windowMs: number;
  /** What is counted; with several channels the last one is their total. */
  readonly channels: readonly string[];
  /** By channel, one count a window. */
  readonly counts: readonly (readonly number[])[];
};

/** What a window is to one label or to all of them. */
type Place = { readonly from: number; readonly to: number; readonly label: Label };

/**
 * How far the one-liners go on each channel, inside the labels and outside. A window is inside a label if it overlaps [start, effect_end + one
 * window], as alarms are matched; it is outside if nothing that its score depends on is inside any label, and the run has warmed up.
 *
 * @param all every label of the dataset: what another anomaly did is no false alarm
 * @param warmUntilMs windows before it are not outside: a run's first hours hold its opening
 */
export function seriesExtremes(
  series: CountedSeries,
  {
    labels,
    all,
    warmUntilMs,
  }: { readonly labels: readonly Label[]; readonly all: readonly Label[]; warmUntilMs: number },
): Extremes {
  const scored = series.channels.flatMap((channel, index) =>
    oneLiners.map(oneLiner => ({
      name: `${oneLiner.name} of ${channel}`,
      oneLiner,
      scores: oneLiner.scores(series.counts[index] ?? []),
    })),
  );
  const places = all.map(label => placeOf(label, series));
  const wanted = places.filter(({ label }) => labels.includes(label));
  const warm = Math.ceil((warmUntilMs - series.startMs) / series.windowMs);
  const windows = series.counts[0]?.length ?? 0;
  const outside = new Map(
    oneLiners.map(oneLiner => [oneLiner, windowsOutside(places, oneLiner, { from: warm, to: windows })]),
  );
  const keeper = extremesKeeper(scored.map(({ name }) => name));
  for (let window = 0; window < windows; window += 1) {
    for (const { label, from, to } of wanted) {
      if (window >= from && window < to)
        keeper.inside(
          label.id,
          scored.map(({ scores }) => scores[window] ?? 0),
        );
    }
    const scores = scored.map(({ scores: all, oneLiner }) =>
      outside.get(oneLiner)?.has(window) === true ? (all[window] ?? 0) : Number.NEGATIVE_INFINITY,
    );
    keeper.outside(scores);
  }
  return keeper.result();
}

function placeOf(label: Label, { startMs, windowMs }: CountedSeries): Place {
  return {
    from: Math.floor((Date.parse(label.start) - startMs) / windowMs),
    to: Math.floor((Date.parse(label.effect_end) - startMs) / windowMs) + 2,
    label,
  };
}

function windowsOutside(
  places: readonly Place[],
  { before, after }: OneLiner,
  { from, to }: { readonly from: number; readonly to: number },
): ReadonlySet<number> {
  const outside = new Set<number>();
  for (let window = Math.max(0, from); window < to; window += 1) {
    if (!places.some(place => window + after >= place.from && window - before < place.to)) outside.add(window);
  }
  return outside;
}

import type { SeriesChannels } from '../../features/series-channels.ts';
import type { Deviation } from '../residuals/residual-scales.ts';

/** The deviations of a window that the SVM reads. */
type Seen = readonly (readonly [view: Deviation['view'], channel: number])[];

/** The total now and lately, each part (service, topic) lately, each part's share. */
function seenOf({ names, parts }: SeriesChannels): Seen {
  const total = names.length;
  const perPart = (view: Deviation['view']) => names.slice(0, parts).map((_, channel) => [view, channel] as const);
  return [['now', total], ['lately', total], ...perPart('lately'), ...perPart('share')];
}

/** Selects the SVM's input from all deviations of a window, in robust standard deviations; 16 for a shop. */
export function seriesVector(channels: SeriesChannels): {
  readonly length: number;
  readonly of: (deviations: readonly Deviation[]) => readonly number[];
} {
  const seen = seenOf(channels);
  return {
    length: seen.length,
    of: deviations =>
      seen.map(([view, channel]) => deviations.find(each => each.view === view && each.channel === channel)?.z ?? 0),
  };
}

import type { SeriesChannels } from '../../features/series-channels.ts';
import type { Deviation } from '../residuals/residual-scales.ts';

/** Which deviations the machine sees of a window. */
type Seen = readonly (readonly [view: Deviation['view'], channel: number])[];

/** The total now and lately, each part (service, topic) lately, each part's share. */
function seenOf({ names, parts }: SeriesChannels): Seen {
  const total = names.length;
  const perPart = (view: Deviation['view']) => names.slice(0, parts).map((_, channel) => [view, channel] as const);
  return [['now', total], ['lately', total], ...perPart('lately'), ...perPart('share')];
}

/** Picks the machine's input out of all deviations of a window, in robust standard deviations; of a shop 16. */
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

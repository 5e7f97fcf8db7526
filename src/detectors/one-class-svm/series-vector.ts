import { seriesChannels, seriesServices } from '../../features/series-channels.ts';
import type { Deviation } from '../series-baselines/residual-scales.ts';

const total = seriesChannels.length;

/** What the machine sees of a window, in robust standard deviations: the total now and lately, each service lately, each service's share. */
const seen: readonly (readonly [view: Deviation['view'], channel: number])[] = [
  ['now', total],
  ['lately', total],
  ...seriesServices.map((_, channel) => ['lately', channel] as const),
  ...seriesServices.map((_, channel) => ['share', channel] as const),
];

/** Length of a vector: 16. */
export const vectorLength = seen.length;

/** Picks the machine's input out of all deviations of a window. */
export function seriesVector(deviations: readonly Deviation[]): readonly number[] {
  return seen.map(([view, channel]) => deviations.find(each => each.view === view && each.channel === channel)?.z ?? 0);
}

import { sum } from '../../../base/sum.ts';
import type { SeriesChannels } from '../../features/series-channels.ts';
import type { ChannelPair, ScanWindow } from './scan-series.ts';

/** A follower must answer nearly every message: the squares around its driver are at most this share of those of Poisson counts. */
const largestDispersion = 0.01;
/** A channel with fewer messages a span than this is not compared with another one. */
const leastMessages = 1;

/**
 * Finds the channels that follow another one more closely than chance would: AuthorizePayment follows SubmitOrder. Each of the parts gets at
 * most one driver, that which leaves the least squares over spans of one length.
 *
 * @param streams one list a stream, in the order of time
 * @param options.length of the spans [windows]
 */
export function channelPairs(
  streams: readonly (readonly ScanWindow[])[],
  { channels, length }: { readonly channels: SeriesChannels; readonly length: number },
): readonly ChannelPair[] {
  const parts = Array.from({ length: channels.parts }, (_, channel) => channel);
  const columns = parts.map(channel => streams.flatMap(stream => spansOf(stream, channel, length)));
  const totals = columns.map(column => sum(column, count => count));
  return parts.flatMap(follower => {
    const own = columns[follower] ?? [];
    const messages = totals[follower] ?? 0;
    if (messages < leastMessages * own.length) return [];
    let best: (ChannelPair & { readonly squares: number }) | undefined;
    for (const driver of parts) {
      const drives = columns[driver] ?? [];
      const driven = totals[driver] ?? 0;
      if (driver === follower || driven === 0) continue;
      const ratio = messages / driven;
      const squares = own.reduce((total, count, index) => {
        const difference = count - ratio * (drives[index] ?? 0);
        return total + difference * difference;
      }, 0);
      if (best === undefined || squares < best.squares) best = { follower, driver, ratio, squares };
    }
    return best === undefined || best.squares > largestDispersion * messages
      ? []
      : [{ follower, driver: best.driver, ratio: best.ratio }];
  });
}

/** Sums over the spans of a stream that follow each other. */
function spansOf(stream: readonly ScanWindow[], channel: number, length: number): readonly number[] {
  return Array.from({ length: Math.floor(stream.length / length) }, (_, span) =>
    sum(stream.slice(span * length, (span + 1) * length), ({ counts }) => counts[channel] ?? 0),
  );
}

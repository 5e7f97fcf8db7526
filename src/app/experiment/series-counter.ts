import { hourMs, type Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { ReportedSeries } from '../../lab/report/report-data.ts';

/**
 * Counts records by hour and service, for pictures. Channels: `total`, `commands`, then each service that published events, in alphabetical
 * order.
 */
export function seriesCounter({ startMs, endMs }: Span) {
  const hours = Math.ceil((endMs - startMs) / hourMs);
  const channels = new Map<string, number[]>();
  const add = (channel: string, hour: number) => {
    const counts = channels.get(channel) ?? new Array<number>(hours).fill(0);
    channels.set(channel, counts);
    counts[hour] = (counts[hour] ?? 0) + 1;
  };
  return {
    push({ timeMs, kind, topic }: EventRecord): void {
      const hour = Math.floor((timeMs - startMs) / hourMs);
      if (hour < 0 || hour >= hours) return;
      add('total', hour);
      add(kind === 'command' ? 'commands' : topic.replace(/-events$/, ''), hour);
    },
    series(): ReportedSeries {
      const order = ['total', 'commands'];
      const rank = (name: string) => `${order.includes(name) ? order.indexOf(name) : order.length} ${name}`;
      return {
        startMs,
        stepMinutes: 60,
        channels: [...channels]
          .map(([name, counts]) => ({ name, counts }))
          .sort((a, b) => (rank(a.name) < rank(b.name) ? -1 : 1)),
      };
    },
  };
}

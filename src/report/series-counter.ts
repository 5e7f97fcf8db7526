import type { EventRecord } from '../dataset/record.ts';
import type { Span } from '../features/fold-units.ts';
import { channelsOf, seriesChannels, totalOf } from '../features/series-channels.ts';
import type { ReportedSeries } from './report-data.ts';

/** Counts the records of one run per channel and window, for its picture. Memory: one number a window and channel. */
export type SeriesCounter = {
  readonly push: (record: EventRecord) => void;
  readonly finish: () => ReportedSeries;
};

/** @param stepMinutes default an hour */
export function seriesCounter({ startMs, endMs }: Span, stepMinutes = 60): SeriesCounter {
  const stepMs = stepMinutes * 60_000;
  const windows = Array.from({ length: Math.ceil((endMs - startMs) / stepMs) }, () => seriesChannels.map(() => 0));
  return {
    push(record) {
      const window = windows[Math.floor((record.timeMs - startMs) / stepMs)];
      if (window === undefined) return;
      for (const channel of channelsOf(record)) window[channel] = (window[channel] ?? 0) + 1;
    },
    finish: () => ({
      startMs,
      stepMinutes,
      channels: [
        { name: 'total', counts: windows.map(totalOf) },
        ...seriesChannels.map((name, channel) => ({ name, counts: windows.map(window => window[channel] ?? 0) })),
      ],
    }),
  };
}

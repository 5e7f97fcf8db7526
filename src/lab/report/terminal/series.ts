import type { Span } from '../../../base/time.ts';
import { pluralize } from '../../../base/words.ts';
import { type Label, spanOfLabel } from '../../../data/dataset/truth.ts';
import type { SeriesRow } from '../../../data/series/read-series.ts';
import type { Alarm } from '../../detectors/detector.ts';
import { terminalTimeline } from './timeline.ts';
import { defaultWidth } from './wrap-text.ts';

/** More than the columns of any terminal, and as many as a page can show. */
const mostWindows = 2000;
/** Channels that are drawn; those with the most alarms. */
const channelsShown = 3;
/** Longer names of channels are cut [characters]. */
const longestName = 20;

type Beneath = {
  readonly labels: readonly Pick<Label, 'start' | 'end' | 'entities'>[];
  readonly alarms: readonly Pick<Alarm, 'startMs' | 'endMs' | 'entity'>[];
};

/** The values of each channel over time, as they are read. */
export type SeriesChart = {
  /** The same rows, kept as means of windows as they pass. */
  readonly counting: (rows: AsyncIterable<SeriesRow>) => AsyncIterable<SeriesRow>;
  /** A line of bars for each channel with alarms, at most three, with labels and alarms below it; without alarms, the channel with most labels. */
  readonly draw: (beneath: Beneath, width?: number) => string;
  readonly windowMs: number;
  /** The mean of each window, by channel; NaN where there is no sample. */
  readonly means: () => ReadonlyMap<string, readonly number[]>;
};

/**
 * @param options.periodMs between two samples; the longest of all channels
 * @param options.isFromZero as of `terminalTimeline`
 */
export function seriesChart(
  { startMs, endMs }: Span,
  { periodMs, isFromZero }: { readonly periodMs: number; readonly isFromZero: boolean },
): SeriesChart {
  const windows = Math.max(1, Math.min(mostWindows, Math.floor((endMs - startMs) / periodMs)));
  const windowMs = (endMs - startMs) / windows;
  const channels = new Map<string, { readonly sums: Float64Array; readonly samples: Uint32Array }>();
  const push = ({ channel, timeMs, value }: SeriesRow) => {
    const kept = channels.get(channel) ?? { sums: new Float64Array(windows), samples: new Uint32Array(windows) };
    channels.set(channel, kept);
    const window = Math.min(windows - 1, Math.floor((timeMs - startMs) / windowMs));
    kept.sums[window] = (kept.sums[window] ?? 0) + value;
    kept.samples[window] = (kept.samples[window] ?? 0) + 1;
  };
  const countsOf = (channel: string) => {
    const { sums = [], samples = [] } = channels.get(channel) ?? {};
    return Array.from(sums, (sum, window) => sum / (samples[window] ?? 0));
  };
  return {
    windowMs,
    means: () => new Map([...channels.keys()].map(channel => [channel, countsOf(channel)])),
    async *counting(rows) {
      for await (const row of rows) {
        push(row);
        yield row;
      }
    },
    draw({ labels, alarms }, width = defaultWidth) {
      const byAlarms = [...channels.keys()]
        .map(channel => ({
          channel,
          alarms: alarms.filter(({ entity }) => entity.id === channel),
          labels: labels.filter(({ entities }) => entities.some(({ id }) => id === channel)).map(spanOfLabel),
        }))
        .sort((a, b) => b.alarms.length - a.alarms.length || b.labels.length - a.labels.length);
      const alarmed = byAlarms.filter(each => each.alarms.length > 0);
      const drawn = (alarmed.length > 0 ? alarmed.slice(0, channelsShown) : byAlarms.slice(0, 1)).map(each =>
        terminalTimeline(
          each.channel.length > longestName ? `${each.channel.slice(0, longestName - 1)}…` : each.channel,
          {
            ...{ startMs, windowMs, counts: countsOf(each.channel), isFromZero },
            lanes: [
              { name: 'anomalies', spans: each.labels, mark: '█' },
              { name: 'alarms', spans: each.alarms, mark: '▲' },
            ],
          },
          width,
        ),
      );
      const more = alarmed.length - channelsShown;
      const hidden = byAlarms.length - drawn.length;
      const note =
        more > 0 ? `and ${more} more with alarms` : hidden > 0 ? `and ${pluralize(hidden, 'more channel')}` : '';
      return [...drawn, ...(note === '' ? [] : [note])].join('\n\n');
    },
  };
}

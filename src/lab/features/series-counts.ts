import { hourMs, minuteMs } from '../../base/time.ts';
import type { FeatureSet, Unit } from './feature-set.ts';
import { type SeriesChannels, shopChannels, topicChannels } from './series-channels.ts';

/** What it takes to read a series: how long its windows are and what was counted in them. */
export type Series = { readonly windowMs: number; readonly channels: SeriesChannels };

/** A system as a time series. */
export type SeriesFeatures = FeatureSet & Series;

/**
 * A system as a time series: how many messages each channel saw per window. Silence counts: every window that lies wholly between
 * the stream's start and end yields a unit, if need be of zeros. A window that the start or the end cuts yields none, since its
 * low counts would read as silence.
 *
 * @param windowMs must divide a day, so that windows repeat at the same times every day
 * @param channels default: those of a shop
 */
export function seriesCounts({
  id,
  windowMs,
  channels = shopChannels,
}: {
  readonly id: string;
  readonly windowMs: number;
  readonly channels?: SeriesChannels;
}): SeriesFeatures {
  const { entity, names } = channels;
  const zeros = () => names.map(() => 0);
  return {
    id,
    windowMs,
    names,
    channels,
    entityOf: record => (channels.of(record).length > 0 ? entity : undefined),
    fold(streamStartMs) {
      let startMs = Math.ceil(streamStartMs / windowMs) * windowMs;
      let counts = zeros();

      function closeUntil(timeMs: number): readonly Unit[] {
        const units: Unit[] = [];
        while (startMs + windowMs <= timeMs) {
          units.push({ startMs, endMs: startMs + windowMs, entity, features: counts });
          startMs += windowMs;
          counts = zeros();
        }
        return units;
      }

      return {
        push(record) {
          const units = closeUntil(record.timeMs);
          if (record.timeMs < startMs) return units;
          for (const channel of channels.of(record)) counts[channel] = (counts[channel] ?? 0) + 1;
          return units;
        },
        advance: closeUntil,
        finish: closeUntil,
      };
    },
  };
}

/** Windows of the same length over the topics of another system; parameters as of `topicChannels`. */
export function byTopic(
  { id, windowMs }: Pick<SeriesFeatures, 'id' | 'windowMs'>,
  topics: readonly string[],
  topicAliases?: ReadonlyMap<string, string>,
): SeriesFeatures {
  return seriesCounts({ id: `${id}-by-topic`, windowMs, channels: topicChannels(topics, topicAliases) });
}

/** Counts per quarter of an hour: short enough for a flood of an hour, long enough that a quiet night is not all zeros. */
export const trafficSeries: SeriesFeatures = seriesCounts({ id: 'traffic-series', windowMs: 15 * minuteMs });

/** Counts per hour. */
export const workloadSeries: SeriesFeatures = seriesCounts({ id: 'workload-series', windowMs: hourMs });

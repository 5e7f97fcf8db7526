import { hourMs, minuteMs } from '../../base/time.ts';
import type { FeatureSet, Unit } from './feature-set.ts';
import { type SeriesChannels, shopChannels, topicChannels } from './series-channels.ts';

/** What defines a series: the length of its windows and what is counted in them. */
export type Series = { readonly windowMs: number; readonly channels: SeriesChannels };

/** A system as a time series. */
export type SeriesFeatures = FeatureSet & Series;

/**
 * A system as a time series: how many messages each channel saw per window. Silence counts: every window that lies wholly between
 * the stream's start and end gives a unit, even if all counts are 0. A window that the start or end cuts gives none, since its
 * low counts would look like silence.
 *
 * @param windowMs must divide a day, so that windows repeat at the same times every day
 * @param channels default: those of a shop
 */
export function seriesCounts(
  series: Pick<SeriesFeatures, 'id' | 'windowMs'> & { readonly channels?: SeriesChannels },
): SeriesFeatures {
  const { id, windowMs, channels = shopChannels } = series;
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

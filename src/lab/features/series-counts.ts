import { hourMs, minuteMs, type Span } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
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
 * @param announcedIn what a record announces, if it does
 */
export function seriesCounts(
  series: Pick<SeriesFeatures, 'id' | 'windowMs'> & {
    readonly channels?: SeriesChannels;
    readonly announcedIn?: (record: EventRecord) => Span | undefined;
  },
): SeriesFeatures {
  const { id, windowMs, channels = shopChannels, announcedIn } = series;
  const { entity, names } = channels;
  const zeros = () => names.map(() => 0);
  return {
    id,
    windowMs,
    // What lasts for hours crosses a threshold several times.
    alarmGapMs: 3 * hourMs,
    names,
    channels,
    entityOf: record => (channels.of(record).length > 0 ? entity : undefined),
    fold(streamStartMs) {
      let startMs = Math.ceil(streamStartMs / windowMs) * windowMs;
      let counts = zeros();
      let announced: readonly Span[] | undefined;

      function closeUntil(timeMs: number): readonly Unit[] {
        const units: Unit[] = [];
        while (startMs + windowMs <= timeMs) {
          units.push({ startMs, endMs: startMs + windowMs, entity, features: counts, ...(announced && { announced }) });
          startMs += windowMs;
          counts = zeros();
          announced = undefined;
        }
        return units;
      }

      return {
        push(record) {
          const units = closeUntil(record.timeMs);
          if (record.timeMs < startMs) return units;
          for (const channel of channels.of(record)) counts[channel] = (counts[channel] ?? 0) + 1;
          const announcement = announcedIn?.(record);
          if (announcement !== undefined) announced = [...(announced ?? []), announcement];
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

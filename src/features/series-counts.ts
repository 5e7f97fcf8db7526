import type { Entity } from '../dataset/truth.ts';
import type { FeatureSet, Unit } from './feature-set.ts';
import { channelsOf, seriesChannels } from './series-channels.ts';

const shop: Entity = { type: 'shop', id: 'shop' };

/**
 * The shop as a time series: how many messages each channel of `seriesChannels` saw per window. Silence counts: every window
 * that lies wholly between the stream's start and end yields a unit, if need be of zeros. A window that the start or the end
 * cuts yields none, since its low counts would read as silence.
 *
 * @param windowMs must divide a day, so that windows repeat at the same times every day
 */
export function seriesCounts({ id, windowMs }: { readonly id: string; readonly windowMs: number }): FeatureSet {
  return {
    id,
    windowMs,
    names: seriesChannels,
    entityOf: record => (channelsOf(record).length > 0 ? shop : undefined),
    fold(streamStartMs) {
      let startMs = Math.ceil(streamStartMs / windowMs) * windowMs;
      let counts = zeros();

      function closeUntil(timeMs: number): readonly Unit[] {
        const units: Unit[] = [];
        while (startMs + windowMs <= timeMs) {
          units.push({ startMs, endMs: startMs + windowMs, entity: shop, features: counts });
          startMs += windowMs;
          counts = zeros();
        }
        return units;
      }

      return {
        push(record) {
          const units = closeUntil(record.timeMs);
          if (record.timeMs < startMs) return units;
          for (const channel of channelsOf(record)) counts[channel] = (counts[channel] ?? 0) + 1;
          return units;
        },
        finish: closeUntil,
      };
    },
  };
}

function zeros(): number[] {
  return seriesChannels.map(() => 0);
}

/** Counts per quarter of an hour: short enough for a flood of an hour, long enough that a quiet night is not all zeros. */
export const trafficSeries: FeatureSet = seriesCounts({ id: 'traffic-series', windowMs: 15 * 60_000 });

/** Counts per hour. */
export const workloadSeries: FeatureSet = seriesCounts({ id: 'workload-series', windowMs: 60 * 60_000 });

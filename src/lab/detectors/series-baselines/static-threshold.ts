import { median, standardDeviation } from 'simple-statistics';
import { z } from 'zod';
import { type SeriesChannels, totalOf } from '../../features/series-channels.ts';
import type { SeriesFeatures } from '../../features/series-counts.ts';
import type { Detector } from '../detector.ts';
import { parseParameters } from '../parameters.ts';
import type { Deviation } from '../residuals/residual-scales.ts';
import { residualEvidence } from '../residuals/residual-scorer.ts';
import { anscombeResidual } from '../residuals/residual-views.ts';
import { afterWarmUp } from '../residuals/warm-up.ts';

function parametersSchema({ names }: SeriesChannels) {
  const perChannel = z.array(z.number()).length(names.length + 1);
  return z.object({ median: perChannel, scale: perChannel });
}

/**
 * The same limits at every hour: how far the strongest channel, or the total, lies from its median, in standard deviations. Not in
 * robust ones: those of a channel that is silent most of the day, as parcels are at night, are 0.
 */
export function staticThreshold({
  anomaly,
  features,
}: {
  readonly anomaly: string;
  readonly features: SeriesFeatures;
}): Detector {
  const { channels } = features;
  return {
    id: 'static-threshold',
    anomaly,
    role: 'baseline',
    description: 'the same limits at every hour',
    library: 'cqshop',
    features,
    supervised: false,
    async train(units) {
      const rows = units.map(({ unit }) => withTotal(unit.features, channels));
      const columns = [...channels.names, 'total'].map((_, channel) => rows.map(row => row[channel] ?? 0));
      const medians = columns.map(median);
      const scale = columns.map((column, channel) => {
        const residuals = column.map(count => anscombeResidual(count, medians[channel] ?? 0));
        return Math.max(1, standardDeviation(residuals));
      });
      return { parameters: { median: medians, scale } };
    },
    async load({ parameters }) {
      const { median: medians, scale } = parseParameters('static-threshold', parametersSchema(channels), parameters);
      return afterWarmUp({
        score(unit) {
          const deviations = withTotal(unit.features, channels)
            .map((count, channel): Deviation => {
              const residual = anscombeResidual(count, medians[channel] ?? 0);
              return { view: 'now', channel, z: residual / (scale[channel] ?? 1) };
            })
            .sort((one, other) => Math.abs(other.z) - Math.abs(one.z));
          const score = Math.abs(deviations[0]?.z ?? 0);
          return [{ unit, score, explain: () => residualEvidence(channels, unit, medians.slice(0, -1), deviations) }];
        },
        finish: () => [],
      });
    },
  };
}

function withTotal(counts: readonly number[], channels: SeriesChannels): readonly number[] {
  return [...counts, totalOf(counts, channels)];
}

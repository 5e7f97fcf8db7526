import { median, standardDeviation } from 'simple-statistics';
import { z } from 'zod';
import type { Unit } from '../../features/feature-set.ts';
import { totalOf } from '../../features/series-channels.ts';
import type { Detector } from '../detector.ts';
import type { OfSeries } from '../for-any-topics.ts';
import { pointwise } from '../pointwise.ts';
import type { Deviation } from '../residuals/residual-scales.ts';
import { residualEvidence } from '../residuals/residual-scorer.ts';
import { anscombeResidual } from '../residuals/residual-views.ts';
import { withWarmUp } from '../residuals/warm-up.ts';

/**
 * The same limits at every hour: how far the strongest channel, or the total, lies from its median, in standard deviations. Not in
 * robust ones, which are 0 for a channel that is silent most of the day, as parcels are at night.
 */
export function staticThreshold({ anomaly, features }: OfSeries): Detector {
  const { channels } = features;
  const perChannel = z.array(z.number()).length(channels.names.length + 1);
  const schema = z.object({ median: perChannel, scale: perChannel });
  const withTotal = ({ features: counts }: Unit) => [...counts, totalOf(counts, channels)];
  /** The strongest first. */
  const deviationsOf = (unit: Unit, { median: medians, scale }: z.infer<typeof schema>) =>
    withTotal(unit)
      .map((count, channel): Deviation => {
        const residual = anscombeResidual(count, medians[channel] ?? 0);
        return { view: 'now', channel, z: residual / (scale[channel] ?? 1) };
      })
      .sort((one, other) => Math.abs(other.z) - Math.abs(one.z));
  return withWarmUp(
    pointwise({
      ...{ id: 'static-threshold', anomaly, features, role: 'baseline' },
      description: 'the same limits at every hour',
      schema,
      fit(units) {
        const rows = units.map(({ unit }) => withTotal(unit));
        const columns = [...channels.names, 'total'].map((_, channel) => rows.map(row => row[channel] ?? 0));
        const medians = columns.map(median);
        const scale = columns.map((column, channel) => {
          const residuals = column.map(count => anscombeResidual(count, medians[channel] ?? 0));
          return Math.max(1, standardDeviation(residuals));
        });
        return { median: medians, scale };
      },
      score: (unit, parameters) => Math.abs(deviationsOf(unit, parameters)[0]?.z ?? 0),
      explain: (unit, parameters) =>
        residualEvidence(channels, unit, parameters.median.slice(0, -1), deviationsOf(unit, parameters)),
    }),
  );
}

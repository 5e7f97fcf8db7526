import { median, standardDeviation } from 'simple-statistics';
import { z } from 'zod';
import type { FeatureSet } from '../../features/feature-set.ts';
import { seriesChannels, totalOf } from '../../features/series-channels.ts';
import type { Detector } from '../detector.ts';
import { parseParameters } from '../parameters.ts';
import type { Deviation } from './residual-scales.ts';
import { residualEvidence } from './residual-scorer.ts';
import { anscombeResidual } from './residual-views.ts';
import { afterWarmUp } from './warm-up.ts';

const perChannel = z.array(z.number()).length(seriesChannels.length + 1);
const parametersSchema = z.object({ median: perChannel, scale: perChannel });

/**
 * The same limits at every hour: how far the strongest channel, or the total, lies from its median, in standard deviations. Not in
 * robust ones: those of a channel that is silent most of the day, as parcels are at night, are 0.
 */
export function staticThreshold({
  anomaly,
  features,
}: {
  readonly anomaly: string;
  readonly features: FeatureSet;
}): Detector {
  return {
    id: 'static-threshold',
    anomaly,
    role: 'baseline',
    description: 'the same limits at every hour',
    library: 'cqshop',
    features,
    supervised: false,
    async train(units) {
      const rows = units.map(({ unit }) => withTotal(unit.features));
      const columns = [...seriesChannels, 'total'].map((_, channel) => rows.map(row => row[channel] ?? 0));
      const medians = columns.map(median);
      const scale = columns.map((column, channel) => {
        const residuals = column.map(count => anscombeResidual(count, medians[channel] ?? 0));
        return Math.max(1, standardDeviation(residuals));
      });
      return { parameters: { median: medians, scale } };
    },
    async load({ parameters }) {
      const { median: medians, scale } = parseParameters('static-threshold', parametersSchema, parameters);
      return afterWarmUp({
        score(unit) {
          const deviations = withTotal(unit.features)
            .map((count, channel): Deviation => {
              const residual = anscombeResidual(count, medians[channel] ?? 0);
              return { view: 'now', channel, z: residual / (scale[channel] ?? 1) };
            })
            .sort((one, other) => Math.abs(other.z) - Math.abs(one.z));
          const score = Math.abs(deviations[0]?.z ?? 0);
          return [{ unit, score, explain: () => residualEvidence(unit, medians.slice(0, -1), deviations) }];
        },
        finish: () => [],
      });
    },
  };
}

function withTotal(counts: readonly number[]): readonly number[] {
  return [...counts, totalOf(counts)];
}

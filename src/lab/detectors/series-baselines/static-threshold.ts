import { median, standardDeviation } from 'simple-statistics';
import { z } from 'zod';
import { formatMinute } from '../../../base/time.ts';
import type { Unit } from '../../features/feature-set.ts';
import { channelInWords } from '../../features/series-channels.ts';
import type { Detector } from '../detector.ts';
import { withWarmUp } from '../forecasts/warm-up.ts';
import { pointwise } from '../pointwise.ts';
import { countResidual } from '../scan/count-residual.ts';
import type { Scan } from '../scan/scan.ts';
import { columnCounts } from '../scan/scan-series.ts';

/**
 * The same limits at every hour: how far the strongest column lies from its median, in standard deviations. Not in robust ones, which are 0 for a
 * channel that is silent most of the day, as parcels are at night.
 */
export function staticThreshold({ anomaly, features, columns }: Scan): Detector {
  const series = { channels: features.channels, columns };
  const perColumn = z.array(z.number()).length(columns.length);
  const schema = z.object({ median: perColumn, scale: perColumn });
  /** The strongest first. */
  const deviationsOf = (unit: Unit, { median: medians, scale }: z.infer<typeof schema>) =>
    columnCounts(unit.features, series)
      .map((count, column) => ({ count, column, z: residual(count, medians[column] ?? 0) / (scale[column] ?? 1) }))
      .sort((one, other) => Math.abs(other.z) - Math.abs(one.z));
  return withWarmUp(
    pointwise({
      ...{ id: 'static-threshold', anomaly, features, role: 'baseline' },
      description: 'the same limits at every hour',
      schema,
      fit(units) {
        const rows = units.map(({ unit }) => columnCounts(unit.features, series));
        const ofColumns = columns.map((_, column) => rows.map(row => row[column] ?? 0));
        const medians = ofColumns.map(median);
        const scale = ofColumns.map((counts, column) =>
          Math.max(1, standardDeviation(counts.map(count => residual(count, medians[column] ?? 0)))),
        );
        return { median: medians, scale };
      },
      score: (unit, parameters) => Math.abs(deviationsOf(unit, parameters)[0]?.z ?? 0),
      explain(unit, parameters) {
        const { count, column, z } = deviationsOf(unit, parameters)[0] ?? { count: 0, column: 0, z: 0 };
        const usual = parameters.median[column] ?? 0;
        const counted = `${count} ${channelInWords(columns[column] ?? '')} in the window until ${formatMinute(unit.endMs)}`;
        return { text: `${z < 0 ? 'low' : 'high'}: ${counted}, ${usual} usual`, features: { counted: count, usual } };
      },
    }),
  );
}

function residual(count: number, usual: number): number {
  return countResidual(count, usual, { dispersion: 1, relative: 0 });
}

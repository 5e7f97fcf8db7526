import type { Unit } from '../../features/feature-set.ts';
import { overdueColumn } from '../../features/reaction-series.ts';
import type { SeriesFeatures } from '../../features/series-counts.ts';

/** How long reactions are overdue at the end of a unit [min]; 0 for a series that does not say. */
export function overdueMinutes(unit: Unit, { names }: Pick<SeriesFeatures, 'names'>): number {
  const column = names.indexOf(overdueColumn);
  return column < 0 ? 0 : (unit.features[column] ?? 0);
}

/** Three minutes are as unusual as one standard deviation, unless training days hold more. */
export function overdueStatistic(minutes: number): number {
  return minutes / 3;
}

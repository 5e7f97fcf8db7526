import { hourMs } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { SeriesFeatures } from './series-counts.ts';
import { trailingCounts } from './trailing-counts.ts';

/** The channels that `withCrowds` adds: of the visits and registrations of a window, those that a crowd made. */
export const crowdChannels = { visits: 'crowd visits', registrations: 'crowd registrations' } as const;

/** So far back, visits for a product are a crowd. */
const crowdMs = 3 * hourMs;
/** A product has a crowd if more visits want it than these, and so many times its usual share. */
const crowdAbove = { visits: 4, timesUsual: 3 } as const;
/** What a product's usual share is believed to be before it is known, and how many visits that weighs. */
const usualPrior = { share: 0.01, visits: 100 } as const;
/** A visit is remembered for so long after its first product. */
const visitMs = 24 * hourMs;

/**
 * The same series, of a shop with two more channels: visits whose first product has a crowd, and registrations in such visits. A sale brings
 * customers who want one product; a surge brings customers who want what is usual.
 */
export function withCrowds(series: SeriesFeatures): SeriesFeatures {
  const { windowMs, channels } = series;
  if (!channels.isShop) return series;
  const names = Object.values(crowdChannels);
  return {
    ...series,
    id: `${series.id}-crowds`,
    names: [...series.names, ...names],
    channels: { ...channels, names: [...channels.names, ...names] },
    fold(startMs) {
      const counts = series.fold(startMs);
      const isOfCrowd = learnCrowds();
      const crowds = trailingCounts(1, names.length);
      const withCrowd = <AUnit extends { readonly startMs: number; readonly features: readonly number[] }>(
        unit: AUnit,
      ) => {
        const window = unit.startMs / windowMs;
        return { ...unit, features: [...unit.features, ...names.map((_, column) => crowds.sum(window, column))] };
      };
      return {
        push(record) {
          const units = counts.push(record).map(withCrowd);
          const column = isOfCrowd(record);
          if (column !== undefined) crowds.add(Math.floor(record.timeMs / windowMs), column, 1);
          return units;
        },
        advance: timeMs => (counts.advance?.(timeMs) ?? []).map(withCrowd),
        finish: endMs => counts.finish(endMs).map(withCrowd),
      };
    },
  };
}

/** A function of each record: the column of `crowdChannels` that it counts in. Its memory: the visits of a day, and one number a product. */
function learnCrowds(): (record: EventRecord) => number | undefined {
  /** By visit: when its first product was wanted, and whether that had a crowd. */
  const visits = new Map<string, { readonly timeMs: number; readonly isOfCrowd: boolean }>();
  const recent: { readonly timeMs: number; readonly productId: string }[] = [];
  const wanted = new Map<string, number>();
  const usual = new Map<string, number>();
  let usualVisits = 0;

  function forget(timeMs: number): void {
    for (let oldest = recent[0]; oldest !== undefined && oldest.timeMs <= timeMs - crowdMs; oldest = recent[0]) {
      recent.shift();
      const { productId } = oldest;
      wanted.set(productId, (wanted.get(productId) ?? 0) - 1);
      usual.set(productId, (usual.get(productId) ?? 0) + 1);
      usualVisits += 1;
    }
    for (const [visit, { timeMs: sinceMs }] of visits) {
      if (sinceMs > timeMs - visitMs) break;
      visits.delete(visit);
    }
  }

  return ({ timeMs, type, correlationId, userId, productId }) => {
    const visit = correlationId || userId;
    if (type === 'RegisterUser') return visits.get(visit)?.isOfCrowd ? 1 : undefined;
    if (type !== 'AddProductToCart' || visits.has(visit)) return undefined;
    forget(timeMs);
    const count = (wanted.get(productId) ?? 0) + 1;
    const known = (usual.get(productId) ?? 0) + usualPrior.share * usualPrior.visits;
    const expected = (known / (usualVisits + usualPrior.visits)) * recent.length;
    const isOfCrowd = count > crowdAbove.visits + crowdAbove.timesUsual * expected;
    wanted.set(productId, count);
    recent.push({ timeMs, productId });
    visits.set(visit, { timeMs, isOfCrowd });
    return isOfCrowd ? 0 : undefined;
  };
}

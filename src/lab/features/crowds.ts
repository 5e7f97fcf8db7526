import { dayMs, hourMs } from '../../base/time.ts';
import type { EventRecord } from '../../data/dataset/record.ts';
import type { Unit } from './feature-set.ts';
import type { SeriesFeatures } from './series-counts.ts';
import { memoryDays } from './series-memory.ts';

/** The channels that `withCrowds` adds: of the visits and registrations of a window, those that a crowd made. */
export const crowdChannels = { visits: 'crowd visits', registrations: 'crowd registrations' } as const;

/** So far back, visits for a product are a crowd. */
const crowdMs = 3 * hourMs;
/** A product has a crowd if more visits want it than these plus so many times its usual share. */
const crowdAbove = { visits: 4, timesUsual: 3 } as const;
/** What a product's usual share is believed to be before it is known, and how many visits that weighs. */
const usualPrior = { share: 0.01, visits: 100 } as const;
/** A visit is remembered for so long after its first product. */
const visitMs = dayMs;
/** After so long, what was usual until then loses half of its weight. */
const halfLifeMs = memoryDays * dayMs;

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
      const none: readonly number[] = names.map(() => 0);
      let crowds = { window: Number.NEGATIVE_INFINITY, counts: [...none] };
      const withCrowd = (unit: Unit): Unit => {
        const counted = crowds.window === unit.startMs / windowMs ? crowds.counts : none;
        return { ...unit, features: [...unit.features, ...counted] };
      };
      return {
        push(record) {
          const units = counts.push(record).map(withCrowd);
          const column = isOfCrowd(record);
          if (column === undefined) return units;
          const window = Math.floor(record.timeMs / windowMs);
          if (window > crowds.window) crowds = { window, counts: [...none] };
          if (window === crowds.window) crowds.counts[column] = (crowds.counts[column] ?? 0) + 1;
          return units;
        },
        advance: timeMs => (counts.advance?.(timeMs) ?? []).map(withCrowd),
        finish: endMs => counts.finish(endMs).map(withCrowd),
      };
    },
  };
}

/** A function of each record: the column of `crowdChannels` that it counts in. Its memory: the visits of a day, and numbers of the products of some weeks. */
function learnCrowds(): (record: EventRecord) => number | undefined {
  /** By visit: when its first product was wanted, and whether that had a crowd. */
  const visits = new Map<string, { readonly timeMs: number; readonly isOfCrowd: boolean }>();
  const recent: { readonly timeMs: number; readonly productId: string }[] = [];
  const wanted = new Map<string, number>();
  const usual = new Map<string, number>();
  let usualVisits = 0;
  let halvedMs: number | undefined;

  function forget(timeMs: number): void {
    for (let oldest = recent[0]; oldest !== undefined && oldest.timeMs <= timeMs - crowdMs; oldest = recent[0]) {
      recent.shift();
      const { productId } = oldest;
      const left = (wanted.get(productId) ?? 0) - 1;
      if (left > 0) wanted.set(productId, left);
      else wanted.delete(productId);
      usual.set(productId, (usual.get(productId) ?? 0) + 1);
      usualVisits += 1;
    }
    for (const [visit, { timeMs: sinceMs }] of visits) {
      if (sinceMs > timeMs - visitMs) break;
      visits.delete(visit);
    }
    halvedMs ??= timeMs;
    for (; timeMs - halvedMs >= halfLifeMs; halvedMs += halfLifeMs) {
      usualVisits /= 2;
      for (const [productId, weight] of usual) {
        if (weight < 1) usual.delete(productId);
        else usual.set(productId, weight / 2);
      }
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

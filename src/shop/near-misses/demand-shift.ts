import { dayMs, hourMs, type Span } from '../../base/time.ts';
import { wholeShop } from '../../data/dataset/truth.ts';
import { between } from '../engine/distributions.ts';
import type { Intervention, NearMissKind, Shop } from '../interventions/intervention.ts';

/** A holiday: a whole day with fewer visits than its weekday has, as in most shops on most holidays. */
export const holiday = demandShift({
  id: 'holiday',
  title: 'Holiday',
  description: 'A whole day with 50-75 % of the visits of an ordinary day',
  taxonomy: 'calendar effect',
  hoursOfDay: { from: 0, to: 24 },
  factors: { from: 0.5, to: 0.75 },
});

/** A busy evening within what days differ by anyway. */
export const busyEvening = demandShift({
  id: 'busy-evening',
  title: 'Busy evening',
  description: 'An evening, 18:00-23:00, with 15-30 % more visits than usual',
  taxonomy: 'ordinary variation',
  hoursOfDay: { from: 18, to: 23 },
  factors: { from: 1.15, to: 1.3 },
});

/** A morning on which most of the city sleeps in. */
export const quietMorning = demandShift({
  id: 'quiet-morning',
  title: 'Quiet morning',
  description: 'A morning, 06:00-11:00, with 45-65 % of the usual visits, as after a holiday',
  taxonomy: 'calendar effect',
  hoursOfDay: { from: 6, to: 11 },
  factors: { from: 0.45, to: 0.65 },
});

/** By how much demand shifts, and when. */
type Shift = Pick<NearMissKind, 'id' | 'title' | 'description' | 'taxonomy'> & {
  /** [from, to) of the day for which it was asked. */
  readonly hoursOfDay: { readonly from: number; readonly to: number };
  /** The factor of the demand is drawn between these. */
  readonly factors: { readonly from: number; readonly to: number };
};

function demandShift({ hoursOfDay: { from, to }, factors, ...about }: Shift): NearMissKind {
  return {
    ...about,
    defaultDurationMs: { from: (to - from) * hourMs, to: (to - from) * hourMs },
    hours({ startMs }) {
      const midnightMs = Math.floor(startMs / dayMs) * dayMs;
      return { startMs: midnightMs + from * hourMs, endMs: midnightMs + to * hourMs };
    },
    plan: (request, shop) => {
      const random = shop.world.stream(`near-miss/${request.id}`);
      return shift(shop, request, between(random, factors.from, factors.to));
    },
  };
}

/** Multiplies the demand by a factor that rises and falls within the first and last tenth of the span. */
function shift(shop: Shop, { startMs, endMs }: Span, factor: number): Intervention {
  const edgeMs = (endMs - startMs) / 10;
  const weight = (timeMs: number) => Math.min(1, (timeMs - startMs) / edgeMs, (endMs - timeMs) / edgeMs);
  const demandFactor = Math.round(factor * 1000) / 1000;
  return {
    target: 'shop',
    parameters: { factor: demandFactor },
    inject: () => shop.demand.change({ startMs, endMs, factor: timeMs => 1 + (factor - 1) * weight(timeMs) }),
    outcome: () => ({ entities: [wholeShop], receipt: { demandFactor } }),
  };
}

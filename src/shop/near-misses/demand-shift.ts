import { dayMs, hourMs } from '../../base/time.ts';
import { between } from '../engine/distributions.ts';
import type { Intervention, InterventionRequest, NearMissKind, Shop } from '../interventions/intervention.ts';

type Hours = NonNullable<NearMissKind['hours']>;

const wholeDay = hoursOfDay(0, 24);
const evening = hoursOfDay(18, 23);
const morning = hoursOfDay(6, 11);

/** A holiday: a whole day with fewer visits than its weekday has, as in most shops on most holidays. */
export const holiday: NearMissKind = {
  id: 'holiday',
  title: 'Holiday',
  description: 'A whole day with 50-75 % of the visits of an ordinary day',
  taxonomy: 'calendar effect',
  defaultDurationMs: { from: dayMs, to: dayMs },
  hours: wholeDay,
  plan: (request, shop) => shift(request, shop, { variant: 'holiday', hours: wholeDay, low: 0.5, high: 0.75 }),
};

/** A busy evening within what days differ by anyway. */
export const busyEvening: NearMissKind = {
  id: 'busy-evening',
  title: 'Busy evening',
  description: 'An evening, 18:00-23:00, with 15-30 % more visits than usual',
  taxonomy: 'ordinary variation',
  defaultDurationMs: { from: 5 * hourMs, to: 5 * hourMs },
  hours: evening,
  plan: (request, shop) => shift(request, shop, { variant: 'busy-evening', hours: evening, low: 1.15, high: 1.3 }),
};

/** A morning on which most of the city sleeps in. */
export const quietMorning: NearMissKind = {
  id: 'quiet-morning',
  title: 'Quiet morning',
  description: 'A morning, 06:00-11:00, with 45-65 % of the usual visits, as after a holiday',
  taxonomy: 'calendar effect',
  defaultDurationMs: { from: 5 * hourMs, to: 5 * hourMs },
  hours: morning,
  plan: (request, shop) => shift(request, shop, { variant: 'quiet-morning', hours: morning, low: 0.45, high: 0.65 }),
};

/** Hours [from, to) of the day on which something was asked for. */
function hoursOfDay(from: number, to: number): Hours {
  return ({ startMs }) => {
    const midnightMs = Math.floor(startMs / dayMs) * dayMs;
    return { startMs: midnightMs + from * hourMs, endMs: midnightMs + to * hourMs };
  };
}

/** By how much demand shifts, and when. */
type Shift = {
  readonly variant: string;
  readonly hours: Hours;
  /** The factor is drawn between these. */
  readonly low: number;
  readonly high: number;
};

/** Multiplies the demand by a factor that rises and falls within the first and last tenth of the interval. */
function shift(request: InterventionRequest, shop: Shop, range: Shift): Intervention {
  const { startMs, endMs } = range.hours(request);
  const factor = between(shop.world.stream(`near-miss/${request.id}`), range.low, range.high);
  const edgeMs = (endMs - startMs) / 10;
  const weight = (timeMs: number) => Math.min(1, (timeMs - startMs) / edgeMs, (endMs - timeMs) / edgeMs);
  return {
    startMs,
    target: 'shop',
    variant: range.variant,
    parameters: { factor: Math.round(factor * 1000) / 1000 },
    inject: () => shop.demand.change({ startMs, endMs, factor: timeMs => 1 + (factor - 1) * weight(timeMs) }),
    outcome: () => ({
      entities: [{ type: 'shop', id: 'shop' }],
      endMs,
      effectStartMs: startMs,
      effectEndMs: endMs,
      receipt: { demandFactor: Math.round(factor * 1000) / 1000 },
    }),
  };
}

import type { Intervention, InterventionRequest, NearMissKind, Shop } from '../anomalies/intervention.ts';
import { dayMs, hourMs } from '../customers/demand.ts';
import { between } from '../kernel/distributions.ts';

/** A holiday: a whole day with fewer visits than its weekday has, as in most shops on most holidays. */
export const holiday: NearMissKind = {
  id: 'holiday',
  title: 'Holiday',
  description: 'A whole day with 50-75 % of the visits of an ordinary day',
  taxonomy: 'calendar effect',
  defaultDurationMs: { from: dayMs, to: dayMs },
  plan: (request, shop) => shift(request, shop, { variant: 'holiday', fromHour: 0, hours: 24, low: 0.5, high: 0.75 }),
};

/** A busy evening within what days differ by anyway. */
export const busyEvening: NearMissKind = {
  id: 'busy-evening',
  title: 'Busy evening',
  description: 'An evening, 18:00-23:00, with 15-30 % more visits than usual',
  taxonomy: 'ordinary variation',
  defaultDurationMs: { from: 5 * hourMs, to: 5 * hourMs },
  plan: (request, shop) =>
    shift(request, shop, { variant: 'busy-evening', fromHour: 18, hours: 5, low: 1.15, high: 1.3 }),
};

/** A morning on which most of the city sleeps in. */
export const quietMorning: NearMissKind = {
  id: 'quiet-morning',
  title: 'Quiet morning',
  description: 'A morning, 06:00-11:00, with 45-65 % of the usual visits, as after a holiday',
  taxonomy: 'calendar effect',
  defaultDurationMs: { from: 5 * hourMs, to: 5 * hourMs },
  plan: (request, shop) =>
    shift(request, shop, { variant: 'quiet-morning', fromHour: 6, hours: 5, low: 0.45, high: 0.65 }),
};

/** By how much demand shifts, and at which hours of the day on which it was asked for. */
type Shift = {
  readonly variant: string;
  readonly fromHour: number;
  readonly hours: number;
  /** The factor is drawn between these. */
  readonly low: number;
  readonly high: number;
};

/** Multiplies the demand by a factor that rises and falls within the first and last tenth of the interval. */
function shift(request: InterventionRequest, shop: Shop, range: Shift): Intervention {
  const startMs = Math.floor(request.startMs / dayMs) * dayMs + range.fromHour * hourMs;
  const endMs = startMs + range.hours * hourMs;
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

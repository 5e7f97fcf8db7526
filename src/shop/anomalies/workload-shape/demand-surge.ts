import { between } from '../../engine/distributions.ts';
import { extraVisits } from '../../interventions/extra-visits.ts';
import {
  type AnomalyRequest,
  aftermathMs,
  type Intervention,
  lastCartEventMs,
  type Shop,
  strengthAt,
  tallyOf,
} from '../../interventions/intervention.ts';
import { visibility } from '../../interventions/visibility.ts';

/** Additional visits as a share of those that the calendar lets expect; Black Friday brings shops 2-4 times the usual (Baynote, Big Cartel). */
const surgeShare = { subtle: 0.7, moderate: 1.6, blatant: 3 } as const;

export function planSurge(request: AnomalyRequest, shop: Shop): Intervention {
  const share = surgeShare[request.intensity] * between(shop.world.stream(`anomaly/${request.id}`), 0.85, 1.2);
  return {
    startMs: request.startMs,
    target: 'shop',
    variant: request.variant,
    parameters: { additionalShare: Math.round(share * 100) / 100 },
    inject: trace =>
      extraVisits(shop, {
        name: request.id,
        startMs: request.startMs,
        endMs: request.endMs,
        perHour: timeMs => share * shop.demand.ratePerHour(timeMs) * strengthAt(timeMs, request),
        begin: name => shop.visitors.extraVisit(name, {}, trace.act),
      }),
    outcome: trace => {
      const carts = tallyOf(trace, ['CreateCart']);
      return {
        entities: [{ type: 'shop', id: 'shop' }],
        endMs: request.endMs,
        effectStartMs: request.startMs,
        effectEndMs: Math.max(request.endMs, Math.min(lastCartEventMs(trace), request.endMs + aftermathMs)),
        receipt: {
          cartsCaused: carts.count,
          ordersCaused: tallyOf(trace, ['OrderCreated']).count,
          ...visibility(shop.demand, request, () => share),
        },
        ...(carts.count === 0 ? { noTrace: 'no additional customer filled a cart' } : {}),
      };
    },
  };
}

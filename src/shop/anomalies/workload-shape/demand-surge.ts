import { minuteMs } from '../../../base/time.ts';
import { twoDecimals } from '../../../base/two-decimals.ts';
import { wholeShop } from '../../../data/dataset/truth.ts';
import { extraVisits } from '../../interventions/extra-visits.ts';
import {
  type AnomalyRequest,
  type Intervention,
  onsetShareAt,
  type Place,
  placeOf,
  type Shop,
  tallyOf,
  visitsEffectEndMs,
} from '../../interventions/intervention.ts';
import { drawZ, excessOfZ, visitsExpected, zOfExcess } from '../../interventions/visibility.ts';

/** Additional visits at full strength, at most, as a share of those expected; Black Friday brings shops 2-4 times the usual (Baynote, Big Cartel). */
const highestShare = 4;

/**
 * Visits of a subtle surge's busiest moment, at most, as a multiple of the busiest hour of an ordinary week. It stands out from its hour only; above
 * that, as in an evening, the largest count alone would give it away.
 */
const highestSubtle = 1.2;

/** True if a surge of that intensity needs no more than the highest share there, and a subtle one stays within the pattern of the week. */
export function surgeFits(request: AnomalyRequest, place: Place): boolean {
  const { share } = surgeSize(request, place);
  if (share > highestShare) return false;
  return request.intensity !== 'subtle' || busiestMoment(request, place, share) <= highestSubtle;
}

/** The highest rate of visits during a surge, as a multiple of the busiest hour of an ordinary week. */
function busiestMoment(request: AnomalyRequest, { demand }: Place, share: number): number {
  let highest = 0;
  for (let timeMs = request.startMs; timeMs < request.endMs; timeMs += 15 * minuteMs) {
    const rate = demand.expectedPerHour(timeMs) * (1 + share * onsetShareAt(timeMs, request));
    highest = Math.max(highest, rate / demand.busiestPerHour);
  }
  return highest;
}

export function planSurge(request: AnomalyRequest, shop: Shop): Intervention {
  const { expected, share: wanted, atFullShare } = surgeSize(request, placeOf(request, shop));
  const share = Math.min(wanted, highestShare);
  return {
    target: 'shop',
    parameters: {
      additionalShare: twoDecimals(share),
      visibilityZ: twoDecimals(zOfExcess(expected, share * atFullShare)),
    },
    inject: trace =>
      extraVisits(shop, {
        name: request.id,
        startMs: request.startMs,
        endMs: request.endMs,
        perHour: timeMs => share * shop.demand.expectedPerHour(timeMs) * onsetShareAt(timeMs, request),
        begin: name => shop.visitors.extraVisit(name, { by: 'anybody' }, trace.act),
      }),
    outcome: trace => {
      const carts = tallyOf(trace, 'CreateCart');
      return {
        entities: [wholeShop],
        effectEndMs: visitsEffectEndMs(trace, request),
        receipt: {
          cartsCaused: carts.count,
          ordersCaused: tallyOf(trace, 'OrderCreated').count,
          visitsExpected: twoDecimals(expected),
        },
        ...(carts.count === 0 ? { noTrace: 'no additional customer filled a cart' } : {}),
      };
    },
  };
}

function surgeSize(request: AnomalyRequest, { demand, random }: Place) {
  const expected = visitsExpected(demand, request);
  const atFullShare = visitsExpected(demand, request, timeMs => onsetShareAt(timeMs, request));
  return { expected, atFullShare, share: excessOfZ(expected, drawZ(random, request)) / atFullShare };
}

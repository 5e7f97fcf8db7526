import { dayMs, hourMs, type Span, weekdayOf } from '../../base/time.ts';
import type { ExpectedDemand } from '../customers/expected-demand.ts';
import { pickupHours } from '../services/shipping/service.ts';
import { visitsExpected } from './visibility.ts';

/** Of visits that mean to buy, the share that orders. */
const orderingShare = 0.87;

/** How many pieces of work a service has by one visit, and by one parcel that is dispatched or delivered. */
type WorkShares = { readonly visit: number; readonly dispatch: number; readonly delivery: number };

/** Measured in 22 clean days; a test measures them in others. Pieces are independent: several messages about one cart are one piece. */
function workShares(service: string, conversionShare: number): WorkShares {
  const ordered = orderingShare * conversionShare;
  const registered = 0.34;
  const shares = (visit: number, { dispatch = 0, delivery = 0 } = {}) => ({ visit, dispatch, delivery });
  switch (service) {
    case 'user-management':
      return shares(registered);
    case 'warehouse':
    case 'cart':
      return shares(0.95);
    case 'order':
      return shares(ordered, { delivery: 1 });
    case 'payment':
      return shares(ordered);
    case 'shipping':
      return shares(0.97 * ordered, { dispatch: 1, delivery: 1 });
    case 'notification':
      return shares(registered + 0.97 * ordered);
    default:
      return shares(0);
  }
}

/** Of orders, the share whose parcel leaves, and the share whose parcel arrives. */
const dispatchedShare = 0.9;
const deliveredShare = 0.87;

/** The pieces of work that a service is expected to have in a span of time; 0 for a service that is not listed above. */
export function workExpected(service: string, demand: ExpectedDemand, span: Span): number {
  const shares = workShares(service, demand.conversionShare);
  const ordersPerDay = 24 * demand.meanPerHour * orderingShare * demand.conversionShare;
  const dispatched = hoursWithin(span, pickup) * ((7 * ordersPerDay * dispatchedShare) / (5 * hoursOf(pickup)));
  const delivered = hoursWithin(span, delivery) * ((7 * ordersPerDay * deliveredShare) / (6 * hoursOf(delivery)));
  return shares.visit * visitsExpected(demand, span) + shares.dispatch * dispatched + shares.delivery * delivered;
}

type WorkingHours = { readonly from: number; readonly to: number; readonly days: number };

const pickup: WorkingHours = { ...pickupHours, days: 5 };
/** Parcels arrive at the hour at which they left, and up to three hours later. */
const delivery: WorkingHours = { from: pickupHours.from, to: pickupHours.to + 3, days: 6 };

function hoursOf({ from, to }: WorkingHours): number {
  return to - from;
}

/** How much of a span is in working hours [h]. */
function hoursWithin({ startMs, endMs }: Span, { from, to, days }: WorkingHours): number {
  let ms = 0;
  for (let midnightMs = startMs - (startMs % dayMs); midnightMs < endMs; midnightMs += dayMs) {
    if (weekdayOf(midnightMs) >= days) continue;
    const overlapMs = Math.min(endMs, midnightMs + to * hourMs) - Math.max(startMs, midnightMs + from * hourMs);
    ms += Math.max(0, overlapMs);
  }
  return ms / hourMs;
}

import { services } from '../services/registry.ts';

/**
 * Of visits, the share that gives a service something to do, at the default conversion: measured in 22 clean days. Parcels, which are
 * dispatched and delivered days later, do not count.
 */
const workPerVisit: Readonly<Record<string, number>> = {
  'user-management': 0.34,
  warehouse: 0.95,
  cart: 0.95,
  order: 0.26,
  payment: 0.26,
  shipping: 0.25,
  notification: 0.6,
};

/** How much work a service has beside the others, in the order of the registry. */
export const shareOfWork: readonly number[] = services.map(({ name }) => workPerVisit[name] ?? 0);

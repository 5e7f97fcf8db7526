import { hourMs } from '../../../base/time.ts';
import { serviceNames } from '../../../broker/topics.ts';
import type { AnomalyKind } from '../../interventions/intervention.ts';
import { planSurge } from './demand-surge.ts';
import { planOutage } from './service-outage.ts';

/** The workload leaves its daily pattern for some hours. */
export const workloadShape: AnomalyKind = {
  id: 'workload-shape',
  subject: 'shop',
  entityType: null,
  title: 'Workload shape',
  description: 'A service stops (fewer events) or demand surges (more events) against the daily pattern',
  taxonomy: 'availability incident or demand surge',
  variants: {
    'service-outage': 'a service, or some of its replicas, stops; its messages wait and are handled after the restart',
    'demand-surge': 'many more customers than at this hour of this weekday, behaving as customers do',
  },
  targets: { 'service-outage': serviceNames },
  defaultDurationMs: { from: 3 * hourMs, to: 8 * hourMs },
  plan: (request, shop) =>
    request.variant === 'service-outage' ? planOutage(request, shop) : planSurge(request, shop),
};

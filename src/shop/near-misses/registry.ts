import type { NearMissKind } from '../interventions/intervention.ts';
import { bulkBuyer } from './bulk-buyer.ts';
import { busyEvening, holiday, quietMorning } from './demand-shift.ts';
import { campaign, clearance, flashSale, lossLeader, priceCut } from './price-change.ts';
import { sellOut } from './sell-out.ts';
import { serviceRestart } from './service-restart.ts';

/** Every kind of near miss. To add one: a file here and a line below. */
export const nearMissKinds: readonly NearMissKind[] = [
  flashSale,
  clearance,
  priceCut,
  lossLeader,
  campaign,
  bulkBuyer,
  sellOut,
  holiday,
  quietMorning,
  busyEvening,
  serviceRestart,
];

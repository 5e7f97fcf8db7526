import { dayMs, daysIn, hourMs, type Span } from '../../base/time.ts';
import type { Message } from '../../broker/message.ts';
import type { Demand } from '../customers/demand.ts';
import { between, logNormal } from '../engine/distributions.ts';
import type { RandomStream, RandomStreams } from '../engine/random.ts';
import type { World } from '../world/world.ts';
import { actAsStaff } from './staff.ts';

/** A promotion for which more customers come; the shop announces it before it begins. */
export type Campaign = Span & {
  /** Unique in the run; names its acts. */
  readonly name: string;
  readonly announcedMs: number;
  /** Additional visits at the peak, as a share of the usual ones. */
  readonly lift: number;
  /** In this time the additional visits fall to 1/e of what they were [ms]. */
  readonly decayMs: number;
};

/**
 * Public retail data mark promotions because they drive demand: Rossmann's stores (Kaggle 2015, `Promo`) and Favorita's (Kaggle 2017, `onpromotion`).
 * No source gives lead, lift and decay of an online shop's campaigns, so they are assumed: at 1.6 times the usual visits, an experiment with
 * synthetic visits began to show what an announcement is worth.
 */
const habits = {
  leadHours: { from: 20, to: 40 },
  /** Log-normal: 1.9 times the usual visits in the mean, coefficient of variation of the lift 0.3. */
  lift: { median: 0.86, sigma: 0.3 },
  decayHours: { from: 18, to: 42 },
  /** Length in units of the decay: at the end 8 % of the lift are left. */
  decays: 2.5,
  /** Beside a near miss `campaign`, in 22 days. */
  countIn22Days: { from: 1, to: 3 },
  /** Of the day, UTC. */
  beginHour: { from: 6, to: 18 },
} as const;

/** How long a campaign lasts [ms]. */
export const campaignDurationMs = {
  from: habits.decays * habits.decayHours.from * hourMs,
  to: habits.decays * habits.decayHours.to * hourMs,
} as const;

/** Whole hours: campaigns begin and end on them. */
export function wholeHours({ startMs, endMs }: Span): Span {
  return { startMs: Math.round(startMs / hourMs) * hourMs, endMs: Math.round(endMs / hourMs) * hourMs };
}

/**
 * The campaigns of a run's own marketing: 1 to 3 in 22 days, in proportion in other runs, none on the first day. They depend on the seed
 * and the length of the run alone.
 */
export function planCampaigns(streams: RandomStreams, run: Span): readonly Campaign[] {
  const random = streams.stream('staff/marketing');
  const days = Math.round(daysIn(run));
  const { countIn22Days, beginHour, decayHours, decays } = habits;
  const count = Math.floor((days / 22) * between(random, countIn22Days.from, countIn22Days.to) + random.uniform());
  const midnightMs = Math.floor(run.startMs / dayMs) * dayMs;
  return Array.from({ length: count }, (_, index) => {
    const name = `staff/campaign/${index}`;
    const own = streams.stream(name);
    const day = own.integer(1, Math.max(1, days - 1));
    const startMs = midnightMs + day * dayMs + own.integer(beginHour.from, beginHour.to) * hourMs;
    const lengthMs = decays * between(own, decayHours.from, decayHours.to) * hourMs;
    return campaign(own, { name, runStartMs: run.startMs, ...wholeHours({ startMs, endMs: startMs + lengthMs }) });
  }).filter(({ startMs }) => startMs >= run.startMs + habits.leadHours.from * hourMs && startMs < run.endMs);
}

/** Draws what is left of a campaign with a given name and interval. It is announced after the run has begun. */
export function campaign(
  random: RandomStream,
  { name, startMs, endMs, runStartMs }: Span & { readonly name: string; readonly runStartMs: number },
): Campaign {
  const { leadHours, lift, decays } = habits;
  const leadMs = Math.round(between(random, leadHours.from, leadHours.to) * hourMs);
  return {
    name,
    startMs,
    endMs,
    announcedMs: Math.max(runStartMs, startMs - leadMs),
    lift: logNormal(random, lift.median, lift.sigma),
    decayMs: (endMs - startMs) / decays,
  };
}

/** Visits during a campaign, as a multiple of the usual ones: they rise for an hour, then decay. */
export function campaignFactor({ startMs, endMs, lift, decayMs }: Campaign, timeMs: number): number {
  if (timeMs < startMs || timeMs >= endMs) return 1;
  return 1 + lift * Math.min(1, (timeMs - startMs) / hourMs) * Math.exp((startMs - timeMs) / decayMs);
}

/** Announces a campaign, and lets the customers come. */
export function runCampaign(
  { world, demand }: { readonly world: World; readonly demand: Demand },
  planned: Campaign,
  onAct?: (message: Message) => void,
): void {
  const { name, announcedMs, startMs: beginsAt, endMs: endsAt } = planned;
  const campaignId = world.opaqueId('m', name);
  const command = { service: 'notification', type: 'AnnounceCampaign', subject: campaignId };
  world.at(announcedMs, () => {
    const act = { name: `${name}/announcement` };
    const message = actAsStaff(world, act, { ...command, data: { campaignId, beginsAt, endsAt } });
    onAct?.(message);
  });
  demand.announce(timeMs => campaignFactor(planned, timeMs));
}

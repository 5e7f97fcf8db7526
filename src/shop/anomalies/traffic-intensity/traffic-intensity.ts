import { hourMs } from '../../../base/time.ts';
import { twoDecimals } from '../../../base/two-decimals.ts';
import { wholeShop } from '../../../data/dataset/truth.ts';
import { Shopper } from '../../customers/shopper.ts';
import { extraVisits } from '../../interventions/extra-visits.ts';
import {
  type AnomalyKind,
  type AnomalyRequest,
  aftermathMs,
  type Intervention,
  onsetShareAt,
  type Place,
  placeOf,
  type Shop,
  type Trace,
  visitsEffectEndMs,
} from '../../interventions/intervention.ts';
import {
  deficitOfZ,
  drawZ,
  excessOfZ,
  overHours,
  visitsExpected,
  zOfDeficit,
  zOfExcess,
} from '../../interventions/visibility.ts';
import { type Behaviour, runProcess, sleep } from '../../world/process.ts';

/** For a while far more or far fewer messages than at any ordinary hour. */
export const trafficIntensity: AnomalyKind = {
  id: 'traffic-intensity',
  subject: 'shop',
  entityType: null,
  title: 'Traffic intensity',
  description: 'The number of published events is extremely low or high for a while',
  taxonomy: 'volume anomaly; floods are OWASP OAT-019 account creation and OAT-021 denial of inventory',
  variants: {
    'bot-flood': 'bots look around, fill carts and leave',
    'registration-burst': 'bots register accounts',
    'near-silence': 'customers cannot reach the shop',
  },
  defaultDurationMs: { from: hourMs, to: 4 * hourMs },
  plan: (request, shop) => (request.variant === 'near-silence' ? planSilence(request, shop) : planFlood(request, shop)),
  fits,
};

/** True if bots, or customers who stay away, can change the number of visits there as much as the intensity requires. */
function fits(request: AnomalyRequest, place: Place): boolean {
  if (request.variant !== 'near-silence')
    return floodSize(request, place).perHour <= mostBots * place.demand.meanPerHour;
  const { share } = silenceSize(request, place);
  return share !== undefined && share >= smallestBlockedShare;
}

/** Bots an hour, at most, as a multiple of the visits of a mean hour. */
const mostBots = 12;
/** The smallest share of visits that a silence keeps out. */
const smallestBlockedShare = 0.6;
/** Accounts registered per visit, ordinary visits included: measured in 44 days. */
const registrationsPerVisit = 0.36;

function floodSize(request: AnomalyRequest, { demand, random }: Place) {
  const visits = visitsExpected(demand, request);
  // Each kind of bot stands out where it is rarest: bots that only register, among registrations.
  const expected = request.variant === 'registration-burst' ? registrationsPerVisit * visits : visits;
  const strongHours = overHours(request, timeMs => onsetShareAt(timeMs, request));
  return { visits, expected, strongHours, perHour: excessOfZ(expected, drawZ(random, request)) / strongHours };
}

function planFlood(request: AnomalyRequest, shop: Shop): Intervention {
  const size = floodSize(request, placeOf(request, shop));
  const perHour = Math.min(size.perHour, mostBots * shop.demand.meanPerHour);
  const registers = request.variant === 'registration-burst';
  return {
    target: 'shop',
    parameters: {
      visitsPerHour: twoDecimals(perHour),
      timesMeanRate: twoDecimals(perHour / shop.demand.meanPerHour),
      visibilityZ: twoDecimals(zOfExcess(size.expected, perHour * size.strongHours)),
    },
    inject: trace =>
      extraVisits(shop, {
        name: request.id,
        startMs: request.startMs,
        endMs: request.endMs,
        perHour: timeMs => perHour * onsetShareAt(timeMs, request),
        begin: name => {
          if (!registers) shop.visitors.extraVisit(name, { conversionShare: 0 }, trace.act);
          else {
            const customer = shop.visitors.newcomer(name);
            const shopper = new Shopper(name, { world: shop.world, customer, onAct: trace.act });
            runProcess(onlyRegister(shopper), { world: shop.world, userId: customer.userId, observe: shopper.observe });
          }
        },
      }),
    outcome: trace => {
      const { messages, ...outcome } = volumeOutcome(trace, request, size.visits);
      const effectEndMs = visitsEffectEndMs(trace, request);
      return { ...outcome, effectEndMs, ...(messages === 0 ? { noTrace: 'no bot came' } : {}) };
    },
  };
}

function* onlyRegister(shopper: Shopper): Behaviour {
  yield* shopper.register();
  yield* sleep(1000);
}

function silenceSize(request: AnomalyRequest, { demand, random }: Place) {
  const visits = visitsExpected(demand, request);
  const onsetShare = visitsExpected(demand, request, timeMs => onsetShareAt(timeMs, request)) / visits;
  const missing = deficitOfZ(visits, drawZ(random, request));
  const share = missing === undefined || missing > onsetShare ? undefined : missing / onsetShare;
  return { visits, onsetShare, share };
}

function planSilence(request: AnomalyRequest, shop: Shop): Intervention {
  const { world } = shop;
  const size = silenceSize(request, placeOf(request, shop));
  const share = Math.max(size.share ?? 1, smallestBlockedShare);
  let blocked = 0;
  return {
    target: 'shop',
    parameters: {
      blockedShare: twoDecimals(share),
      visibilityZ: twoDecimals(zOfDeficit(size.visits, share * size.onsetShare)),
    },
    inject: () => {
      world.at(request.startMs, () => {
        const open = world.blockVisits(visit => {
          const isBlocked =
            world.stream(`anomaly/${request.id}/${visit}`).uniform() < share * onsetShareAt(world.nowMs(), request);
          if (isBlocked) blocked += 1;
          return isBlocked;
        });
        world.at(request.endMs, open);
      });
    },
    outcome: trace => {
      const { messages, ...outcome } = volumeOutcome(trace, request, size.visits);
      const noTrace =
        blocked === 0 ? { noTrace: 'no customer wanted to visit the shop while it could not be reached' } : {};
      return { ...outcome, receipt: { visitsBlocked: blocked, ...outcome.receipt }, ...noTrace };
    },
  };
}

function volumeOutcome(trace: Trace, { endMs }: AnomalyRequest, visits: number) {
  let messages = 0;
  for (const tally of trace.caused.values()) messages += tally.count;
  return {
    messages,
    entities: [wholeShop],
    effectEndMs: endMs + aftermathMs,
    receipt: { messagesCaused: messages, visitsExpected: twoDecimals(visits) },
  };
}

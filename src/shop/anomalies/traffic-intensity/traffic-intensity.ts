import { hourMs } from '../../../base/time.ts';
import { Shopper } from '../../customers/shopper.ts';
import { between } from '../../engine/distributions.ts';
import { extraVisits } from '../../interventions/extra-visits.ts';
import {
  type AnomalyKind,
  type AnomalyRequest,
  aftermathMs,
  type Intervention,
  lastCartEventMs,
  type Outcome,
  type Shop,
  strengthAt,
  type Trace,
} from '../../interventions/intervention.ts';
import { visibility } from '../../interventions/visibility.ts';
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
};

/** Additional visits as a multiple of the mean rate of the day. */
const floodFactor = { subtle: 1.2, moderate: 3, blatant: 6 } as const;
/** Share of visitors who cannot reach the shop. */
const blockedShare = { subtle: 0.7, moderate: 0.9, blatant: 1 } as const;

function planFlood(request: AnomalyRequest, shop: Shop): Intervention {
  const random = shop.world.stream(`anomaly/${request.id}`);
  const factor = floodFactor[request.intensity] * between(random, 0.85, 1.2);
  const registers = request.variant === 'registration-burst';
  // Registering makes fewer messages than filling a cart: more bots for the same flood.
  const perHour = factor * shop.demand.meanPerHour * (registers ? 4 : 1);
  return {
    startMs: request.startMs,
    target: 'shop',
    variant: request.variant,
    parameters: {
      visitsPerHour: Math.round(perHour * 10) / 10,
      timesMeanRate: Math.round((100 * perHour) / shop.demand.meanPerHour) / 100,
    },
    inject: trace =>
      extraVisits(shop, {
        name: request.id,
        startMs: request.startMs,
        endMs: request.endMs,
        perHour: timeMs => perHour * strengthAt(timeMs, request),
        begin: name => {
          if (!registers) shop.visitors.extraVisit(name, { conversionShare: 0 }, trace.act);
          else {
            const customer = shop.visitors.newcomer(name);
            const shopper = new Shopper(name, { world: shop.world, customer, onAct: trace.act });
            runProcess(onlyRegister(shopper), { world: shop.world, userId: customer.userId, observe: shopper.observe });
          }
        },
      }),
    outcome: trace => volumeOutcome(trace, { request, changePerHour: perHour, shop }),
  };
}

function* onlyRegister(shopper: Shopper): Behaviour {
  yield* shopper.register();
  yield* sleep(1000);
}

function planSilence(request: AnomalyRequest, shop: Shop): Intervention {
  const { world } = shop;
  const share = blockedShare[request.intensity];
  let blocked = 0;
  return {
    startMs: request.startMs,
    target: 'shop',
    variant: request.variant,
    parameters: { blockedShare: share },
    inject: () => {
      world.at(request.startMs, () => {
        const open = world.blockVisits(visit => {
          const isBlocked =
            world.stream(`anomaly/${request.id}/${visit}`).uniform() < share * strengthAt(world.nowMs(), request);
          if (isBlocked) blocked += 1;
          return isBlocked;
        });
        world.at(request.endMs, open);
      });
    },
    outcome: trace => {
      const outcome = volumeOutcome(trace, { request, blockedShare: share, shop });
      const noTrace = blocked === 0 ? { noTrace: 'nobody wanted to visit the shop while it could not be reached' } : {};
      return { ...outcome, receipt: { visitsBlocked: blocked, ...outcome.receipt }, ...noTrace };
    },
  };
}

function volumeOutcome(
  trace: Trace,
  context: {
    readonly request: AnomalyRequest;
    /** Of a flood: additional visits [1/h]. */
    readonly changePerHour?: number;
    /** Of a silence: share of visits kept out. */
    readonly blockedShare?: number;
    readonly shop: Shop;
  },
): Outcome {
  const { request, changePerHour, blockedShare = 0, shop } = context;
  let messages = 0;
  for (const tally of trace.caused.values()) messages += tally.count;
  const isFlood = changePerHour !== undefined;
  const lastMs = isFlood ? Math.min(lastCartEventMs(trace), request.endMs + aftermathMs) : request.endMs + aftermathMs;
  return {
    entities: [{ type: 'shop', id: 'shop' }],
    endMs: request.endMs,
    effectStartMs: request.startMs,
    effectEndMs: Math.max(request.endMs, lastMs),
    receipt: {
      messagesCaused: messages,
      ...visibility(shop.demand, request, expected =>
        isFlood ? (changePerHour * (request.endMs - request.startMs)) / hourMs / expected : blockedShare,
      ),
    },
    ...(isFlood && messages === 0 ? { noTrace: 'no bot came' } : {}),
  };
}

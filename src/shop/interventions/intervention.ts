import type { Span } from '../../base/time.ts';
import type { Message } from '../../broker/message.ts';
import type { AnomalyId, anomalyFacts } from '../../data/dataset/anomaly-facts.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import type { Assortment } from '../customers/assortment.ts';
import type { Demand } from '../customers/demand.ts';
import type { ExpectedDemand } from '../customers/expected-demand.ts';
import type { Visitors } from '../customers/visitors.ts';
import type { RandomStream } from '../engine/random.ts';
import type { DurationRange } from '../scenarios/moments.ts';
import type { Target } from '../scenarios/scenario.ts';
import { cartIdleMs } from '../services/cart/service.ts';
import { reservationHoldMs } from '../services/warehouse/product.ts';
import type { StockKeeper } from '../staff/stock-keeper.ts';
import type { World } from '../world/world.ts';
import type { Strong } from './visibility.ts';

/** What an anomaly or a near miss may change: the world around the services. It cannot reach the record of events. */
export type Shop = {
  readonly world: World;
  readonly assortment: Assortment;
  readonly demand: Demand;
  readonly visitors: Visitors;
  readonly stockKeeper: StockKeeper;
};

/** What a scenario asks for, with its place in time. Visits that its actors began before its end may last a little longer. */
export type InterventionRequest = Span & { readonly id: string; readonly target: Target };

/** How many messages of one type an intervention caused, and when. */
export type Tally = {
  readonly count: number;
  /** Sum of the payloads' `quantity`. */
  readonly units: number;
  readonly firstMs: number;
  readonly lastMs: number;
};

/** What an intervention has done so far. */
export type Trace = {
  /** Declares a message of the intervention's actors or acts. The intervention then counts as the cause of all that follows from it. */
  readonly act: (message: Message) => void;
  /** By message type, everything in the chains of causation from its acts. */
  readonly caused: ReadonlyMap<string, Tally>;
  /** The users that the messages caused are about. */
  readonly users: ReadonlySet<string>;
};

/** The effect of an intervention, for its label and receipt. */
export type Outcome = {
  readonly entities: readonly Entity[];
  /** Default: when it begins. */
  readonly effectStartMs?: number;
  /** Default: when it ends. */
  readonly effectEndMs?: number;
  /** Expected against observed. */
  readonly receipt: Readonly<Record<string, unknown>>;
  /** Set if it had no visible effect: the reason. Fails the run. */
  readonly noTrace?: string;
};

/** A planned intervention. */
export type Intervention = {
  readonly target: string;
  /** What was requested, for the label. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Puts its acts into the world's calendar; called once, before the first message. */
  readonly inject: (trace: Trace) => void;
  /** Called once, after the last message. */
  readonly outcome: (trace: Trace) => Outcome;
};

/** What the registries state about a kind of intervention. */
export type InterventionKind = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The name that the field gives it. */
  readonly taxonomy: string;
  readonly defaultDurationMs: DurationRange;
};

/** An anomaly of a scenario. */
export type AnomalyRequest = InterventionRequest &
  Strong & {
    readonly variant: string;
    /** At full strength from the first moment, or growing to it. */
    readonly onset: 'step' | 'creeping';
  };

/** What is known of an anomaly's surroundings before the run. */
export type Place = {
  readonly demand: ExpectedDemand;
  /** Of each topic of the shop. */
  readonly partitions: number;
  /** The stream `anomaly/<id>` at its beginning: the first draws are the same at planning and at placing. */
  readonly random: RandomStream;
};

/** The place of an anomaly in a shop that is about to run. */
export function placeOf({ id }: AnomalyRequest, { world, demand }: Shop): Place {
  return { demand, partitions: world.partitions, random: world.stream(`anomaly/${id}`) };
}

/**
 * A kind of anomaly: a folder in `anomalies/`, a line in its registry and a line in `anomalyFacts`. It states its `subject` and `entityType`
 * itself. Leaving them out, or contradicting `anomalyFacts`, does not compile.
 */
export type AnomalyKind = InterventionKind & {
  /** What each variant does, by name. */
  readonly variants: Readonly<Record<string, string>>;
  /** The words that a variant takes as its target, besides random. Left out where they depend on the run. */
  readonly targets?: Readonly<Record<string, readonly string[]>>;
  readonly plan: (request: AnomalyRequest, shop: Shop) => Intervention;
  /** Whether the anomaly can have its intensity when chance has placed it. If not, it is placed again. Left out where it always can. */
  readonly fits?: (request: AnomalyRequest, place: Place) => boolean;
} & { readonly [Id in AnomalyId]: { readonly id: Id } & (typeof anomalyFacts)[Id] }[AnomalyId];

/** A kind of near miss: a file in `near-misses/` and a line in its registry. */
export type NearMissKind = InterventionKind & {
  /** The hours that it takes in place of those asked for, such as a fixed part of that day. Left out where it takes those asked for. */
  readonly hours?: (request: Span) => Span;
  /** @param request in its own hours */
  readonly plan: (request: InterventionRequest, shop: Shop) => Intervention;
};

/** The share of its full strength that an anomaly has at a moment [0, 1]: 1 from the start for `step`; a line from 0.15 to 1 over the first 70 % for `creeping`. */
export function onsetShareAt(
  timeMs: number,
  { startMs, endMs, onset }: Pick<AnomalyRequest, 'startMs' | 'endMs' | 'onset'>,
): number {
  if (onset === 'step') return 1;
  const done = (timeMs - startMs) / (0.7 * (endMs - startMs));
  return Math.min(1, 0.15 + 0.85 * Math.max(0, done));
}

/** The messages of one type that were caused; counts of 0, and no last moment (-Infinity), where there were none. */
export function tallyOf(trace: Trace, type: string): Tally {
  return trace.caused.get(type) ?? noMessages;
}

const noMessages: Tally = {
  count: 0,
  units: 0,
  firstMs: Number.POSITIVE_INFINITY,
  lastMs: Number.NEGATIVE_INFINITY,
};

/** Messages that visits cause until well after their end: holds expire, carts are abandoned an hour later. */
const cartMessages = [
  'AddProductToCart',
  'RegisterUser',
  'UserAccountActivated',
  'SubmitOrder',
  'OrderPaid',
  'ProductReservationReleased',
  'ProductRemovedFromCart',
  'CartAbandoned',
];

/** Carts that were never filled are never abandoned. So events are missing for this time after customers were kept out [ms]. */
export const aftermathMs = reservationHoldMs + cartIdleMs;

/**
 * The end of the effect of additional visits [ms]: their last message about a cart, no later than `aftermathMs` after the intervention.
 * Parcels, which come days later, do not count.
 */
export function visitsEffectEndMs(trace: Trace, { endMs }: Span): number {
  const lastMs = Math.max(...cartMessages.map(type => tallyOf(trace, type).lastMs));
  return Math.max(endMs, Math.min(lastMs, endMs + aftermathMs));
}

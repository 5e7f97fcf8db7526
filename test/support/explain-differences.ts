import { minuteMs } from '../../src/base/time.ts';
import type { Message, StoredMessage } from '../../src/broker/message.ts';
import { commandLogTopic, eventTopic } from '../../src/broker/topics.ts';
import { services } from '../../src/shop/services/registry.ts';
import { type Noticed, noticedIn, whyActed } from './acts-from-outside.ts';
import { placeOf, takerOf } from './predict-messages.ts';
import type { World } from './survey-world.ts';

/** A message that is in one world only, or is not the same in both; `why` is undefined if nothing explains it. */
export type Difference = { readonly stored: StoredMessage; readonly why: string | undefined };

/** Where the chains of an anomaly may begin. */
export type Roots = {
  /** Ids of the messages that the anomaly declared as its own. */
  readonly declared: ReadonlySet<string>;
  /** True if the work on an aggregate waits for its stopped service at that moment. */
  readonly waits: (service: string, aggregate: string, timeMs: number) => boolean;
  /** True if a visit that begins at that moment may be kept out. */
  readonly keepsOut: (timeMs: number) => boolean;
};

/**
 * What differs between two worlds, each message with a reason of its own. A service's message is explained if what its own world holds leads
 * to it and what the other world holds does not (its cause differs, or what its aggregate had received before), or if its work waited for a
 * stopped service. What customers and staff send is explained by what they could notice: see `whyActed`. Every reason lies before what it
 * explains, so any chain of differences begins with a root, or with something unexplained.
 */
export function explainDifferences(withAnomaly: World, without: World, roots: Roots): readonly Difference[] {
  const ours = withAnomaly.published.filter(stored => !isSame(without.places.get(placeIn(stored)), stored.message));
  const changed = new Set(ours.map(placeIn));
  const theirs = without.published.filter(
    stored => changed.has(placeIn(stored)) || !withAnomaly.places.has(placeIn(stored)),
  );
  const noticed = noticedIn([...ours, ...theirs], [withAnomaly, without]);
  const explained = [
    ...ours.map(stored => ({ stored, why: whyThere(stored, { withAnomaly, without, roots, noticed }) })),
    ...theirs.map(stored => ({ stored, why: whyGone(stored, { withAnomaly, without, roots, noticed }) })),
  ];
  return explained.sort((a, b) => a.stored.message.time - b.stored.message.time);
}

type Compared = {
  readonly withAnomaly: World;
  readonly without: World;
  readonly roots: Roots;
  readonly noticed: Noticed;
};

/** Why a message is as it is in the world with the anomaly. */
function whyThere(stored: StoredMessage, { withAnomaly, without, roots, noticed }: Compared): string | undefined {
  const isDeclared = roots.declared.has(stored.message.id);
  if (!isByService(stored)) return isDeclared ? 'declared' : whyActed(stored.message, noticed);
  return isLedToBy(withAnomaly, stored) && !isLedToBy(without, stored)
    ? 'its cause or aggregate differs'
    : whyLate(stored, withAnomaly, roots);
}

/** Why a message that the world without the anomaly has is not there with it, or is another. */
function whyGone(stored: StoredMessage, { withAnomaly, without, roots, noticed }: Compared): string | undefined {
  const { message } = stored;
  if (!isByService(stored)) {
    const isGone = !withAnomaly.tasks.has(message.correlationid);
    return whyActed(message, noticed) ?? (isGone && mayBeOut(message, without, roots) ? 'kept out' : undefined);
  }
  if (!isLedToBy(without, stored)) return undefined;
  if (!isLedToBy(withAnomaly, stored)) return 'its cause or aggregate differs';
  return roots.waits(...workOf(stored, without), message.time) ? 'waiting' : undefined;
}

/** How long before its first message a visit has begun, at most: customers look around first [ms]. */
const lookAroundMs = 10 * minuteMs;

function mayBeOut({ correlationid }: Message, { arrivals, otherVisits }: World, { keepsOut }: Roots): boolean {
  const arrivalMs = arrivals.get(correlationid);
  if (arrivalMs !== undefined) return keepsOut(arrivalMs);
  const seenMs = otherVisits.get(correlationid);
  return seenMs !== undefined && (keepsOut(seenMs) || keepsOut(seenMs - lookAroundMs));
}

function isLedToBy(world: World, stored: StoredMessage): boolean {
  return isSame(world.predicted.get(placeIn(stored)), stored.message);
}

/** The work waited, so the message is as predicted but for its time; and the anomaly has to declare it as its own. */
function whyLate(stored: StoredMessage, own: World, { declared, waits }: Roots): string | undefined {
  const { message } = stored;
  const inTime = own.predicted.get(placeIn(stored));
  if (inTime === undefined || !declared.has(message.id) || message.time <= inTime.time) return undefined;
  const isLate = isSame({ ...inTime, time: message.time }, message) && waits(...workOf(stored, own), inTime.time);
  return isLate ? 'late' : undefined;
}

/** The service that published a message, and the aggregate whose message it worked on. */
function workOf({ topic, message }: StoredMessage, { places }: World): readonly [service: string, aggregate: string] {
  if (topic === commandLogTopic) return [takerOf.get(message.type) ?? '', message.subject];
  const service = topic.replace(/-(commands|events)$/, '');
  if (message.kind === 'event') return [service, message.subject];
  const causes = services.flatMap(({ name }) => places.get(placeOf(eventTopic(name), message.causationid)) ?? []);
  return [service, causes[0]?.subject ?? ''];
}

function isByService({ topic, message }: StoredMessage): boolean {
  return topic === commandLogTopic || message.source.startsWith('/services/');
}

/** The offset does not count, which later messages of a partition cannot keep; the partition follows from the subject. */
function isSame(one: Message | undefined, other: Message): boolean {
  return one !== undefined && one.time === other.time && JSON.stringify(one) === JSON.stringify(other);
}

function placeIn({ topic, message }: StoredMessage): string {
  return placeOf(topic, message.id);
}

import { dayMs } from '../../base/time.ts';
import { type Answer, fadeByADay, type Kind, type Limit, learnAnswers, limitsOf, newKind } from './reaction-kinds.ts';

/** What a message is learnt from: its time, id and type, and the id of the message that caused it. */
export type CausedMessage = {
  readonly timeMs: number;
  readonly id: string;
  readonly type: string;
  readonly causationId: string;
};

/** Messages of one type that wait longer than usual for a reaction of another type. */
export type OverdueReaction = {
  readonly cause: string;
  readonly reaction: string;
  readonly waiting: number;
  /** From the first to the last of them [ms]: a single message may get lost, and some in a short pause. */
  readonly spanMs: number;
};

/** A message is followed for so long; one without an answer by then has none. */
const followedMs = dayMs;
/** Messages that are followed at a time; the oldest are given up first. */
const followedAtMost = 50_000;
/** A message that has waited for so long is lost: it is no longer counted as waiting. */
const lostMs = dayMs / 8;

/** A message that may still get answers. */
type Followed = {
  readonly id: string;
  readonly kind: Kind;
  readonly timeMs: number;
  /** The latest time until then: a record may come hours late, after younger ones. */
  readonly newestMs: number;
  /** One a type, in the order of time. Most messages have one or none: a map for each would be most of the memory. */
  answers: readonly Answer[];
};

const none: readonly Answer[] = [];

/**
 * Learns as the stream goes which messages are always answered, by which type and how soon. Its memory is bounded: messages of a day, at most 50,000, and
 * one entry a pair of types.
 */
export function learnReactions() {
  const followed = new Map<string, Followed>();
  // The same in the order in which they came; those before `oldest` have been learnt.
  let queue: Followed[] = [];
  let oldest = 0;
  const kinds = new Map<string, Kind>();
  let fadedMs = Number.NEGATIVE_INFINITY;

  function kindOf(type: string): Kind {
    const kind = kinds.get(type) ?? newKind(type);
    kinds.set(type, kind);
    return kind;
  }

  /** Learns from the messages that have had their time for answers, and lets what is known fade day by day. */
  function learnUntil(timeMs: number): void {
    for (; oldest < queue.length; oldest += 1) {
      const message = queue[oldest];
      if (message === undefined) break;
      if (message.timeMs > timeMs - followedMs && followed.size <= followedAtMost) break;
      followed.delete(message.id);
      learnAnswers(message.kind, message.answers);
    }
    if (oldest > 1000 && oldest > queue.length / 2) {
      queue = queue.slice(oldest);
      oldest = 0;
    }
    if (fadedMs === Number.NEGATIVE_INFINITY) fadedMs = timeMs;
    for (; fadedMs + dayMs <= timeMs; fadedMs += dayMs) for (const kind of kinds.values()) fadeByADay(kind);
  }

  return {
    push({ timeMs, id, type, causationId }: CausedMessage): void {
      learnUntil(timeMs);
      const cause = followed.get(causationId);
      if (cause !== undefined && !hasAnswer(cause, type)) {
        cause.answers = [...cause.answers, { type, waitMs: timeMs - cause.timeMs }];
      }
      const kind = kindOf(type);
      if (!kind.isFollowed) return;
      const newestMs = Math.max(timeMs, queue.at(-1)?.newestMs ?? timeMs);
      const message: Followed = { id, kind, timeMs, newestMs, answers: none };
      followed.set(id, message);
      queue.push(message);
    },
    /** What is overdue at `timeMs`, the longest span first. */
    overdue(timeMs: number): readonly OverdueReaction[] {
      learnUntil(timeMs);
      for (const kind of kinds.values()) kind.limits = limitsOf(kind);
      const sentMs = new Map<Limit, number[]>();
      for (let index = queue.length - 1; index >= oldest; index -= 1) {
        const message = queue[index];
        if (message === undefined || timeMs - message.newestMs > lostMs) break;
        if (timeMs - message.timeMs <= lostMs) noteOverdue(message, timeMs, sentMs);
      }
      return [...sentMs].map(toOverdue).sort((one, other) => other.spanMs - one.spanMs);
    },
  };
}

/** Adds a message to those of each limit that it has waited beyond. */
function noteOverdue(message: Followed, timeMs: number, sentMs: Map<Limit, number[]>): void {
  for (const limit of message.kind.limits) {
    if (timeMs - message.timeMs <= limit.limitMs || hasAnswer(message, limit.reaction)) continue;
    const ofLimit = sentMs.get(limit);
    if (ofLimit === undefined) sentMs.set(limit, [message.timeMs]);
    else ofLimit.push(message.timeMs);
  }
}

function hasAnswer({ answers }: Followed, type: string): boolean {
  for (const answer of answers) if (answer.type === type) return true;
  return false;
}

function toOverdue([{ cause, reaction }, sentMs]: [Limit, readonly number[]]): OverdueReaction {
  return { cause, reaction, waiting: sentMs.length, spanMs: Math.max(...sentMs) - Math.min(...sentMs) };
}

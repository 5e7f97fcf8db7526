import { dayMs } from '../../base/time.ts';
import { FollowedMessages, hasAnswer } from './followed-messages.ts';
import { fadeByADay, type Kind, type Limit, learnAnswers, limitsOf, newKind } from './reaction-kinds.ts';

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

/** Which messages are always answered, by which type and how soon, learnt as the stream goes. */
export type Reactions = {
  readonly push: (message: CausedMessage) => void;
  /** What is overdue at `timeMs`, the longest span first. */
  readonly overdue: (timeMs: number) => readonly OverdueReaction[];
};

/** A message that has waited for so long is lost: it is no longer counted as waiting. */
const lostMs = dayMs / 8;

/** An empty memory. It is bounded: messages of a day, at most 50,000, and one entry a pair of types. */
export function learnReactions(): Reactions {
  const followed = new FollowedMessages();
  const kinds = new Map<string, Kind>();
  let fadedMs: number | undefined;

  /** Learns from the messages that have had their time for answers, and lets what is known fade day by day. */
  function learnUntil(timeMs: number): void {
    for (let next = followed.takeDecided(timeMs); next !== undefined; next = followed.takeDecided(timeMs))
      learnAnswers(next.kind, next.answers);
    fadedMs ??= timeMs;
    for (; fadedMs + dayMs <= timeMs; fadedMs += dayMs) for (const kind of kinds.values()) fadeByADay(kind);
  }

  function kindOf(type: string): Kind {
    const known = kinds.get(type);
    if (known !== undefined) return known;
    const kind = newKind(type);
    kinds.set(type, kind);
    return kind;
  }

  return {
    push(message) {
      const { timeMs, type, causationId } = message;
      learnUntil(timeMs);
      followed.answer(causationId, type, timeMs);
      const kind = kindOf(type);
      if (kind.isFollowed) followed.add(message, kind);
    },
    overdue(timeMs) {
      learnUntil(timeMs);
      for (const kind of kinds.values()) kind.limits = limitsOf(kind);
      return overdueAmong(followed, timeMs);
    },
  };
}

/** The messages that have waited beyond a limit of their kind, put together by limit. */
function overdueAmong(followed: FollowedMessages, timeMs: number): readonly OverdueReaction[] {
  const sentMs = new Map<Limit, number[]>();
  for (const message of followed.since(timeMs - lostMs)) {
    const waitMs = timeMs - message.timeMs;
    if (waitMs > lostMs) continue;
    for (const limit of message.kind.limits) {
      if (waitMs <= limit.limitMs || hasAnswer(message, limit.reaction)) continue;
      const ofLimit = sentMs.get(limit);
      if (ofLimit === undefined) sentMs.set(limit, [message.timeMs]);
      else ofLimit.push(message.timeMs);
    }
  }
  return [...sentMs].map(toOverdue).sort((one, other) => other.spanMs - one.spanMs);
}

function toOverdue([{ cause, reaction }, sentMs]: [Limit, readonly number[]]): OverdueReaction {
  return { cause, reaction, waiting: sentMs.length, spanMs: Math.max(...sentMs) - Math.min(...sentMs) };
}

import { dayMs, minuteMs } from '../../base/time.ts';

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

/** A message is followed for so long; one without an answer by then has none. */
const followedMs = dayMs;
/** A message that has waited for so long is lost: it is no longer counted as waiting. */
const lostMs = dayMs / 8;
/** Fewer than so many messages do not show what is usual. */
const leastMessages = 200;
/** A reaction belongs to a message if at least this share of its type has it: refusals come in bunches, and would look like an outage. */
const leastShare = 0.999;
/** What follows in less than this [ms] was written by the same step as its cause, and cannot be late. */
const leastUsualMs = 1.5;
/** A type with fewer of its messages answered than this is not followed any longer, once so many are known. */
const hopeless = { share: 0.5, messages: 100 } as const;
/** A wait is unusual beyond so many times the 95 % quantile, and this [ms]. */
const overdueFactor = 4;
const leastOverdueMs = 2 * minuteMs;
/** What was learnt keeps this share of its weight from one day to the next, and so half of it after 22 days. A power would differ between versions of Node. */
const keptADay = 0.9689844739012624;
/** Messages that are followed at a time; the oldest are given up first. */
const followedAtMost = 50_000;

type Followed = {
  readonly id: string;
  readonly kind: Kind;
  readonly timeMs: number;
  /** The latest time until then: a record may come hours late, after younger ones. */
  readonly newestMs: number;
  /** One a type, in the order of time. Most messages have one or none: a map for each would be most of the memory. */
  answers: readonly { readonly type: string; readonly waitMs: number }[];
};

const none: Followed['answers'] = [];

type Answer = { count: number; readonly waits: DurationHistogram };
/** What is known of the messages of a type. */
type Kind = {
  readonly type: string;
  decided: number;
  readonly answers: Map<string, Answer>;
  isFollowed: boolean;
  /** How long they may wait for which answers, as of the last look. */
  limits: readonly { readonly reaction: string; readonly limitMs: number }[];
};

/** An empty memory. It is bounded: messages of a day, at most 50,000, and one entry a pair of types. */
export function learnReactions(): Reactions {
  const followed = new Map<string, Followed>();
  // The same in the order of time; those before `oldest` have been decided.
  let queue: Followed[] = [];
  let oldest = 0;
  const kinds = new Map<string, Kind>();
  let forgottenMs = Number.NEGATIVE_INFINITY;

  function kindOf(type: string): Kind {
    const known = kinds.get(type);
    if (known !== undefined) return known;
    const kind: Kind = { type, decided: 0, answers: new Map(), isFollowed: true, limits: [] };
    kinds.set(type, kind);
    return kind;
  }

  function decide({ kind, answers }: Followed): void {
    kind.decided += 1;
    for (const { type: reaction, waitMs } of answers) {
      const answer = kind.answers.get(reaction) ?? { count: 0, waits: durationHistogram() };
      kind.answers.set(reaction, answer);
      answer.count += 1;
      answer.waits.add(waitMs);
    }
    if (kind.isFollowed && kind.decided >= hopeless.messages)
      kind.isFollowed = [...kind.answers.values()].some(({ count }) => count >= hopeless.share * kind.decided);
  }

  function decideUntil(timeMs: number): void {
    for (; oldest < queue.length; oldest += 1) {
      const message = queue[oldest];
      if (message === undefined) break;
      if (message.timeMs > timeMs - followedMs && followed.size <= followedAtMost) break;
      followed.delete(message.id);
      decide(message);
    }
    if (oldest > 1000 && oldest > queue.length / 2) {
      queue = queue.slice(oldest);
      oldest = 0;
    }
    if (forgottenMs === Number.NEGATIVE_INFINITY) forgottenMs = timeMs;
    for (; forgottenMs + dayMs <= timeMs; forgottenMs += dayMs) {
      for (const kind of kinds.values()) {
        kind.decided *= keptADay;
        for (const answer of kind.answers.values()) {
          answer.count *= keptADay;
          answer.waits.weaken(keptADay);
        }
      }
    }
  }

  return {
    push({ timeMs, id, type, causationId }) {
      decideUntil(timeMs);
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
    overdue(timeMs) {
      decideUntil(timeMs);
      const sent = new Map<string, number[]>();
      for (const kind of kinds.values()) kind.limits = limitsOf(kind);
      for (let index = queue.length - 1; index >= oldest; index -= 1) {
        const message = queue[index];
        if (message === undefined || timeMs - message.newestMs > lostMs) break;
        const { kind, timeMs: sinceMs } = message;
        const waitMs = timeMs - sinceMs;
        if (waitMs > lostMs || waitMs <= leastOverdueMs) continue;
        for (const { reaction, limitMs } of kind.limits) {
          if (waitMs <= limitMs || hasAnswer(message, reaction)) continue;
          const key = JSON.stringify([kind.type, reaction]);
          const waiting = sent.get(key) ?? [];
          sent.set(key, waiting);
          waiting.push(sinceMs);
        }
      }
      return [...sent].map(toOverdue).sort((one, other) => other.spanMs - one.spanMs);
    },
  };
}

/** The answers that messages of a kind can be expected to have, and how long they may wait for them. */
function limitsOf({ decided, answers }: Kind): Kind['limits'] {
  if (decided < leastMessages) return [];
  return [...answers].flatMap(([reaction, { count, waits }]) => {
    const usualMs = count < leastShare * decided ? 0 : waits.quantile(0.95);
    return usualMs < leastUsualMs ? [] : [{ reaction, limitMs: leastOverdueMs + overdueFactor * usualMs }];
  });
}

function hasAnswer({ answers }: Followed, type: string): boolean {
  for (const answer of answers) if (answer.type === type) return true;
  return false;
}

function toOverdue([key, sentMs]: [string, readonly number[]]): OverdueReaction {
  const [cause, reaction]: [string, string] = JSON.parse(key);
  return { cause, reaction, waiting: sentMs.length, spanMs: Math.max(...sentMs) - Math.min(...sentMs) };
}

type DurationHistogram = {
  readonly add: (durationMs: number) => void;
  /** The upper end of the bin that holds this quantile [ms]. */
  readonly quantile: (share: number) => number;
  readonly weaken: (factor: number) => void;
};

/** 2 to the power of 0, 1/4, 1/2 and 3/4. */
const quarterDoublings = [1, 1.189207115002721, Math.SQRT2, 1.681792830507429] as const;

/** Four bins for each doubling, from 1 ms on: a quantile is right to 19 %. */
function durationHistogram(): DurationHistogram {
  const bins: number[] = [];
  let total = 0;
  return {
    add(durationMs) {
      const bin = Math.ceil(4 * Math.log2(Math.max(1, durationMs)));
      while (bins.length <= bin) bins.push(0);
      bins[bin] = (bins[bin] ?? 0) + 1;
      total += 1;
    },
    quantile(share) {
      let seen = 0;
      for (let bin = 0; bin < bins.length; bin += 1) {
        seen += bins[bin] ?? 0;
        if (seen >= share * total) return (quarterDoublings[bin % 4] ?? 1) * 2 ** Math.floor(bin / 4);
      }
      return 0;
    },
    weaken(factor) {
      total = 0;
      for (const [bin, count] of bins.entries()) {
        bins[bin] = count * factor;
        total += count * factor;
      }
    },
  };
}

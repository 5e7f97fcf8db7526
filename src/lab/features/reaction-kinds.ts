import { minuteMs } from '../../base/time.ts';
import { type DurationHistogram, durationHistogram } from './duration-histogram.ts';

/** Fewer than so many messages do not show what is usual. */
const leastMessages = 200;
/** A reaction belongs to a message if at least this share of its type has it: refusals come in bunches, and would look like an outage. */
const leastShare = 0.999;
/** What follows in less than this [ms] was written by the same step as its cause, and cannot be late. */
const leastUsualMs = 1.5;
/** What usually takes longer [ms] is left to people, who may decide otherwise: TPC-W 1.8 lets a customer think for 7 s on average, so 1 in 20 for over 21 s. */
const mostUsualMs = 20_000;
/** A type with fewer of its messages answered than this is not followed any longer, once so many are known. */
const hopeless = { share: 0.5, messages: 100 } as const;
/** A wait is unusual beyond so many times the 95 % quantile, and this [ms]. */
const overdueFactor = 4;
const leastOverdueMs = 2 * minuteMs;
/** What was learnt keeps this share of its weight from one day to the next, and so half of it after 22 days. A power would differ between versions of Node. */
const keptADay = 0.9689844739012624;

/** What is known of the messages of a type. */
export type Kind = {
  readonly type: string;
  /** Messages whose answers were learnt. Like the counts of answers, it fades. */
  decided: number;
  /** How many of these messages had which type of answer, and after what time. */
  readonly answers: Map<string, { count: number; readonly waits: DurationHistogram }>;
  isFollowed: boolean;
  /** How long they may wait for which answers, as of the last look. */
  limits: readonly Limit[];
};

/** The first answer of a type that a message got. */
export type Answer = { readonly type: string; readonly waitMs: number };

/** How long a message may wait for an answer that it can be expected to get. */
export type Limit = { readonly cause: string; readonly reaction: string; readonly limitMs: number };

/** A type of which nothing is known yet. */
export function newKind(type: string): Kind {
  return { type, decided: 0, answers: new Map(), isFollowed: true, limits: [] };
}

/** Learns from one more message of a kind, and all the answers that it got. */
export function learnAnswers(kind: Kind, answers: readonly Answer[]): void {
  kind.decided += 1;
  for (const { type, waitMs } of answers) {
    const known = kind.answers.get(type) ?? { count: 0, waits: durationHistogram() };
    kind.answers.set(type, known);
    known.count += 1;
    known.waits.add(waitMs);
  }
  if (kind.isFollowed && kind.decided >= hopeless.messages)
    kind.isFollowed = [...kind.answers.values()].some(({ count }) => count >= hopeless.share * kind.decided);
}

/** A day makes what was learnt weigh less. */
export function fadeByADay(kind: Kind): void {
  kind.decided *= keptADay;
  for (const answer of kind.answers.values()) {
    answer.count *= keptADay;
    answer.waits.weaken(keptADay);
  }
}

/** The answers that messages of a kind can be expected to get, and how long they may wait for them. */
export function limitsOf({ type: cause, decided, answers }: Kind): readonly Limit[] {
  if (decided < leastMessages) return [];
  return [...answers].flatMap(([reaction, { count, waits }]) => {
    const usualMs = count < leastShare * decided ? 0 : waits.quantile(0.95);
    return usualMs < leastUsualMs || usualMs > mostUsualMs
      ? []
      : [{ cause, reaction, limitMs: leastOverdueMs + overdueFactor * usualMs }];
  });
}

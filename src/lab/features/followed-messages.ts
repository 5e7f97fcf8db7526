import { dayMs } from '../../base/time.ts';
import type { Answer, Kind } from './reaction-kinds.ts';

/** A message is followed for so long; one without an answer by then has none. */
const followedMs = dayMs;
/** Messages that are followed at a time; the oldest are given up first. */
const followedAtMost = 50_000;

/** A message that may still get answers. */
export type FollowedMessage = {
  readonly id: string;
  readonly kind: Kind;
  readonly timeMs: number;
  /** The latest time until then: a record may come hours late, after younger ones. */
  readonly newestMs: number;
  /** One a type, in the order of time. Most messages have one or none: a map for each would be most of the memory. */
  answers: readonly Answer[];
};

const none: readonly Answer[] = [];

/** The messages of the last day that may still get answers, at most 50,000. */
export class FollowedMessages {
  readonly #byId = new Map<string, FollowedMessage>();
  /** The same in the order in which they came; those before `#oldest` have been taken. */
  #queue: FollowedMessage[] = [];
  #oldest = 0;

  /** Follows one more message. */
  add({ id, timeMs }: { readonly id: string; readonly timeMs: number }, kind: Kind): void {
    const newestMs = Math.max(timeMs, this.#queue.at(-1)?.newestMs ?? timeMs);
    const message: FollowedMessage = { id, kind, timeMs, newestMs, answers: none };
    this.#byId.set(id, message);
    this.#queue.push(message);
  }

  /** Notes that a message was caused by another one, as far as that is followed; of each type, the first answer counts. */
  answer(causationId: string, type: string, timeMs: number): void {
    const cause = this.#byId.get(causationId);
    if (cause === undefined || hasAnswer(cause, type)) return;
    cause.answers = [...cause.answers, { type, waitMs: timeMs - cause.timeMs }];
  }

  /** Takes out the oldest message if it has been followed for long enough, or there are too many; call it until there is none. */
  takeDecided(timeMs: number): FollowedMessage | undefined {
    const message = this.#queue[this.#oldest];
    if (message === undefined) return undefined;
    if (message.timeMs > timeMs - followedMs && this.#byId.size <= followedAtMost) return undefined;
    this.#byId.delete(message.id);
    this.#oldest += 1;
    if (this.#oldest > 1000 && this.#oldest > this.#queue.length / 2) {
      this.#queue = this.#queue.slice(this.#oldest);
      this.#oldest = 0;
    }
    return message;
  }

  /** Those that came after the stream had reached `fromMs`, the last one first. */
  since(fromMs: number): readonly FollowedMessage[] {
    let first = this.#queue.length;
    while (first > this.#oldest && (this.#queue[first - 1]?.newestMs ?? 0) >= fromMs) first -= 1;
    return this.#queue.slice(first).reverse();
  }
}

/** Whether a message got an answer of this type. */
export function hasAnswer({ answers }: FollowedMessage, type: string): boolean {
  for (const answer of answers) if (answer.type === type) return true;
  return false;
}

import TinyQueue from 'tinyqueue';
import type { StoredMessage } from '../../messaging/message.ts';

export type TimeMergeOptions = {
  /** What was written earlier may carry a later time, within so long of the wall clock [ms]. */
  readonly holdMs: number;
  /** Messages of a partition that has more to read may be out of order among so many. */
  readonly window: number;
};

type Held = { readonly stored: StoredMessage; readonly readMs: number };

type Lane = {
  readonly held: TinyQueue<Held>;
  nextOffset: number;
  /** When it was last seen read to its end [ms]. */
  caughtUpMs: number;
};

/**
 * Merges partitions that still grow by time, topic, partition and offset: the order of a dataset. A message is let go when no
 * partition can bring an earlier one: each has enough later ones, or was read to its end some time after this message.
 */
export class TimeMerge {
  readonly #options: TimeMergeOptions;
  readonly #lanes = new Map<string, Lane>();
  #lastMs = Number.NEGATIVE_INFINITY;
  #late = 0;
  #held = 0;

  constructor(
    partitions: readonly { readonly topic: string; readonly partition: number }[],
    options: TimeMergeOptions,
  ) {
    this.#options = options;
    for (const { topic, partition } of partitions) {
      const held = new TinyQueue<Held>([], byTimeAndOffset);
      this.#lanes.set(`${topic}/${partition}`, { held, nextOffset: 0, caughtUpMs: Number.NEGATIVE_INFINITY });
    }
  }

  /** Messages that came after later ones had been let go; they were handed on at once, with the time of the last. */
  get late(): number {
    return this.#late;
  }

  /** Messages that wait for earlier ones. */
  get held(): number {
    return this.#held;
  }

  /** Takes messages of a partition in the order of its offsets. */
  push(
    place: { readonly topic: string; readonly partition: number; readonly nextOffset: number },
    messages: readonly StoredMessage[],
    nowMs: number,
  ): void {
    const lane = this.#lane(place);
    lane.nextOffset = place.nextOffset;
    for (const stored of messages) lane.held.push({ stored, readMs: nowMs });
    this.#held += messages.length;
  }

  /** Messages that are there and not read. @param askedMs when the ends were asked for */
  look(
    ends: readonly { readonly topic: string; readonly partition: number; readonly high: number }[],
    askedMs: number,
  ): number {
    let lag = 0;
    for (const { topic, partition, high } of ends) {
      const lane = this.#lanes.get(`${topic}/${partition}`);
      if (lane === undefined) continue;
      if (lane.nextOffset >= high) lane.caughtUpMs = askedMs;
      else lag += high - lane.nextOffset;
    }
    return lag;
  }

  /** The messages whose turn it is. @param isOver lets go of everything: nothing more will come */
  *release(isOver = false): Generator<{ readonly stored: StoredMessage; readonly readMs: number }> {
    for (;;) {
      const first = this.#first();
      if (first === undefined || !(isOver || this.#mayGo(first))) return;
      this.#lanes.get(`${first.stored.topic}/${first.stored.partition}`)?.held.pop();
      this.#held -= 1;
      const { message } = first.stored;
      if (message.time >= this.#lastMs) {
        this.#lastMs = message.time;
        yield first;
      } else {
        this.#late += 1;
        yield { ...first, stored: { ...first.stored, message: { ...message, time: this.#lastMs } } };
      }
    }
  }

  #first(): Held | undefined {
    let first: Held | undefined;
    for (const { held } of this.#lanes.values()) {
      const candidate = held.peek();
      if (candidate !== undefined && (first === undefined || inDatasetOrder(candidate, first) < 0)) first = candidate;
    }
    return first;
  }

  #mayGo({ readMs }: Held): boolean {
    const { holdMs, window } = this.#options;
    for (const { held, caughtUpMs } of this.#lanes.values()) {
      if (held.length < window && caughtUpMs < readMs + holdMs) return false;
    }
    return true;
  }

  #lane({ topic, partition }: { readonly topic: string; readonly partition: number }): Lane {
    const lane = this.#lanes.get(`${topic}/${partition}`);
    if (lane === undefined) throw new TypeError(`no partition ${topic}/${partition}`);
    return lane;
  }
}

function byTimeAndOffset(a: Held, b: Held): number {
  return a.stored.message.time - b.stored.message.time || a.stored.offset - b.stored.offset;
}

function inDatasetOrder({ stored: a }: Held, { stored: b }: Held): number {
  if (a.message.time !== b.message.time) return a.message.time - b.message.time;
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition || a.offset - b.offset;
}

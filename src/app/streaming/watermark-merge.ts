import TinyQueue from 'tinyqueue';
import type { StoredMessage } from '../../broker/message.ts';
import type { PartitionRange } from '../../broker/message-source.ts';
import { inDatasetOrder } from '../../data/dataset/dataset-order.ts';

export type WatermarkMergeOptions = {
  /** What was written earlier may carry a later time, within so long of the wall clock [ms]. */
  readonly holdMs: number;
  /** Messages of a partition that has more to read may be out of order among so many. */
  readonly window: number;
};

/** A message whose turn it is, and when it was read [ms]. */
export type Released = { readonly stored: StoredMessage; readonly readMs: number };

type Lane = {
  readonly held: TinyQueue<Released>;
  /** What is still to be read: [from, to), without end where the partition is followed. */
  rest: PartitionRange;
  /** When it was last seen read to its present end [ms]. */
  caughtUpMs: number;
};

/**
 * Merges partitions by time, topic, partition and offset: the order of a dataset. A message is let go when no partition can bring
 * an earlier one: each has enough later ones, or was read to its end. Of a partition that still grows the end says so only of
 * messages that were read some time before.
 */
export class WatermarkMerge {
  readonly #options: WatermarkMergeOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #topics: ReadonlySet<string>;
  #lastMs = Number.NEGATIVE_INFINITY;
  #late = 0;
  #held = 0;

  /** @param ranges what will be read, `to` being infinite of a partition that is followed */
  constructor(ranges: readonly PartitionRange[], options: WatermarkMergeOptions) {
    this.#options = options;
    this.#topics = new Set(ranges.map(({ topic }) => topic));
    for (const rest of ranges) {
      const held = new TinyQueue<Released>([], (a, b) => inDatasetOrder(a.stored, b.stored));
      this.#lanes.set(`${rest.topic}/${rest.partition}`, { held, rest, caughtUpMs: Number.NEGATIVE_INFINITY });
    }
  }

  /** Messages that came after later ones had been let go, or time had gone on; they were handed on at once, with the time of the last. */
  get late(): number {
    return this.#late;
  }

  /** Messages that wait for earlier ones. */
  get held(): number {
    return this.#held;
  }

  /** What is to be read for the next messages to be let go: partitions that hold enough can wait. Empty when all is read. */
  wanted(): readonly PartitionRange[] {
    return [...this.#lanes.values()].filter(lane => this.#mayBringEarlier(lane)).map(({ rest }) => rest);
  }

  /** What the merging waits for earlier messages [ms of the wall clock]. */
  get holdMs(): number {
    return this.#options.holdMs;
  }

  /** Whether the topic is one of those merged. */
  readonly hasTopic = (topic: string): boolean => this.#topics.has(topic);

  /** Takes messages of a partition in the order of its offsets. */
  push(
    place: { readonly topic: string; readonly partition: number; readonly nextOffset: number },
    messages: readonly StoredMessage[],
    nowMs: number,
  ): void {
    const lane = this.#lane(place);
    lane.rest = { ...lane.rest, from: place.nextOffset };
    for (const stored of messages) lane.held.push({ stored, readMs: nowMs });
    this.#held += messages.length;
  }

  /** Whether nothing waits, and every partition was read to the end that it had at `askedMs`. */
  isCaughtUp(askedMs: number): boolean {
    return this.#held === 0 && [...this.#lanes.values()].every(({ caughtUpMs }) => caughtUpMs >= askedMs);
  }

  /** Time went on to `timeMs` without a message: an earlier one that still comes is late. */
  advanceWatermark(timeMs: number): void {
    this.#lastMs = Math.max(this.#lastMs, timeMs);
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
      if (lane.rest.from >= high) lane.caughtUpMs = askedMs;
      else lag += high - lane.rest.from;
    }
    return lag;
  }

  /** The messages whose turn it is. */
  *release(): Generator<Released> {
    for (;;) {
      const first = this.#first();
      if (first === undefined || !this.#mayGo(first)) return;
      this.#lane(first.stored).held.pop();
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

  #first(): Released | undefined {
    let first: Released | undefined;
    for (const { held } of this.#lanes.values()) {
      const candidate = held.peek();
      if (candidate !== undefined && (first === undefined || inDatasetOrder(candidate.stored, first.stored) < 0))
        first = candidate;
    }
    return first;
  }

  #mayGo({ readMs }: Released): boolean {
    for (const lane of this.#lanes.values()) {
      if (this.#mayBringEarlier(lane) && lane.caughtUpMs < readMs + this.#options.holdMs) return false;
    }
    return true;
  }

  #mayBringEarlier({ held, rest }: Lane): boolean {
    return rest.from < rest.to && held.length < this.#options.window;
  }

  #lane({ topic, partition }: { readonly topic: string; readonly partition: number }): Lane {
    const lane = this.#lanes.get(`${topic}/${partition}`);
    if (lane === undefined) throw new TypeError(`no partition ${topic}/${partition}`);
    return lane;
  }
}

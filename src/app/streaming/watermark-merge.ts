import TinyQueue from 'tinyqueue';
import type { PartitionPlace, StoredMessage } from '../../broker/message.ts';
import type { PartitionOffsets, PartitionRange } from '../../broker/message-source.ts';
import { partitionName } from '../../broker/topics.ts';
import { inDatasetOrder } from '../../data/dataset/dataset-order.ts';

export type WatermarkMergeOptions = {
  /** A message that was written earlier may carry a later time, within this much of the wall clock [ms]. */
  readonly holdMs: number;
  /** Messages of a partition that has more to read may be out of order within this many. */
  readonly window: number;
};

/** A message in its order, and when it was read [ms]. */
export type Released = { readonly stored: StoredMessage; readonly readMs: number };

type Lane = {
  readonly held: TinyQueue<Released>;
  /** What is still to be read: [from, to), without end where the partition is followed. */
  rest: PartitionRange;
  /** When it was last seen read to its present end [ms]. */
  caughtUpMs: number;
};

/**
 * Merges partitions in the order of a dataset. A message is released when no partition can bring an earlier one: each holds enough
 * later ones, or was read to its end. The end of a partition that still grows counts only for messages that were read `holdMs` before.
 */
export class WatermarkMerge {
  readonly #options: WatermarkMergeOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #topics: ReadonlySet<string>;
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #late = 0;
  #held = 0;

  /** @param ranges what will be read; `to` is infinite for a partition that is followed */
  constructor(ranges: readonly PartitionRange[], options: WatermarkMergeOptions) {
    this.#options = options;
    this.#topics = new Set(ranges.map(({ topic }) => topic));
    for (const rest of ranges) this.add(rest);
  }

  /** Takes another partition, which its topic has got meanwhile. */
  add(rest: PartitionRange): void {
    const held = new TinyQueue<Released>([], (a, b) => inDatasetOrder(a.stored, b.stored));
    this.#lanes.set(partitionName(rest), { held, rest, caughtUpMs: Number.NEGATIVE_INFINITY });
  }

  /** Whether the partition is one of those merged. */
  has(place: PartitionPlace): boolean {
    return this.#lanes.has(partitionName(place));
  }

  /** What is still to be read of all partitions. */
  rest(): readonly PartitionRange[] {
    return [...this.#lanes.values()].map(({ rest }) => rest);
  }

  /** Messages that came after later ones were released, or behind the watermark; they were released at once, with the watermark's time. */
  get late(): number {
    return this.#late;
  }

  /** Messages that wait for earlier ones. */
  get held(): number {
    return this.#held;
  }

  /** What is to be read before the next messages can be released: partitions that hold enough can wait. Empty when all is read. */
  wanted(): readonly PartitionRange[] {
    return [...this.#lanes.values()].filter(lane => this.#mayBringEarlier(lane)).map(({ rest }) => rest);
  }

  /** How long a message waits for earlier ones [ms of the wall clock]. */
  get holdMs(): number {
    return this.#options.holdMs;
  }

  /** Whether the topic is one of those merged. */
  readonly hasTopic = (topic: string): boolean => this.#topics.has(topic);

  /** Takes messages of a partition in the order of its offsets. */
  push(
    place: PartitionPlace & { readonly nextOffset: number },
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

  /** Time passed to `timeMs` without a message: an earlier one that comes later is late. */
  advanceWatermark(timeMs: number): void {
    this.#watermarkMs = Math.max(this.#watermarkMs, timeMs);
  }

  /** Messages that are there and not read. @param askedMs when the ends were asked for */
  look(ends: readonly Omit<PartitionOffsets, 'low'>[], askedMs: number): number {
    let lag = 0;
    for (const end of ends) {
      const lane = this.#lanes.get(partitionName(end));
      if (lane === undefined) continue;
      if (lane.rest.from >= end.high) lane.caughtUpMs = askedMs;
      else lag += end.high - lane.rest.from;
    }
    return lag;
  }

  /** Releases the messages that no earlier one can precede. */
  *drain(): Generator<Released> {
    for (;;) {
      const first = this.#first();
      if (first === undefined || !this.#mayGo(first)) return;
      this.#lane(first.stored).held.pop();
      this.#held -= 1;
      const { message } = first.stored;
      if (message.time >= this.#watermarkMs) {
        this.#watermarkMs = message.time;
        yield first;
      } else {
        this.#late += 1;
        yield { ...first, stored: { ...first.stored, message: { ...message, time: this.#watermarkMs } } };
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

  #lane(place: PartitionPlace): Lane {
    const lane = this.#lanes.get(partitionName(place));
    if (lane === undefined) throw new TypeError(`no partition ${partitionName(place)}`);
    return lane;
  }
}

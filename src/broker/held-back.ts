import { sum } from '../base/sum.ts';
import { lookEveryMs } from '../base/time.ts';
import { pluralize } from '../base/words.ts';
import type { PartitionPlace } from './message.ts';
import type { PartitionRange } from './message-source.ts';
import { partitionName } from './topics.ts';

/** Most transactions are shorter, and some systems always have one open [s]. */
const longOpenS = 30;

/** A note for the end of a reading about the offsets that an open transaction holds back; none if there are none. */
export function heldBackNotes(held: readonly PartitionRange[] = []): readonly string[] {
  const [first] = held;
  if (first === undefined) return [];
  return [`left out ${sumOf(held)} in or after a transaction that is still open, ${formatFirst(first)}`];
}

/** Notes a transaction that stays open: a follower of the topics cannot read past it. */
export class HeldBackWatch {
  readonly #ask: (places: readonly PartitionPlace[]) => Promise<readonly PartitionRange[]>;
  readonly #onNote: (note: string) => void;
  #looks = 0;
  /** Where partitions were held back the last time. */
  #froms = new Map<string, number>();
  #isNoted = false;

  /**
   * @param ask gives the offsets that cannot be read yet
   * @param onNote called once, and again after a time in which nothing was held back
   */
  constructor(
    ask: (places: readonly PartitionPlace[]) => Promise<readonly PartitionRange[]>,
    onNote: (note: string) => void,
  ) {
    this.#ask = ask;
    this.#onNote = onNote;
  }

  /** To be called every `lookEveryMs`; asks the broker every half minute. */
  async look(places: readonly PartitionPlace[]): Promise<void> {
    this.#looks += 1;
    if (this.#looks % ((longOpenS * 1000) / lookEveryMs) !== 1) return;
    const held = await this.#ask(places);
    const long = held.filter(range => this.#froms.get(partitionName(range)) === range.from);
    this.#froms = new Map(held.map(range => [partitionName(range), range.from]));
    if (held.length === 0) this.#isNoted = false;
    const [first] = long;
    if (first === undefined || this.#isNoted) return;
    this.#isNoted = true;
    this.#onNote(
      `${sumOf(long)} cannot be read yet: a transaction has been open for ${longOpenS} s, ${formatFirst(first)}`,
    );
  }
}

function sumOf(held: readonly PartitionRange[]): string {
  return pluralize(
    sum(held, ({ from, to }) => to - from),
    'offset',
  );
}

function formatFirst(range: PartitionRange): string {
  return `first ${partitionName(range)} offset ${range.from}`;
}

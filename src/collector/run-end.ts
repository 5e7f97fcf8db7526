import type { MessageSource, PartitionOffsets } from '../messaging/message-source.ts';
import { controlTopic } from '../messaging/topics.ts';
import { linesOf } from './lines-of.ts';

/**
 * Watches whether a live run has ended, in whatever way: what its processes tell each other says so even of a run that was
 * interrupted, which never says that it is finished. Knows nothing of one that was killed.
 */
export class RunEndWatch {
  readonly #source: MessageSource;
  #nextOffset: number | undefined;
  #hasEnded = false;

  constructor(source: MessageSource) {
    this.#source = source;
  }

  /** Reads what is new. @param offsets of every topic */
  async look(offsets: readonly PartitionOffsets[]): Promise<boolean> {
    const range = offsets.find(({ topic }) => topic === controlTopic);
    if (range === undefined) return false;
    const from = this.#nextOffset ?? range.low;
    for await (const batch of this.#source.read([{ ...range, from, to: range.high }])) {
      for (const line of linesOf(batch)) {
        if (line.includes('"type":"RunOpened"')) this.#hasEnded = false;
        if (line.includes('"type":"RunEnded"')) this.#hasEnded = true;
      }
      this.#nextOffset = batch.nextOffset;
    }
    return this.#hasEnded;
  }
}

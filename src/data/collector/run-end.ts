import { lookEveryMs } from '../../base/time.ts';
import { parseMessageLine } from '../../broker/message-line.ts';
import type { MessageSource, PartitionOffsets } from '../../broker/message-source.ts';
import { controlTopic } from '../../broker/topics.ts';
import { linesOf } from './lines-of.ts';

/** The command of a live run publishes a heartbeat every few seconds. After this silence [s] it is dead, frozen or cut off. */
const longestSilenceS = 30;

/**
 * Watches whether a live run has ended. The control topic shows the end even of an interrupted run, which publishes no RunFinished. For a run
 * whose command was killed, it notices that the command is silent.
 */
export class RunEndWatch {
  readonly #source: MessageSource;
  readonly #onNote: (note: string) => void;
  #nextOffset: number | undefined;
  #isUnderWay = false;
  #hasEnded = false;
  #silentLooks = 0;

  /** @param onNote called once for each silence */
  constructor(source: MessageSource, onNote: (note: string) => void) {
    this.#source = source;
    this.#onNote = onNote;
  }

  /** Reads what is new; to be called every `lookEveryMs`. @param offsets of every topic */
  async look(offsets: readonly PartitionOffsets[]): Promise<boolean> {
    const range = offsets.find(({ topic }) => topic === controlTopic);
    if (range === undefined) return false;
    const from = this.#nextOffset ?? range.low;
    // Looks are counted, and no clock is read: so that an absent broker and a sleeping computer do not count as silence.
    this.#silentLooks += 1;
    for await (const batch of this.#source.read([{ ...range, from, to: range.high }])) {
      for (const line of linesOf(batch)) this.#hear(line);
      this.#nextOffset = batch.nextOffset;
    }
    if (this.#isUnderWay && this.#silentLooks === (longestSilenceS * 1000) / lookEveryMs) {
      this.#onNote(
        `the command of the run has been silent for ${longestSilenceS} s: it was killed, or cannot reach the broker; Ctrl-C finishes with what is there`,
      );
    }
    return this.#hasEnded;
  }

  #hear(line: string): void {
    // Replicas in other processes go on publishing after the command's death.
    const { type } = parseMessageLine(line, () => controlTopic).message;
    if (type === 'PartitionsTaken' || type === 'PartitionsFinished') return;
    this.#silentLooks = 0;
    if (type === 'RunOpened') {
      this.#isUnderWay = true;
      this.#hasEnded = false;
    }
    if (type === 'RunEnded') {
      this.#isUnderWay = false;
      this.#hasEnded = true;
    }
  }
}

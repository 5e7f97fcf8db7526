import TinyQueue from 'tinyqueue';

/** Something that happens at a moment. */
export type Task = () => void;

type Entry = { readonly timeMs: number; readonly priority: number; readonly sequence: number; readonly task: Task };

/** Tasks in the order (time, priority, sequence): of two at one millisecond the lower priority first, then the one pushed first. */
export class EventQueue {
  readonly #entries = new TinyQueue<Entry>([], byOrder);
  #sequence = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** Time of the next task [ms], or Infinity. O(1). */
  get nextMs(): number {
    return this.#entries.peek()?.timeMs ?? Number.POSITIVE_INFINITY;
  }

  /** O(log size). */
  push(timeMs: number, priority: number, task: Task): void {
    this.#entries.push({ timeMs, priority, sequence: this.#sequence++, task });
  }

  pop(): Task | undefined {
    return this.#entries.pop()?.task;
  }
}

function byOrder(a: Entry, b: Entry): number {
  return a.timeMs - b.timeMs || a.priority - b.priority || a.sequence - b.sequence;
}

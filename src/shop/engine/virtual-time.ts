import { EventQueue, type Task } from './event-queue.ts';

/** What happens first at one millisecond. */
export const priorities = { delivery: 0, timer: 1, actor: 2 } as const;

/** The virtual clock and the queue of what is to happen: weeks pass as fast as tasks can be run. */
export class VirtualTime {
  readonly #queue = new EventQueue();
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  /** [ms since the epoch, UTC] */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `task` at `timeMs`, or as soon as possible if that has passed. */
  at(timeMs: number, priority: number, task: Task): void {
    this.#queue.push(Math.max(timeMs, this.#nowMs), priority, task);
  }

  /** Runs every task due before `endMs` and leaves the clock there. Later tasks stay queued. */
  runUntil(endMs: number): void {
    while (this.#queue.nextMs < endMs) {
      this.#nowMs = this.#queue.nextMs;
      this.#queue.pop()?.();
    }
    this.#nowMs = endMs;
  }
}

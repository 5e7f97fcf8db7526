import { EventQueue, type Task } from '../engine/event-queue.ts';
import { type ClockMapping, virtualMs, wallDelayMs, wallMs } from './live-clock.ts';

/** What a run's clock did: how late things happened that were due. */
export type ClockLag = {
  /** The longest that anything was late [virtual ms]. */
  readonly mostMs: number;
  /** When that was [virtual ms since the epoch]. */
  readonly atMs: number;
  /** Mean over all that happened [virtual ms]. */
  readonly meanMs: number;
};

/** No turn of the event loop is kept longer than this while much is due [ms]. */
const turnMs = 5;

/** Calendar on the stretched wall clock: tasks run in the order of their times, none early, some late. */
export class LiveTime {
  readonly #queue = new EventQueue();
  readonly #onTask: (task: Task) => void;
  #clock: ClockMapping | undefined;
  #startMs: number;
  #timer: NodeJS.Timeout | undefined;
  #turn: NodeJS.Immediate | undefined;
  #isStopped = false;
  #mostMs = 0;
  #atMs = 0;
  #sumMs = 0;
  #tasks = 0;

  /** @param onTask runs a task; what it throws is its own matter */
  constructor(startMs: number, onTask: (task: Task) => void) {
    this.#startMs = startMs;
    this.#onTask = onTask;
  }

  /** Virtual [ms since the epoch]; stands at the beginning until the clock is started. */
  get nowMs(): number {
    return this.#clock === undefined ? this.#startMs : Math.max(this.#startMs, virtualMs(this.#clock));
  }

  get lag(): ClockLag {
    return { mostMs: this.#mostMs, atMs: this.#atMs, meanMs: this.#tasks === 0 ? 0 : this.#sumMs / this.#tasks };
  }

  at(timeMs: number, task: Task): void {
    this.#queue.push(Math.max(timeMs, this.nowMs), 0, task);
    if (this.#clock !== undefined) this.#arm();
  }

  start(clock: ClockMapping): void {
    this.#clock = clock;
    this.#arm();
  }

  /** Nothing runs any more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
  }

  #arm(): void {
    if (this.#isStopped || this.#turn !== undefined || this.#clock === undefined) return;
    clearTimeout(this.#timer);
    const nextMs = this.#queue.nextMs;
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#run(), Math.min(wallDelayMs(this.#clock, nextMs), 1_000_000));
  }

  #run(): void {
    const untilWallMs = wallMs() + turnMs;
    while (!this.#isStopped && this.#queue.nextMs <= this.nowMs) {
      if (wallMs() >= untilWallMs) {
        this.#turn = setImmediate(() => {
          this.#turn = undefined;
          this.#run();
        });
        return;
      }
      this.#note(this.nowMs - this.#queue.nextMs);
      const task = this.#queue.pop();
      if (task !== undefined) this.#onTask(task);
    }
    this.#arm();
  }

  #note(lateMs: number): void {
    this.#tasks += 1;
    this.#sumMs += lateMs;
    if (lateMs <= this.#mostMs) return;
    this.#mostMs = lateMs;
    this.#atMs = this.nowMs;
  }
}

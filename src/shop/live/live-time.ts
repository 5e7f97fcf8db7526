import { wallMs } from '../../broker/kafka/wall-clock.ts';
import { EventQueue, type Task } from '../engine/event-queue.ts';
import { type ClockMapping, virtualMs, wallDelayMs } from './live-clock.ts';

/** How late tasks ran. */
export type ClockLag = {
  /** The longest delay [virtual ms]. */
  readonly mostMs: number;
  /** When it happened [virtual ms since the epoch]. */
  readonly atMs: number;
  /** Mean delay over all tasks [virtual ms]. */
  readonly meanMs: number;
};

/** The longest time in one turn of the event loop while many tasks are due [ms]. */
const turnMs = 5;

/** A calendar in virtual time that follows the wall clock: tasks run in the order of their times, none early, some late. */
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

  /** @param onTask runs a task, and handles what it throws */
  constructor(startMs: number, onTask: (task: Task) => void) {
    this.#startMs = startMs;
    this.#onTask = onTask;
  }

  /** Virtual time [ms since the epoch]; the start of the run until the clock is started. */
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

  /** No task runs after this. */
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

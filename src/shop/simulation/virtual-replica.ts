import type { Message } from '../../broker/message.ts';
import { between } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';
import { priorities, type VirtualTime } from '../engine/virtual-time.ts';
import { serviceMs } from './service-time.ts';

/** Something to do for one aggregate. */
export type Work = {
  /** Of the message or timer that is worked on. */
  readonly id: string;
  /** The aggregate. */
  readonly key: string;
  readonly run: () => void;
};

type OnLate = (message: Message) => void;

/**
 * A restarted replica reads its backlog this many times as fast as it had grown, drawn at each start. A backlog shrinks by the capacity above the
 * load only (InfoQ 2026, capacity-planning-queue-recovery): after an hour's stop it takes half an hour to an hour. Capacity is
 * planned for the evening, which has twice the mean load; Flink's autoscaler aims at a utilization of 0.7.
 */
export const catchUpSpeed = { from: 2, to: 3 } as const;

/**
 * One replica of a service in virtual time. While it is stopped, its work waits, as behind a real broker. After the restart it catches up:
 * what came later is done later, each message takes its own time, and one aggregate's messages keep their order. Aggregates do not wait
 * for each other then either.
 */
export class VirtualReplica {
  readonly #time: VirtualTime;
  readonly #stream: (name: string) => RandomStream;
  readonly #waiting: { readonly work: Work; readonly arrivalMs: number }[] = [];
  /** The work that will be done late, in the order of arrival. */
  readonly #late = new Set<{ readonly work: Work; readonly arrivalMs: number }>();
  /** By aggregate: when the last of its late work will be done [ms]. */
  readonly #busyUntil = new Map<string, number>();
  readonly #watchers = new Set<OnLate>();
  #stops = 0;
  /** At the stop: until when it had read what arrived [ms]. */
  #stoppedMs = 0;
  #startedMs = 0;
  #speed = 1;
  #isDoingLate = false;

  /** @param stream the replica's own random streams, by the time of a start */
  constructor(time: VirtualTime, stream: (name: string) => RandomStream) {
    this.#time = time;
    this.#stream = stream;
  }

  /** Number of messages and timers that wait. */
  get backlog(): number {
    return this.#waiting.length;
  }

  /** True if nothing waits and nothing that comes has to. */
  get isUpToDate(): boolean {
    return this.#stops === 0 && this.#late.size === 0 && this.#hasCaughtUp();
  }

  /** @returns how to start it; it works again when all who stopped it have started it */
  stop(onLate: OnLate): () => void {
    if (this.isUpToDate) this.#watchers.clear();
    this.#watchers.add(onLate);
    this.#stops += 1;
    if (this.#stops === 1) {
      this.#stoppedMs = this.#readUntilMs();
      this.#waiting.push(...this.#late);
      this.#late.clear();
      this.#busyUntil.clear();
    }
    return () => {
      this.#stops -= 1;
      if (this.#stops > 0) return;
      this.#startedMs = this.#time.nowMs;
      this.#speed = between(this.#stream(`${this.#startedMs}`), catchUpSpeed.from, catchUpSpeed.to);
      for (const { work, arrivalMs } of this.#waiting.splice(0)) this.#doLate(work, arrivalMs);
    };
  }

  /** Does work as soon as it can. */
  take(work: Work): void {
    const { nowMs } = this.#time;
    if (this.#stops > 0) this.#waiting.push({ work, arrivalMs: nowMs });
    else if (this.#hasCaughtUp() && !this.#busyUntil.has(work.key)) work.run();
    else this.#doLate(work, nowMs);
  }

  /** Shows a message that the service publishes to all who stopped this replica, if it comes from late work. */
  show(message: Message): void {
    if (this.#isDoingLate) for (const onLate of this.#watchers) onLate(message);
  }

  #doLate(work: Work, arrivalMs: number): void {
    const { id, key, run } = work;
    const dueMs = Math.max(this.#readMs(arrivalMs), this.#busyUntil.get(key) ?? 0) + serviceMs(id);
    const late = { work, arrivalMs };
    this.#late.add(late);
    this.#busyUntil.set(key, dueMs);
    this.#time.at(dueMs, priorities.delivery, () => {
      if (!this.#late.delete(late)) return;
      if (this.#busyUntil.get(key) === dueMs) this.#busyUntil.delete(key);
      this.#isDoingLate = true;
      run();
      this.#isDoingLate = false;
    });
  }

  /** When it reads what arrives at a moment [ms]. */
  #readMs(arrivalMs: number): number {
    return this.#startedMs + Math.max(0, Math.ceil((arrivalMs - this.#stoppedMs) / this.#speed));
  }

  /** Until when it has read what arrived [ms]. */
  #readUntilMs(): number {
    const { nowMs } = this.#time;
    return Math.min(nowMs, this.#stoppedMs + Math.floor((nowMs - this.#startedMs) * this.#speed));
  }

  #hasCaughtUp(): boolean {
    return this.#time.nowMs >= this.#readMs(this.#time.nowMs);
  }
}

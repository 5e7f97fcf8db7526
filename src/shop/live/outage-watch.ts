import type { Message } from '../../broker/message.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../../broker/topics.ts';
import { sourceOf } from '../services/aggregates.ts';
import type { Service } from '../services/service.ts';
import { RecentIds } from './recent-ids.ts';

/** One topic may be read well before another. This is more than two fetches can hold. */
const answersKept = 20_000;

/** The outages of one service as seen from outside: which messages wait, and which are published late. */
export class OutageWatch {
  readonly #service: Service;
  /** By partition: how many outages have stopped it. */
  readonly #stopped = new Map<number, number>();
  /** Commands and events that wait, by their ids. */
  readonly #waiting = new Set<string>();
  /** Commands and events that the service has handled. The answer may be read before the message itself. */
  readonly #answered = new RecentIds(answersKept);
  /** See what the service publishes until everything that waited is handled. */
  readonly #watchers = new Set<(message: Message) => void>();

  constructor(service: Service) {
    this.#service = service;
  }

  /** Number of commands and events that wait. Timers that wait cannot be seen. */
  get backlog(): number {
    return this.#waiting.size;
  }

  isStopped(partition: number): boolean {
    return this.#stopped.has(partition);
  }

  /**
   * @param onLate sees what the service publishes after the start until everything that waited is handled
   * @returns how to start it; it is stopped until all who stopped it have started it
   */
  stop(partition: number, onLate: (message: Message) => void): () => void {
    this.#stopped.set(partition, (this.#stopped.get(partition) ?? 0) + 1);
    return () => {
      const left = (this.#stopped.get(partition) ?? 0) - 1;
      if (left > 0) this.#stopped.set(partition, left);
      else this.#stopped.delete(partition);
      this.#watchers.add(onLate);
    };
  }

  /** Sees every message, at its place. */
  observe(topic: string, partition: number, message: Message): void {
    const { name, commands, reactions } = this.#service;
    const isOwnLog = topic === commandLogTopic && commands[message.type] !== undefined;
    const isInbox = topic === commandTopic(name);
    const isReaction = isInbox && message.source === sourceOf(this.#service);
    const isOwnEvent = topic === eventTopic(name);
    if (isOwnLog || isReaction || isOwnEvent) {
      for (const onLate of this.#watchers) onLate(message);
      if (isOwnLog) this.#answer(message.id);
      if (isReaction) this.#answer(message.causationid);
      if (this.#stopped.size === 0 && this.#waiting.size === 0) this.#watchers.clear();
    }
    // A service's own event starts a timer, and the end of a timer cannot be seen from outside.
    if (!this.#stopped.has(partition) || isOwnEvent || this.#answered.has(message.id)) return;
    const isCalledFor = isInbox || (topic.endsWith('-events') && (reactions[message.type]?.(message) ?? []).length > 0);
    if (isCalledFor) this.#waiting.add(message.id);
  }

  #answer(id: string): void {
    this.#answered.add(id);
    this.#waiting.delete(id);
  }
}

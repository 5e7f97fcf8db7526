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
  readonly #stopped = new Set<number>();
  /** Commands and events that wait, by their ids. */
  readonly #waiting = new Set<string>();
  /** Commands and events that the service has handled. The answer may be read before the message itself. */
  readonly #answered = new RecentIds(answersKept);
  #onLate: ((message: Message) => void) | undefined;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Number of commands and events that wait. Timers that wait cannot be seen. */
  get backlog(): number {
    return this.#waiting.size;
  }

  stop(partition: number): void {
    this.#stopped.add(partition);
  }

  /** @param onLate sees what the service publishes until everything that waited is handled */
  start(onLate: (message: Message) => void): void {
    this.#stopped.clear();
    this.#onLate = onLate;
  }

  /** Sees every message, at its place. */
  observe(topic: string, partition: number, message: Message): void {
    const { name, commands, reactions } = this.#service;
    const isOwnLog = topic === commandLogTopic && commands[message.type] !== undefined;
    const isInbox = topic === commandTopic(name);
    const isReaction = isInbox && message.source === sourceOf(this.#service);
    const isOwnEvent = topic === eventTopic(name);
    if (isOwnLog || isReaction || isOwnEvent) {
      this.#onLate?.(message);
      if (isOwnLog) this.#answer(message.id);
      if (isReaction) this.#answer(message.causationid);
      if (this.#stopped.size === 0 && this.#waiting.size === 0) this.#onLate = undefined;
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

import type { Message } from '../messaging/message.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../messaging/topics.ts';
import type { Service } from '../services/service.ts';

/** What the world sees of one service's outages from outside: what waits, and what is published late. */
export class OutageWatch {
  readonly #service: Service;
  readonly #stopped = new Set<number>();
  /** Commands and events that wait, by their ids. */
  readonly #waiting = new Set<string>();
  #onLate: ((message: Message) => void) | undefined;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Commands and events that wait; timers wait unseen. */
  get backlog(): number {
    return this.#waiting.size;
  }

  stop(partition: number): void {
    this.#stopped.add(partition);
  }

  /** @param onLate sees what the service publishes until what waited is handled */
  start(onLate: (message: Message) => void): void {
    this.#stopped.clear();
    this.#onLate = onLate;
  }

  /** Sees every message, at its place. */
  observe(topic: string, partition: number, message: Message): void {
    if (this.#onLate === undefined && this.#stopped.size === 0 && this.#waiting.size === 0) return;
    const { name, commands, reactions } = this.#service;
    const isOwnLog = topic === commandLogTopic && commands[message.type] !== undefined;
    const isOwnCommand = topic === commandTopic(name);
    const isOwn = isOwnLog || topic === eventTopic(name) || (isOwnCommand && message.source === `/services/${name}`);
    if (isOwn) {
      this.#onLate?.(message);
      if (isOwnLog) this.#waiting.delete(message.id);
      if (isOwnCommand) this.#waiting.delete(message.causationid);
      if (this.#stopped.size === 0 && this.#waiting.size === 0) this.#onLate = undefined;
    }
    if (!this.#stopped.has(partition)) return;
    const isCalledFor =
      isOwnCommand || (topic.endsWith('-events') && (reactions[message.type]?.(message) ?? []).length > 0);
    if (isCalledFor) this.#waiting.add(message.id);
  }
}

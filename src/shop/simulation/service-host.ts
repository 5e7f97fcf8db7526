import type { Message } from '../../broker/message.ts';
import type { MessageIds } from '../../broker/message-id.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../../broker/topics.ts';
import { priorities, type VirtualTime } from '../engine/virtual-time.ts';
import { Aggregates, type Handled, type Timer } from '../services/aggregates.ts';
import { partitionOfAggregate } from '../services/partitions.ts';
import { serviceOfEvent } from '../services/registry.ts';
import type { Service } from '../services/service.ts';
import type { VirtualBroker } from './virtual-broker.ts';

/** Time that a restarted service spends on each message of its backlog [ms]. */
const backlogStepMs = 15;

/**
 * Runs one service in virtual time: reads its inbox and the events that it reacts to, and publishes. While it is stopped, messages and
 * due timers wait, as behind a real broker. After the restart it works them off in order.
 */
export class ServiceHost {
  readonly #service: Service;
  readonly #time: VirtualTime;
  readonly #broker: VirtualBroker;
  readonly #aggregates: Aggregates;
  readonly #backlog: (() => void)[] = [];
  readonly #stopped = new Set<number>();
  #draining = false;
  #onLate: ((message: Message) => void) | undefined;

  constructor(service: Service, world: { time: VirtualTime; broker: VirtualBroker; ids: MessageIds }) {
    this.#service = service;
    this.#time = world.time;
    this.#broker = world.broker;
    this.#aggregates = new Aggregates(service, world.ids);
  }

  /** Subscribes to the service's inbox and to the events that it reacts to. */
  connect(): void {
    const { name, reactions } = this.#service;
    this.#broker.subscribe(commandTopic(name), {
      name,
      receive: command => this.#whenRunning(command.subject, () => this.#take(command)),
    });
    const typesByTopic = new Map<string, Set<string>>();
    for (const type of Object.keys(reactions)) {
      const topic = eventTopic(serviceOfEvent(type));
      typesByTopic.set(topic, (typesByTopic.get(topic) ?? new Set()).add(type));
    }
    for (const [topic, types] of typesByTopic) {
      this.#broker.subscribe(topic, {
        name,
        types,
        receive: event => this.#whenRunning(event.subject, () => this.#react(event)),
      });
    }
  }

  /** From now on the messages of one replica's aggregates wait in their topics. */
  stop(replica: number): void {
    this.#stopped.add(replica);
  }

  /**
   * Starts every replica. Messages that have waited come first, the oldest at the head.
   *
   * @param onLate sees each message that is published late
   */
  start(onLate?: (message: Message) => void): void {
    this.#stopped.clear();
    this.#onLate = onLate;
    if (!this.#draining) this.#drain();
  }

  /** Number of messages and timers that wait. */
  get backlog(): number {
    return this.#backlog.length;
  }

  /** The aggregates in memory, for checks over whole runs. */
  get states(): ReadonlyMap<string, unknown> {
    return this.#aggregates.states;
  }

  #whenRunning(key: string, work: () => void): void {
    const waits = this.#draining || (this.#stopped.size > 0 && this.#stopped.has(partitionOfAggregate(key)));
    if (waits) this.#backlog.push(work);
    else work();
  }

  /** Messages that arrive meanwhile queue behind the backlog, so that none overtakes another. */
  #drain(): void {
    const work = this.#backlog.shift();
    this.#draining = work !== undefined;
    if (work === undefined) {
      this.#onLate = undefined;
      return;
    }
    work();
    this.#time.at(this.#time.nowMs + backlogStepMs, priorities.delivery, () => this.#drain());
  }

  #send(topic: string, message: Message): void {
    this.#broker.publish(topic, message);
    if (this.#draining) this.#onLate?.(message);
  }

  #take(command: Message): void {
    this.#publish(this.#aggregates.handle(command, this.#time.nowMs));
  }

  #react(event: Message): void {
    const { commands, timers } = this.#aggregates.react(event, this.#time.nowMs);
    for (const command of commands) this.#send(commandTopic(this.#service.name), command);
    for (const timer of timers) {
      this.#time.at(timer.dueMs, priorities.timer, () =>
        this.#whenRunning(timer.draft.subject, () => this.#fire(timer)),
      );
    }
  }

  #fire(timer: Timer): void {
    const fired = this.#aggregates.fire(timer, this.#time.nowMs);
    if (fired.events.length > 0) this.#publish(fired);
  }

  #publish({ command, events }: Handled): void {
    this.#send(commandLogTopic, command);
    for (const event of events) this.#send(eventTopic(this.#service.name), event);
  }
}

import type { Message } from '../../broker/message.ts';
import type { MessageIds } from '../../broker/message-id.ts';
import { partitionOf } from '../../broker/partition.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../../broker/topics.ts';
import { priorities, type VirtualTime } from '../engine/virtual-time.ts';
import { commandMessage, eventMessage } from '../services/envelopes.ts';
import type { CommandDraft, Service } from '../services/service.ts';
import type { VirtualBroker } from './virtual-broker.ts';

/** Time that a restarted service spends on each message of its backlog [ms]. */
const backlogStepMs = 15;
/** Each has the aggregates of one partition. */
export const replicasPerService = 3;

/**
 * Runs one service in process: reads its inbox and the events it reacts to, keeps the state of its aggregates, publishes.
 * Stopped, it behaves as behind a real broker: messages and due timers wait, and are worked off in order on restart.
 */
export class ServiceHost {
  readonly #service: Service;
  readonly #time: VirtualTime;
  readonly #broker: VirtualBroker;
  readonly #ids: MessageIds;
  readonly #states = new Map<string, unknown>();
  readonly #backlog: (() => void)[] = [];
  readonly #stopped = new Set<number>();
  #draining = false;
  #onLate: ((message: Message) => void) | undefined;

  constructor(service: Service, world: { time: VirtualTime; broker: VirtualBroker; ids: MessageIds }) {
    this.#service = service;
    this.#time = world.time;
    this.#broker = world.broker;
    this.#ids = world.ids;
  }

  /** Subscribes to the service's inbox and to the events that it reacts to. */
  connect(serviceOfEvent: (type: string) => string): void {
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

  /** From now on the messages of one replica's aggregates wait in their topics; a service has `replicasPerService`. */
  stop(replica: number): void {
    this.#stopped.add(replica);
  }

  /**
   * Starts every replica: works off what has waited, oldest first, then goes on.
   *
   * @param onLate sees each message that is published late
   */
  start(onLate?: (message: Message) => void): void {
    this.#stopped.clear();
    this.#onLate = onLate;
    if (!this.#draining) this.#drain();
  }

  /** Messages and timers that wait. */
  get backlog(): number {
    return this.#backlog.length;
  }

  /** The aggregates in memory, for checks over whole runs. */
  get states(): ReadonlyMap<string, unknown> {
    return this.#states;
  }

  #whenRunning(key: string, work: () => void): void {
    const waits = this.#draining || (this.#stopped.size > 0 && this.#stopped.has(partitionOf(key, replicasPerService)));
    if (waits) this.#backlog.push(work);
    else work();
  }

  /** While it drains, newcomers queue behind, so that nothing overtakes. */
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
    // Decided at the time at which it is taken: holds run from then, however long it has waited.
    const taken = { ...command, time: this.#time.nowMs };
    const state = this.#states.get(command.subject);
    const events = this.#service.decide(taken, state);
    this.#send(commandLogTopic, taken);
    this.#publish(taken, state, events);
  }

  #publish(command: Message, before: unknown, events: ReturnType<Service['decide']>): void {
    const topic = eventTopic(this.#service.name);
    let state = before;
    events.forEach((draft, ordinal) => {
      const event = eventMessage(draft, { service: this.#service, ids: this.#ids, command, ordinal });
      state = this.#service.evolve(state, event);
      this.#send(topic, event);
    });
    if (events.length === 0) return;
    if (state === undefined) this.#states.delete(command.subject);
    else this.#states.set(command.subject, state);
  }

  #react(event: Message): void {
    const drafts = this.#service.reactions[event.type]?.(event) ?? [];
    drafts.forEach((draft, ordinal) => {
      const { dueMs } = draft;
      if (dueMs === undefined) this.#send(commandTopic(this.#service.name), this.#command(event, draft, ordinal));
      else {
        this.#time.at(dueMs, priorities.timer, () =>
          this.#whenRunning(draft.subject, () => this.#fire(event, draft, ordinal)),
        );
      }
    });
  }

  /** A timer decides first: if its moment has passed it leaves no trace. */
  #fire(event: Message, draft: CommandDraft, ordinal: number): void {
    const command = this.#command(event, draft, ordinal);
    const state = this.#states.get(command.subject);
    const events = this.#service.decide(command, state);
    if (events.length === 0) return;
    this.#send(commandLogTopic, command);
    this.#publish(command, state, events);
  }

  #command(cause: Message, draft: CommandDraft, ordinal: number): Message {
    const id = this.#ids(cause.id, draft.type, ordinal);
    return commandMessage(draft, { service: this.#service, id, cause, timeMs: this.#time.nowMs });
  }
}

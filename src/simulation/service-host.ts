import { priorities, type VirtualTime } from '../kernel/virtual-time.ts';
import type { Message } from '../messaging/message.ts';
import type { MessageIds } from '../messaging/message-id.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../messaging/topics.ts';
import type { VirtualBroker } from '../messaging/virtual-broker.ts';
import type { CommandDraft, Service } from '../services/service.ts';

/** Time that a restarted service spends on each message of its backlog [ms]. */
const backlogStepMs = 15;

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
  readonly #source: string;
  readonly #backlog: (() => void)[] = [];
  #running = true;
  #draining = false;

  constructor(service: Service, world: { time: VirtualTime; broker: VirtualBroker; ids: MessageIds }) {
    this.#service = service;
    this.#time = world.time;
    this.#broker = world.broker;
    this.#ids = world.ids;
    this.#source = `/services/${service.name}`;
  }

  /** Subscribes to the service's inbox and to the events that it reacts to. */
  connect(serviceOfEvent: (type: string) => string): void {
    const { name, reactions } = this.#service;
    this.#broker.subscribe(commandTopic(name), {
      name,
      receive: command => this.#whenRunning(() => this.#take(command)),
    });
    const typesByTopic = new Map<string, Set<string>>();
    for (const type of Object.keys(reactions)) {
      const topic = eventTopic(serviceOfEvent(type));
      typesByTopic.set(topic, (typesByTopic.get(topic) ?? new Set()).add(type));
    }
    for (const [topic, types] of typesByTopic) {
      this.#broker.subscribe(topic, { name, types, receive: event => this.#whenRunning(() => this.#react(event)) });
    }
  }

  /** Messages from now on wait in their topics. */
  stop(): void {
    this.#running = false;
  }

  /** Works off what has waited, oldest first, then goes on. */
  start(): void {
    this.#running = true;
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

  #whenRunning(work: () => void): void {
    if (this.#running && !this.#draining) work();
    else this.#backlog.push(work);
  }

  #drain(): void {
    const work = this.#running ? this.#backlog.shift() : undefined;
    this.#draining = work !== undefined;
    if (work === undefined) return;
    work();
    this.#time.at(this.#time.nowMs + backlogStepMs, priorities.delivery, () => this.#drain());
  }

  #take(command: Message): void {
    const state = this.#states.get(command.subject);
    const events = this.#service.decide(command, state);
    this.#broker.publish(commandLogTopic, { ...command, time: this.#time.nowMs });
    this.#publish(command, state, events);
  }

  #publish(command: Message, before: unknown, events: ReturnType<Service['decide']>): void {
    const topic = eventTopic(this.#service.name);
    let state = before;
    events.forEach(({ type, data }, ordinal) => {
      const event: Message = {
        kind: 'event',
        type,
        id: this.#ids(command.id, type, ordinal),
        source: this.#source,
        subject: command.subject,
        time: this.#time.nowMs,
        correlationid: command.correlationid,
        causationid: command.id,
        data,
      };
      state = this.#service.evolve(state, event);
      this.#broker.publish(topic, event);
    });
    if (events.length === 0) return;
    if (state === undefined) this.#states.delete(command.subject);
    else this.#states.set(command.subject, state);
  }

  #react(event: Message): void {
    const drafts = this.#service.reactions[event.type]?.(event) ?? [];
    drafts.forEach((draft, ordinal) => {
      const { dueMs } = draft;
      if (dueMs === undefined)
        this.#broker.publish(commandTopic(this.#service.name), this.#command(event, draft, ordinal));
      else {
        this.#time.at(dueMs, priorities.timer, () => this.#whenRunning(() => this.#fire(event, draft, ordinal)));
      }
    });
  }

  /** A timer decides first: if its moment has passed it leaves no trace. */
  #fire(event: Message, draft: CommandDraft, ordinal: number): void {
    const command = this.#command(event, draft, ordinal);
    const state = this.#states.get(command.subject);
    const events = this.#service.decide(command, state);
    if (events.length === 0) return;
    this.#broker.publish(commandLogTopic, command);
    this.#publish(command, state, events);
  }

  #command(cause: Message, draft: CommandDraft, ordinal: number): Message {
    return {
      kind: 'command',
      type: draft.type,
      id: this.#ids(cause.id, draft.type, ordinal),
      source: this.#source,
      subject: draft.subject,
      time: this.#time.nowMs,
      correlationid: cause.correlationid,
      causationid: cause.id,
      data: draft.data,
    };
  }
}

import { groupBy } from '../../base/group-by.ts';
import { sum } from '../../base/sum.ts';
import type { Message } from '../../broker/message.ts';
import type { MessageIds } from '../../broker/message-id.ts';
import { partitionOf } from '../../broker/partition.ts';
import { commandLogTopic, commandTopic, eventTopic } from '../../broker/topics.ts';
import type { RandomStreams } from '../engine/random.ts';
import { priorities, type VirtualTime } from '../engine/virtual-time.ts';
import { Aggregates, type Handled, type Timer } from '../services/aggregates.ts';
import { replicasOf } from '../services/partitions.ts';
import { serviceOfEvent } from '../services/registry.ts';
import type { Service } from '../services/service.ts';
import { serviceMs } from './service-time.ts';
import type { VirtualBroker } from './virtual-broker.ts';
import { VirtualReplica } from './virtual-replica.ts';

/**
 * Runs one service in virtual time: reads its inbox and the events that it reacts to, and publishes. While a replica is stopped, its
 * messages and due timers wait. After the restart it catches up.
 */
export class ServiceHost {
  readonly #service: Service;
  readonly #inbox: string;
  readonly #events: string;
  readonly #time: VirtualTime;
  readonly #broker: VirtualBroker;
  readonly #aggregates: Aggregates;
  readonly #partitions: number;
  readonly #replicas: readonly VirtualReplica[];
  /** True if no replica is stopped or catches up, as for most of the time: then nothing has to wait. */
  #isUndisturbed = true;

  constructor(
    service: Service,
    world: { partitions: number; time: VirtualTime; broker: VirtualBroker; ids: MessageIds; streams: RandomStreams },
  ) {
    this.#partitions = world.partitions;
    this.#service = service;
    this.#inbox = commandTopic(service.name);
    this.#events = eventTopic(service.name);
    this.#time = world.time;
    this.#broker = world.broker;
    this.#aggregates = new Aggregates(service, world.ids);
    this.#replicas = replicasOf(world.partitions).map(
      (_, index) =>
        new VirtualReplica(world.time, name => world.streams.stream(`replica/${service.name}/${index}/${name}`)),
    );
  }

  /** Subscribes to the service's inbox and to the events that it reacts to. */
  connect(): void {
    const { name, reactions } = this.#service;
    this.#broker.subscribe(this.#inbox, {
      name,
      works: true,
      receive: command => this.#whenRunning(command.id, command.subject, () => this.#take(command)),
    });
    for (const [topic, types] of groupBy(Object.keys(reactions), type => eventTopic(serviceOfEvent(type)))) {
      this.#broker.subscribe(topic, {
        name,
        types: new Set(types),
        works: true,
        receive: event => this.#whenRunning(event.id, event.subject, () => this.#react(event)),
      });
    }
  }

  /**
   * From now on the messages of one replica's aggregates wait in their topics.
   *
   * @param onLate sees each message that it publishes late
   * @returns how to start it
   */
  stop(replica: number, onLate: (message: Message) => void): () => void {
    this.#isUndisturbed = false;
    return this.#replica(replica).stop(onLate);
  }

  /** Number of messages and timers that wait. */
  get backlog(): number {
    return sum(this.#replicas, ({ backlog }) => backlog);
  }

  /** The aggregates in memory, for checks over whole runs. */
  get states(): ReadonlyMap<string, unknown> {
    return this.#aggregates.states;
  }

  #whenRunning(id: string, key: string, run: () => void): void {
    this.#isUndisturbed ||= this.#replicas.every(({ isUpToDate }) => isUpToDate);
    if (this.#isUndisturbed) run();
    else this.#replica(partitionOf(key, this.#partitions) % this.#replicas.length).take({ id, key, run });
  }

  #replica(index: number): VirtualReplica {
    const replica = this.#replicas[index];
    if (replica === undefined) throw new TypeError(`no replica ${index} of ${this.#service.name}`);
    return replica;
  }

  #send(topic: string, message: Message): void {
    this.#broker.publish(topic, message);
    if (this.#isUndisturbed) return;
    for (const replica of this.#replicas) replica.show(message);
  }

  #take(command: Message): void {
    this.#publish(this.#aggregates.handle(command, this.#time.nowMs));
  }

  #react(event: Message): void {
    const { commands, timers } = this.#aggregates.react(event, this.#time.nowMs);
    for (const command of commands) this.#send(this.#inbox, command);
    for (const timer of timers) {
      this.#time.at(timer.dueMs + serviceMs(timer.id), priorities.timer, () =>
        this.#whenRunning(timer.id, timer.draft.subject, () => this.#fire(timer)),
      );
    }
  }

  #fire(timer: Timer): void {
    const fired = this.#aggregates.fire(timer, this.#time.nowMs);
    if (fired.events.length > 0) this.#publish(fired);
  }

  #publish({ command, events }: Handled): void {
    this.#send(commandLogTopic, command);
    for (const event of events) this.#send(this.#events, event);
  }
}

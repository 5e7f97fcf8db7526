import { commandTopic, eventTopic } from '../../broker/topics.ts';
import { priorities, type VirtualTime } from '../engine/virtual-time.ts';
import { serviceOfEvent, services } from '../services/registry.ts';
import type { World } from '../world/world.ts';
import { createWorld } from './create-world.ts';
import type { ServiceHost } from './service-host.ts';
import type { VirtualBroker } from './virtual-broker.ts';

/** The world of actors on virtual time and the embedded broker. */
export function virtualWorld(parts: {
  readonly seed: number;
  /** Of each topic. */
  readonly partitions: number;
  readonly time: VirtualTime;
  readonly broker: VirtualBroker;
  readonly hosts: ReadonlyMap<string, ServiceHost>;
}): World {
  const { seed, partitions, time, broker, hosts } = parts;
  const host = (service: string): ServiceHost => {
    const found = hosts.get(service);
    if (found === undefined) throw new TypeError(`no service "${service}"`);
    return found;
  };
  const { world, listenersTo } = createWorld({
    seed,
    partitions,
    nowMs: () => time.nowMs,
    at: (timeMs, task) => time.at(timeMs, priorities.actor, task),
    publish: (service, command) => broker.publish(commandTopic(service), command),
    watch: ({ name, types, wants }, listener) => {
      for (const topic of new Set(types.map(type => eventTopic(serviceOfEvent(type))))) {
        broker.subscribe(topic, { name, types: new Set(types), receive: listener, wants });
      }
    },
    stopReplica: (service, replica, onLate) => host(service).stop(replica, onLate),
    backlogOf: service => host(service).backlog,
  });
  for (const { name } of services) {
    broker.subscribe(eventTopic(name), {
      name: 'customers',
      wants: event => listenersTo(event) !== undefined,
      receive: event => {
        for (const listener of listenersTo(event) ?? []) listener(event);
      },
    });
  }
  return world;
}

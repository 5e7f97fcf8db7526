import type { Outgoing } from '../../broker/kafka/producer.ts';
import type { Message } from '../../broker/message.ts';
import { commandTopic } from '../../broker/topics.ts';
import { replicasOf } from '../services/partitions.ts';
import { services } from '../services/registry.ts';
import { createWorld } from '../simulation/create-world.ts';
import type { World } from '../world/world.ts';
import type { LiveTime } from './live-time.ts';
import { OutageWatch } from './outage-watch.ts';
import { outgoing } from './partition-processor.ts';

export type LiveWorldParts = {
  readonly seed: number;
  /** Of each topic. */
  readonly partitions: number;
  readonly time: LiveTime;
  /** Sends a message. */
  readonly publish: (outgoing: Outgoing) => void;
  readonly stopPartition: (service: string, partition: number) => void;
  readonly startPartition: (service: string, partition: number) => void;
};

/** The world of actors on the wall clock and a real broker. */
export type LiveWorld = {
  readonly world: World;
  /** Receives every message that was read from the broker, and passes events on to the actors. */
  readonly receive: (topic: string, partition: number, message: Message) => void;
};

/** Actors see the same `World` as in virtual time. Only the time until an answer differs. */
export function liveWorld(parts: LiveWorldParts): LiveWorld {
  const { seed, partitions, time, publish, stopPartition, startPartition } = parts;
  const replicas = replicasOf(partitions);
  const watchers = new Map<string, ((event: Message) => void)[]>();
  const outages = new Map(services.map(service => [service.name, new OutageWatch(service)]));
  const outageOf = (service: string): OutageWatch => {
    const found = outages.get(service);
    if (found === undefined) throw new TypeError(`no service "${service}"`);
    return found;
  };
  const { world, listenersTo } = createWorld({
    seed,
    partitions,
    nowMs: () => time.nowMs,
    at: (timeMs, task) => time.at(timeMs, task),
    publish: (service, message) => publish(outgoing(commandTopic(service), message, partitions)),
    watch: ({ types, wants }, listener) => {
      const watcher = (event: Message) => {
        if (wants(event)) listener(event);
      };
      for (const type of types) watchers.set(type, [...(watchers.get(type) ?? []), watcher]);
    },
    stopReplica: (service, replica, onLate) => {
      const outage = outageOf(service);
      const stopped = (replicas[replica] ?? []).map(partition => {
        stopPartition(service, partition);
        return { partition, end: outage.stop(partition, onLate) };
      });
      return () => {
        for (const { partition, end } of stopped) {
          end();
          if (!outage.isStopped(partition)) startPartition(service, partition);
        }
      };
    },
    backlogOf: service => outageOf(service).backlog,
  });
  return {
    world,
    receive(topic, partition, message) {
      for (const outage of outages.values()) outage.observe(topic, partition, message);
      if (message.kind !== 'event') return;
      for (const watcher of watchers.get(message.type) ?? []) watcher(message);
      for (const listener of [...(listenersTo(message) ?? [])]) listener(message);
    },
  };
}

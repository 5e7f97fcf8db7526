import { Shelf, shelfEvents } from '../actors/shelf.ts';
import type { World } from '../actors/world.ts';
import { hash64Hex } from '../kernel/hash.ts';
import type { RandomStreams } from '../kernel/random.ts';
import type { Message } from '../messaging/message.ts';
import type { MessageIds } from '../messaging/message-id.ts';
import { commandTopic } from '../messaging/topics.ts';
import { partitionOf } from '../messaging/virtual-broker.ts';
import { services } from '../services/registry.ts';
import { partitionsPerTopic } from '../simulation/shop-run.ts';
import type { LiveTime } from './live-time.ts';
import { OutageWatch } from './outage-watch.ts';
import type { Outgoing } from './outbox.ts';

export type LiveWorldParts = {
  readonly seed: number;
  readonly time: LiveTime;
  readonly ids: MessageIds;
  readonly streams: RandomStreams;
  /** Puts a message on its way. */
  readonly publish: (outgoing: Outgoing) => void;
  readonly stopPartition: (service: string, partition: number) => void;
  readonly startService: (service: string) => void;
};

/** The world of actors on the stretched wall clock and a real broker. */
export type LiveWorld = {
  readonly world: World;
  /** Sees every message that was read from the broker; actors hear of events here. */
  readonly receive: (topic: string, partition: number, message: Message) => void;
};

/** Actors see the same `World` as in virtual time and cannot tell the difference, but by how long answers take. */
export function liveWorld(parts: LiveWorldParts): LiveWorld {
  const { seed, time, ids, streams } = parts;
  const listeners = new Map<string, Set<(event: Message) => void>>();
  const watchers = new Map<string, ((event: Message) => void)[]>();
  const blockers = new Set<(visit: string) => boolean>();
  const shelf = new Shelf();
  const idNamespace = BigInt(seed);
  const outages = new Map(services.map(service => [service.name, new OutageWatch(service)]));

  const outageOf = (service: string): OutageWatch => {
    const found = outages.get(service);
    if (found === undefined) throw new TypeError(`no service "${service}"`);
    return found;
  };

  const watch: World['watch'] = ({ types, fromMs = 0, untilMs = Number.POSITIVE_INFINITY }, listener) => {
    const inTime = (event: Message) => {
      if (event.time >= fromMs && event.time < untilMs) listener(event);
    };
    for (const type of types) watchers.set(type, [...(watchers.get(type) ?? []), inTime]);
  };
  watch({ name: 'shelf', types: shelfEvents }, event => shelf.receive(event));

  const world: World = {
    nowMs: () => time.nowMs,
    at: (timeMs, task) => time.at(Math.round(timeMs), task),
    stream: name => streams.stream(name),
    shelf,
    watch,
    opaqueId: (prefix, name) => `${prefix}-${hash64Hex(`${prefix}/${name}`, idNamespace).slice(0, 12)}`,
    send: ({ service, type, subject, data, source, correlationid, causationid, act }) => {
      const id = ids(act, type, 0);
      const message: Message = {
        kind: 'command',
        type,
        id,
        source,
        subject,
        time: time.nowMs,
        correlationid,
        causationid,
        data,
      };
      parts.publish({ topic: commandTopic(service), partition: partitionOf(subject, partitionsPerTopic), message });
      return message;
    },
    hear: (userId, listener) => {
      const mine = listeners.get(userId) ?? new Set();
      listeners.set(userId, mine.add(listener));
      return () => {
        mine.delete(listener);
        if (mine.size === 0 && listeners.get(userId) === mine) listeners.delete(userId);
      };
    },
    isReachable: visit => {
      for (const isBlocked of blockers) if (isBlocked(visit)) return false;
      return true;
    },
    blockVisits: isBlocked => {
      blockers.add(isBlocked);
      return () => blockers.delete(isBlocked);
    },
    stopReplica: (service, replica) => {
      outageOf(service).stop(replica);
      parts.stopPartition(service, replica);
    },
    startService: (service, onLate) => {
      outageOf(service).start(onLate);
      parts.startService(service);
    },
    backlogOf: service => outageOf(service).backlog,
  };

  return {
    world,
    receive(topic, partition, message) {
      for (const outage of outages.values()) outage.observe(topic, partition, message);
      if (message.kind !== 'event') return;
      for (const watcher of watchers.get(message.type) ?? []) watcher(message);
      const { userId } = message.data;
      if (typeof userId !== 'string') return;
      for (const listener of [...(listeners.get(userId) ?? [])]) listener(message);
    },
  };
}

import { Shelf, shelfEvents } from '../actors/shelf.ts';
import type { World } from '../actors/world.ts';
import { hash64Hex } from '../kernel/hash.ts';
import type { RandomStreams } from '../kernel/random.ts';
import { priorities, type VirtualTime } from '../kernel/virtual-time.ts';
import type { Message } from '../messaging/message.ts';
import type { MessageIds } from '../messaging/message-id.ts';
import { commandTopic, eventTopic } from '../messaging/topics.ts';
import type { VirtualBroker } from '../messaging/virtual-broker.ts';
import { serviceOfEvent, services } from '../services/registry.ts';
import type { ServiceHost } from './service-host.ts';

/** What the world is made of. */
export type WorldParts = {
  readonly seed: number;
  readonly time: VirtualTime;
  readonly broker: VirtualBroker;
  readonly ids: MessageIds;
  readonly streams: RandomStreams;
  readonly hosts: ReadonlyMap<string, ServiceHost>;
};

/** The world of actors on virtual time and the embedded broker. */
export function virtualWorld({ seed, time, broker, ids, streams, hosts }: WorldParts): World {
  const listeners = new Map<string, Set<(event: Message) => void>>();
  const blockers = new Set<(visit: string) => boolean>();
  const shelf = new Shelf();
  const idNamespace = BigInt(seed);

  const heardBy = (event: Message) =>
    typeof event.data.userId === 'string' ? listeners.get(event.data.userId) : undefined;
  for (const { name } of services) {
    broker.subscribe(eventTopic(name), {
      name: 'customers',
      wants: event => heardBy(event) !== undefined,
      receive: event => {
        for (const listener of heardBy(event) ?? []) listener(event);
      },
    });
  }

  const watch: World['watch'] = ({ name, types, fromMs, untilMs }, listener) => {
    const wants =
      fromMs === undefined && untilMs === undefined
        ? {}
        : { wants: ({ time: at }: Message) => at >= (fromMs ?? 0) && at < (untilMs ?? Number.POSITIVE_INFINITY) };
    for (const topic of new Set(types.map(type => eventTopic(serviceOfEvent(type))))) {
      broker.subscribe(topic, { name, types: new Set(types), receive: listener, ...wants });
    }
  };
  watch({ name: 'shelf', types: shelfEvents }, event => shelf.receive(event));

  const host = (service: string): ServiceHost => {
    const found = hosts.get(service);
    if (found === undefined) throw new TypeError(`no service "${service}"`);
    return found;
  };

  return {
    nowMs: () => time.nowMs,
    at: (timeMs, task) => time.at(Math.round(timeMs), priorities.actor, task),
    stream: name => streams.stream(name),
    shelf,
    watch,
    opaqueId: (prefix, name) => `${prefix}-${hash64Hex(`${prefix}/${name}`, idNamespace).slice(0, 12)}`,
    send: command => {
      const { service, type, subject, data, source, correlationid, causationid, act } = command;
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
      broker.publish(commandTopic(service), message);
      return message;
    },
    hear: (userId, listener) => {
      const mine = listeners.get(userId) ?? new Set();
      listeners.set(userId, mine.add(listener));
      return () => {
        mine.delete(listener);
        if (mine.size === 0) listeners.delete(userId);
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
    stopReplica: (service, replica) => host(service).stop(replica),
    startService: (service, onLate) => host(service).start(onLate),
    backlogOf: service => host(service).backlog,
  };
}

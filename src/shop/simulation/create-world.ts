import { hash64Hex } from '../../base/hash.ts';
import type { Message } from '../../broker/message.ts';
import { messageIds } from '../../broker/message-id.ts';
import { randomStreams } from '../engine/random.ts';
import { Shelf } from '../world/shelf.ts';
import type { Watch, World } from '../world/world.ts';

/** What is different in virtual time and on the wall clock: how time passes, how messages travel, how services stop. */
export type WorldParts = Pick<World, 'partitions' | 'nowMs' | 'at' | 'stopReplica' | 'backlogOf'> & {
  readonly seed: number;
  /** @param what.wants whether an event of these types was published in the interval of the watch */
  readonly watch: (
    what: Pick<Watch, 'name' | 'types'> & { readonly wants: (event: Message) => boolean },
    listener: (event: Message) => void,
  ) => void;
  /** Puts a command into a service's inbox. */
  readonly publish: (service: string, command: Message) => void;
};

/** The world that actors act in, which looks the same to them however the shop is run. */
export function createWorld(parts: WorldParts) {
  const { seed, partitions, publish, nowMs, at, watch, stopReplica, backlogOf } = parts;
  const listeners = new Map<string, Set<(event: Message) => void>>();
  const blockers = new Set<(visit: string) => boolean>();
  const streams = randomStreams(seed);
  const ids = messageIds(seed);
  const idNamespace = BigInt(seed);
  const world: World = {
    partitions,
    nowMs,
    at: (timeMs, task) => at(Math.round(timeMs), task),
    stream: name => streams.stream(name),
    shelf: new Shelf(),
    watch: ({ name, types, fromMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY }, listener) =>
      watch({ name, types, wants: ({ time }) => time >= fromMs && time < untilMs }, listener),
    opaqueId: (prefix, name) => `${prefix}-${hash64Hex(`${prefix}/${name}`, idNamespace).slice(0, 12)}`,
    send: ({ service, type, subject, data, source, correlationid, causationid, act }) => {
      const about = { id: ids(act, type, 0), source, subject, time: nowMs() };
      const message: Message = { kind: 'command', type, ...about, correlationid, causationid, data };
      publish(service, message);
      return message;
    },
    listen: (userId, listener) => {
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
    stopReplica,
    backlogOf,
  };
  return {
    world,
    /** Who listens to an event because the event names a user. */
    listenersTo: ({ data: { userId } }: Message): ReadonlySet<(event: Message) => void> | undefined =>
      typeof userId === 'string' ? listeners.get(userId) : undefined,
  };
}

import type { Message, MessageData } from '../../broker/message.ts';
import type { RandomStream } from '../engine/random.ts';
import type { Shelf } from './shelf.ts';

/** What an actor outside the services can do: wait, send commands, listen to events, look at the shelf. */
export type World = {
  /** Virtual time [ms since the epoch, UTC]. */
  readonly nowMs: () => number;
  readonly at: (timeMs: number, task: () => void) => void;
  /** Number of partitions of each topic of the shop. */
  readonly partitions: number;
  /** The random stream of that name; each actor has names of its own. */
  readonly stream: (name: string) => RandomStream;
  /** Puts a command into a service's inbox. */
  readonly send: (command: OutsideCommand) => Message;
  /** Calls back for each event whose payload names this user, until the returned function is called. */
  readonly listen: (userId: string, listener: (event: Message) => void) => Leave;
  /** Calls back for each event of these types, about any user. */
  readonly watch: (what: Watch, listener: (event: Message) => void) => void;
  /** What customers see of the products. */
  readonly shelf: Shelf;
  /** An id that does not reveal the name from which it is made. */
  readonly opaqueId: (prefix: string, name: string) => string;
  /** False while a visitor cannot reach the shop; asked at the start of each visit. */
  readonly isReachable: (visit: string) => boolean;
  /** Keeps out the visits for which `isBlocked` is true, until the returned function is called. */
  readonly blockVisits: (isBlocked: (visit: string) => boolean) => Leave;
  /**
   * Stops one replica of a service: the messages of its partitions' aggregates wait. Returns the function that starts it. The replica works again
   * when all who stopped it have started it.
   *
   * @param onLate sees each message that it publishes while it handles its backlog
   */
  readonly stopReplica: (service: string, replica: number, onLate: (message: Message) => void) => Leave;
  /** Messages that wait for a service. */
  readonly backlogOf: (service: string) => number;
};

export type Leave = () => void;

/** Events that a subscriber wants to see. With an interval: only those published in it. */
export type Watch = {
  /** Names the subscriber. */
  readonly name: string;
  readonly types: readonly string[];
  readonly fromMs?: number;
  readonly untilMs?: number;
};

/** A command from outside, before it has an envelope. */
export type OutsideCommand = {
  readonly service: string;
  readonly type: string;
  readonly subject: string;
  readonly data: MessageData;
  /** `/customers` or `/staff` */
  readonly source: string;
  readonly correlationid: string;
  /** The id of the event that made the actor act; empty if none did. */
  readonly causationid: string;
  /** Name of the act, unique in the run and owned by the actor; the message's id is made from it. */
  readonly act: string;
};

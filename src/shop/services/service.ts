import type { z } from 'zod';
import type { MessageData } from '../../broker/message.ts';

/** A command as its service sees it: `time` is virtual [ms since the epoch]. */
export type Command<Type extends string = string, Data = MessageData> = {
  readonly type: Type;
  readonly subject: string;
  readonly time: number;
  readonly data: Data;
};

/** A fact that `decide` returns; the host adds the envelope. `subject` is the command's subject. */
export type EventDraft<Type extends string = string, Data = MessageData> = {
  readonly type: Type;
  readonly data: Data;
};

/** A published event as a reaction sees it. */
export type PublishedEvent<Data = MessageData> = {
  readonly type: string;
  readonly subject: string;
  readonly time: number;
  readonly data: Data;
};

/** A command that a reaction gives to its own service: at once, or at `dueMs` if it is a timer. */
export type CommandDraft = {
  readonly type: string;
  /** The id of the aggregate that is to take it. */
  readonly subject: string;
  readonly data: MessageData;
  /**
   * Virtual time [ms] at which a timer fires. When it does, the service decides first: a timer whose moment has passed (the
   * cart was bought) yields no event and leaves no trace. Timers are rebuilt by replaying the service's own events.
   */
  readonly dueMs?: number;
};

/** The schemas of payloads by message type, each with a description of what the message means. */
export type MessageSchemas = Readonly<Record<string, z.ZodObject>>;

/**
 * A service of the shop: pure functions over one aggregate at a time. It knows neither the clock, nor chance, nor the broker,
 * and reads no other aggregate: what it needs to know travels in the message.
 *
 * State is per aggregate (`subject`). `evolve` returns undefined when the aggregate is finished and may be forgotten.
 */
export type Service = {
  /** Folder name = topic prefix = word on the command line. */
  readonly name: string;
  readonly description: string;
  /** What one aggregate is: 'product', 'cart', 'account'. */
  readonly aggregate: string;
  /** Commands that customers and staff may send, and those that the service gives to itself. */
  readonly commands: MessageSchemas;
  readonly events: MessageSchemas;
  /** A refusal is an event as well. No event: nothing to do (a repeated or a stale command). */
  readonly decide: (command: Command, state: unknown) => readonly EventDraft[];
  readonly evolve: (state: unknown, event: PublishedEvent) => unknown;
  /** What the service commands itself when it reads an event, its own or another service's; keyed by event type. */
  readonly reactions: Readonly<Record<string, (event: PublishedEvent) => readonly CommandDraft[]>>;
};

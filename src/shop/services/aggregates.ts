import type { Message } from '../../broker/message.ts';
import type { MessageIds } from '../../broker/message-id.ts';
import type { CommandDraft, EventDraft, Service } from './service.ts';

/** A command and the events that a service decided on it. No events: there was nothing to do. */
export type Handled = {
  /** As the service took it: `time` is when. */
  readonly command: Message;
  readonly events: readonly Message[];
};

/** A command that one aggregate is to get at `dueMs` [virtual ms]. */
export type Timer = {
  readonly dueMs: number;
  /** The command's id; it depends on the cause alone. */
  readonly id: string;
  readonly cause: Pick<Message, 'id' | 'correlationid'>;
  readonly draft: CommandDraft;
};

/** What a service does about an event: commands to itself, at once or later. */
export type Reaction = { readonly commands: readonly Message[]; readonly timers: readonly Timer[] };

/**
 * The aggregates of one service, or of one partition of it. Virtual and live runs share this class, so they cannot differ in what a service
 * decides and which ids its messages have. Clock, broker and waiting are the caller's.
 */
export class Aggregates {
  readonly #service: Service;
  readonly #ids: MessageIds;
  /** One string for all messages: a run holds millions of them. */
  readonly #source: string;
  readonly #states = new Map<string, unknown>();

  constructor(service: Service, ids: MessageIds) {
    this.#service = service;
    this.#ids = ids;
    this.#source = sourceOf(service);
  }

  /** States in memory, by the aggregate's id. */
  get states(): ReadonlyMap<string, unknown> {
    return this.#states;
  }

  /** Decides on a command at `nowMs`, however long it has waited, and applies the events. */
  handle(command: Message, nowMs: number): Handled {
    return this.#decide({ ...command, time: nowMs });
  }

  /** Decides on the command of a timer. Without events the timer was stale, and its command is not to be published. */
  fire(timer: Timer, nowMs: number): Handled {
    return this.#decide(this.commandOf(timer, nowMs));
  }

  /** Applies an event that was published earlier. */
  replay(event: Message): void {
    this.#keep(event.subject, this.#service.evolve(this.#states.get(event.subject), event));
  }

  /**
   * What the service does about an event, its own or another service's. The ids are the same whenever it is asked.
   *
   * @throws TypeError when it answers its own event with anything but a timer of the same aggregate, or another's with a timer: a
   * restarted replica rebuilds its timers from its own events, and could not rebuild these
   */
  react(event: Message, nowMs: number): Reaction {
    const { name, events, reactions } = this.#service;
    const drafts = reactions[event.type]?.(event) ?? [];
    if (drafts.length === 0) return noReaction;
    const isOwn = events[event.type] !== undefined;
    const commands: Message[] = [];
    const timers: Timer[] = [];
    drafts.forEach((draft, ordinal) => {
      const { type, subject, dueMs } = draft;
      const id = this.#ids(event.id, type, ordinal);
      if (isOwn && dueMs !== undefined && subject === event.subject) timers.push({ dueMs, id, cause: event, draft });
      else if (!isOwn && dueMs === undefined)
        commands.push(this.commandOf({ id, cause: event, draft }, Math.max(nowMs, event.time)));
      else {
        throw new TypeError(
          `Cannot react to ${event.type}: ${name} answers with ${type}, expected ${isOwn ? 'a timer of the same aggregate' : 'a command at once'}`,
        );
      }
    });
    return { commands, timers };
  }

  /** The command of a timer, given at `timeMs`. */
  commandOf({ id, cause, draft }: Omit<Timer, 'dueMs'>, timeMs: number): Message {
    const { type, subject, data } = draft;
    return {
      kind: 'command',
      type,
      id,
      source: this.#source,
      subject,
      time: timeMs,
      correlationid: cause.correlationid,
      causationid: cause.id,
      data,
    };
  }

  #decide(command: Message): Handled {
    let state = this.#states.get(command.subject);
    const drafts = this.#service.decide(command, state);
    const events = drafts.map((draft, ordinal) => {
      const event = this.#event(draft, command, ordinal);
      state = this.#service.evolve(state, event);
      return event;
    });
    if (events.length > 0) this.#keep(command.subject, state);
    return { command, events };
  }

  #keep(id: string, state: unknown): void {
    if (state === undefined) this.#states.delete(id);
    else this.#states.set(id, state);
  }

  /** The event's id depends on the command's alone, so a second decision on a command gives the same ids. */
  #event({ type, data }: EventDraft, command: Message, ordinal: number): Message {
    return {
      kind: 'event',
      type,
      id: this.#ids(command.id, type, ordinal),
      source: this.#source,
      subject: command.subject,
      time: command.time,
      correlationid: command.correlationid,
      causationid: command.id,
      data,
    };
  }
}

const noReaction: Reaction = { commands: [], timers: [] };

/** The `source` of a service's messages. */
export function sourceOf({ name }: Pick<Service, 'name'>): string {
  return `/services/${name}`;
}

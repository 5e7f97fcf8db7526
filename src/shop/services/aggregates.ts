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
  readonly #states = new Map<string, unknown>();

  constructor(service: Service, ids: MessageIds) {
    this.#service = service;
    this.#ids = ids;
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
    const state = this.#service.evolve(this.#states.get(event.subject), event);
    if (state === undefined) this.#states.delete(event.subject);
    else this.#states.set(event.subject, state);
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
    const isOwn = events[event.type] !== undefined;
    const timers = drafts.map((draft, ordinal): Timer => {
      if (isOwn ? draft.dueMs === undefined || draft.subject !== event.subject : draft.dueMs !== undefined) {
        throw new TypeError(
          `Cannot react to ${event.type}: ${name} answers with ${draft.type}, expected ${isOwn ? 'a timer of the same aggregate' : 'a command at once'}`,
        );
      }
      return { dueMs: draft.dueMs ?? nowMs, id: this.#ids(event.id, draft.type, ordinal), cause: event, draft };
    });
    if (isOwn) return { commands: [], timers };
    const timeMs = Math.max(nowMs, event.time);
    return { commands: timers.map(timer => this.commandOf(timer, timeMs)), timers: [] };
  }

  /** The command of a timer, given at `timeMs`. */
  commandOf({ id, cause, draft: { type, subject, data } }: Timer, timeMs: number): Message {
    return {
      kind: 'command',
      type,
      id,
      source: sourceOf(this.#service),
      subject,
      time: timeMs,
      correlationid: cause.correlationid,
      causationid: cause.id,
      data,
    };
  }

  #decide(command: Message): Handled {
    const drafts = this.#service.decide(command, this.#states.get(command.subject));
    const events = drafts.map((draft, ordinal) => {
      const event = this.#event(draft, command, ordinal);
      this.replay(event);
      return event;
    });
    return { command, events };
  }

  /** The event's id depends on the command's alone, so a second decision on a command gives the same ids. */
  #event({ type, data }: EventDraft, command: Message, ordinal: number): Message {
    return {
      kind: 'event',
      type,
      id: this.#ids(command.id, type, ordinal),
      source: sourceOf(this.#service),
      subject: command.subject,
      time: command.time,
      correlationid: command.correlationid,
      causationid: command.id,
      data,
    };
  }
}

function sourceOf({ name }: Service): string {
  return `/services/${name}`;
}

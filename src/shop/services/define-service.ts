import type { z } from 'zod';
import type { ServiceName } from '../../broker/topics.ts';
import type { Command, CommandDraft, EventDraft, MessageSchemas, PublishedEvent, Service } from './service.ts';
import type { ShopEvents } from './shop-events.ts';

/** The commands that the schemas describe, as a union tagged by `type`: a `switch` over it is total. */
export type CommandOf<Schemas extends MessageSchemas> = {
  readonly [Type in keyof Schemas & string]: Command<Type, z.infer<Schemas[Type]>>;
}[keyof Schemas & string];

/** The facts that `decide` may return, as a union tagged by `type`. */
export type EventOf<Schemas extends MessageSchemas> = {
  readonly [Type in keyof Schemas & string]: EventDraft<Type, z.infer<Schemas[Type]>>;
}[keyof Schemas & string];

/** The service's own events as `evolve` sees them, as a union tagged by `type`. */
export type PublishedEventOf<Schemas extends MessageSchemas> = {
  readonly [Type in keyof Schemas & string]: PublishedEvent<z.infer<Schemas[Type]>> & { readonly type: Type };
}[keyof Schemas & string];

/** What a reaction may command: its own service's commands only. */
export type CommandDraftOf<Schemas extends MessageSchemas> = {
  readonly [Type in keyof Schemas & string]: Omit<CommandDraft, 'type' | 'data'> & {
    readonly type: Type;
    readonly data: z.infer<Schemas[Type]>;
  };
}[keyof Schemas & string];

/** Reactions to any events of the shop; a misspelt event or a command of another service does not compile. */
export type ReactionsOf<Schemas extends MessageSchemas> = {
  readonly [Type in keyof ShopEvents]?: (
    event: PublishedEvent<z.infer<ShopEvents[Type]>>,
  ) => readonly CommandDraftOf<Schemas>[];
};

/** A service whose payloads are typed by its own schemas. */
export type ServiceDefinition<State, Commands extends MessageSchemas, Events extends MessageSchemas> = {
  readonly name: ServiceName;
  readonly description: string;
  readonly aggregate: string;
  readonly commands: Commands;
  readonly events: Events;
  readonly decide: (command: CommandOf<Commands>, state: State | undefined) => readonly EventOf<Events>[];
  readonly evolve: (state: State | undefined, event: PublishedEventOf<Events>) => State | undefined;
  readonly reactions: ReactionsOf<Commands>;
};

/**
 * Turns a typed service into the contract of the hosts, which keep the states of all services without knowing their types. Payloads are not
 * parsed here: they were typed where they were made, or parsed where they came in from outside. The assertions below are the only ones in the services.
 *
 * @throws TypeError when a host hands over a message of a type that the service does not have
 */
export function defineService<State, Commands extends MessageSchemas, Events extends MessageSchemas>(
  definition: ServiceDefinition<State, Commands, Events>,
): Service {
  const { name, commands, events, decide, evolve } = definition;
  return {
    ...definition,
    decide(command, state) {
      if (commands[command.type] === undefined) throw unknownType(name, command.type);
      return decide(command as CommandOf<Commands>, state as State | undefined);
    },
    evolve(state, event) {
      if (events[event.type] === undefined) throw unknownType(name, event.type);
      return evolve(state as State | undefined, event as PublishedEventOf<Events>);
    },
    reactions: definition.reactions as Service['reactions'],
  };
}

/** What `decide` returns when there is nothing to do. */
export const nothing: readonly never[] = [];

function unknownType(service: string, type: string): TypeError {
  return new TypeError(`Cannot handle ${type}: ${service} has no such message, expected one of its own`);
}

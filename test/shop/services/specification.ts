import { expect } from 'vitest';
import type { z } from 'zod';
import type { Command, EventDraft, PublishedEvent, Service } from '../../../src/shop/services/service.ts';

/** The virtual moment at which specifications begin, unless a message says otherwise [ms]. */
export const start = Date.UTC(2026, 0, 5, 12);

/** A message in a specification: type, payload and, where it matters, when. */
export type Stated = {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly time?: number;
};

/** States a command or an event: `a('ProductRestocked', { ... }, { minutes: 3 })` happens three minutes after the start. */
export function a(
  type: string,
  data: Stated['data'],
  after: { readonly minutes?: number; readonly days?: number } = {},
): Stated {
  return { type, data, time: start + (after.minutes ?? 0) * 60_000 + (after.days ?? 0) * 86_400_000 };
}

/**
 * A specification of one service: given what has happened, when it is commanded, then this happens. Every message of it is
 * checked against its schema, so that a specification cannot speak of fields that do not exist.
 */
export function specification<State>(service: Service) {
  return {
    given: (...history: readonly Stated[]) => ({
      when: (command: Stated) => {
        const decided = service.decide(asCommand(service, command), stateAfter(service, history));
        for (const { type, data } of decided) conform(service.events, { type, data });
        return {
          then: (...expected: readonly Stated[]) => {
            for (const event of expected) conform(service.events, event);
            expect(decided).toEqual(expected.map(({ type, data }) => ({ type, data })));
          },
          thenNothing: () => expect(decided).toEqual([]),
        };
      },
      state: () => stateAfter(service, history) as State | undefined,
    }),
    /** What the service commands itself when it reads an event of any service. */
    reactsTo: (event: Stated) => {
      const reaction = service.reactions[event.type];
      if (reaction === undefined) throw new TypeError(`${service.name} does not react to ${event.type}`);
      const drafts = reaction(asPublished(event));
      for (const draft of drafts) conform(service.commands, draft);
      return {
        by: (...expected: readonly { readonly type: string; readonly subject: string; readonly dueMs?: number }[]) => {
          expect(
            drafts.map(({ type, subject, dueMs }) =>
              dueMs === undefined ? { type, subject } : { type, subject, dueMs },
            ),
          ).toEqual(expected);
          return drafts;
        },
      };
    },
  };
}

/** The state after a history, from nothing. */
function stateAfter(service: Service, history: readonly Stated[]): unknown {
  let state: unknown;
  for (const event of history) {
    conform(service.events, event);
    state = service.evolve(state, asPublished(event));
  }
  return state;
}

const strictSchemas = new WeakMap<z.ZodObject, { readonly safeParse: z.ZodObject['safeParse'] }>();

/** Throws unless the payload has exactly the fields of its schema. */
export function conform(schemas: Service['commands'], message: Pick<Stated, 'type' | 'data'>): void {
  const schema = schemas[message.type];
  if (schema === undefined) throw new TypeError(`There is no message ${message.type}`);
  const strict = strictSchemas.get(schema) ?? schema.strict();
  strictSchemas.set(schema, strict);
  const result = strict.safeParse(message.data);
  if (!result.success) throw new TypeError(`${message.type} ${JSON.stringify(message.data)}: ${result.error.message}`);
}

function asCommand(service: Service, { type, data, time = start }: Stated): Command {
  conform(service.commands, { type, data });
  return { type, subject: 'subject', time, data };
}

function asPublished({ type, data, time = start }: Stated): PublishedEvent & EventDraft {
  return { type, subject: 'subject', time, data };
}

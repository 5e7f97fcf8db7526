import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CqshopError } from '../../../src/base/errors.ts';
import { serviceNames } from '../../../src/broker/topics.ts';
import { serviceNamed, services } from '../../../src/shop/services/registry.ts';
import type { Command, PublishedEvent } from '../../../src/shop/services/service.ts';
import { conform, start } from './specification.ts';

/** The field that holds the id of a service's aggregate. A newcomer states its own. */
const keyOf: Readonly<Record<string, string>> = {
  'user-management': 'userId',
  warehouse: 'productId',
  cart: 'cartId',
  order: 'orderId',
  payment: 'orderId',
  shipping: 'orderId',
  notification: 'userId',
};

/** Where a message is about another aggregate than the others of its service. */
const keyOfType: Readonly<Record<string, string>> = {
  AnnounceCampaign: 'campaignId',
  CampaignAnnounced: 'campaignId',
};

type FieldSchema = {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly minLength?: number;
};

/** Payloads that a schema allows, with every word of every enumeration and both booleans in turn. */
function samplesOf(schema: z.ZodObject): readonly Readonly<Record<string, unknown>>[] {
  return samples(z.toJSONSchema(schema) as FieldSchema) as readonly Readonly<Record<string, unknown>>[];
}

function samples(field: FieldSchema): readonly unknown[] {
  if (field.enum !== undefined) return field.enum;
  if (field.type === 'boolean') return [true, false];
  if (field.type === 'integer' || field.type === 'number') return [2];
  if (field.type === 'string') return ['x'.repeat(Math.max(1, field.minLength ?? 1))];
  if (field.items !== undefined) return [samples(field.items)];
  let objects: readonly object[] = [{}];
  for (const [name, inner] of Object.entries(field.properties ?? {})) {
    const values = name.endsWith('Id') ? [`some-${name}`] : samples(inner);
    objects = objects.flatMap(object => values.map(value => ({ ...object, [name]: value })));
  }
  return objects;
}

const allEvents = services.flatMap(({ events }) =>
  Object.entries(events).flatMap(([type, schema]) => samplesOf(schema).map(data => ({ type, data }))),
);

describe('services', () => {
  it('have names of their own, and messages too', () => {
    const types = services.flatMap(({ commands, events }) => [...Object.keys(commands), ...Object.keys(events)]);
    expect(new Set(types).size).toBe(types.length);
    expect(new Set(services.map(({ name }) => name)).size).toBe(services.length);
  });

  it('are those that the names of topics are made of, in this order', () => {
    expect(services.map(({ name }) => name)).toEqual(serviceNames);
  });

  it('are found by name', () => {
    for (const service of services) expect(serviceNamed(service.name)).toBe(service);
    expect(() => serviceNamed('warehous')).toThrow(CqshopError);
    expect(() => serviceNamed('warehous')).toThrow(/did you mean warehouse/);
  });
});

describe.each(services)('$name', service => {
  const keyIn = (type: string) => keyOfType[type] ?? keyOf[service.name] ?? '';
  const commands = Object.entries(service.commands).flatMap(([type, schema]) =>
    samplesOf(schema).map(data => ({ type, subject: String(data[keyIn(type)]), time: start, data }) satisfies Command),
  );
  const events = Object.entries(service.events).flatMap(([type, schema]) =>
    samplesOf(schema).map(
      data => ({ type, subject: String(data[keyIn(type)]), time: start, data }) satisfies PublishedEvent,
    ),
  );

  it('describes itself and every message', () => {
    expect(service.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(service.description).toMatch(/\.$/);
    for (const schema of [...Object.values(service.commands), ...Object.values(service.events)]) {
      expect(schema.description).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('names its aggregate in every command and event, and the reason in every refusal', () => {
    for (const [type, schema] of [...Object.entries(service.commands), ...Object.entries(service.events)]) {
      expect([type, Object.keys(schema.shape)]).toEqual([type, expect.arrayContaining([keyIn(type)])]);
    }
    for (const [type, schema] of Object.entries(service.events)) {
      if (/Rejected$|Declined$/.test(type))
        expect([type, Object.keys(schema.shape)]).toEqual([type, expect.arrayContaining(['reason'])]);
    }
  });

  it('decides every command on an unknown aggregate in events of its own, as their schemas say, and again the same', () => {
    for (const command of commands) {
      const decided = service.decide(command, undefined);
      for (const event of decided) conform(service.events, event);
      expect(service.decide(command, undefined)).toEqual(decided);
    }
  });

  it('decides every command after any two events of its own, in events of its own', () => {
    for (const first of events) {
      for (const second of events) {
        for (const command of commands) {
          const state = service.evolve(service.evolve(undefined, first), second);
          for (const event of service.decide(command, state)) conform(service.events, event);
        }
      }
    }
  });

  it('refuses a message that is not its own as a mistake of the host', () => {
    const foreign = { type: 'PaintWall', subject: 'x', time: start, data: {} };
    expect(() => service.decide(foreign, undefined)).toThrow(TypeError);
    expect(() => service.evolve(undefined, foreign)).toThrow(TypeError);
  });

  it('reacts only to events of the shop', () => {
    const types = new Set(allEvents.map(({ type }) => type));
    for (const type of Object.keys(service.reactions)) expect(types).toContain(type);
  });

  it('reacts in commands of its own, about its own aggregate, as their schemas say', () => {
    for (const [type, reaction] of Object.entries(service.reactions)) {
      for (const { data } of allEvents.filter(event => event.type === type)) {
        for (const draft of reaction({ type, subject: 'whatever', time: start, data })) {
          conform(service.commands, draft);
          expect([type, draft.subject]).toEqual([type, draft.data[keyIn(draft.type)]]);
        }
      }
    }
  });

  it('sets timers only on events of its own, so that they can be rebuilt from those', () => {
    for (const [type, reaction] of Object.entries(service.reactions)) {
      if (service.events[type] !== undefined) continue;
      for (const { data } of allEvents.filter(event => event.type === type)) {
        for (const draft of reaction({ type, subject: 'x', time: start, data }))
          expect([type, draft.dueMs]).toEqual([type, undefined]);
      }
    }
  });
});

// What the schemas of the services give as JSON Schema and as AsyncAPI.
import { z } from 'zod';
import { commandLogTopic, commandTopic, eventTopic } from '../dist/broker/topics.js';

/** The JSON Schema of each message's payload, by message type. The `$id` is a URN, since the files travel with the package. */
export function messageJsonSchemas(services) {
  return new Map(
    services
      .flatMap(({ commands, events }) => Object.entries({ ...commands, ...events }))
      .map(([type, schema]) => [type, messageJsonSchema(type, schema)]),
  );
}

function messageJsonSchema(type, schema) {
  const { $schema, ...rest } = z.toJSONSchema(schema);
  return { $schema, $id: `urn:cqshop:message:${type}`, title: type, ...rest };
}

/** The AsyncAPI 3 document of all topics and messages, as the services see them. It needs no other file. */
export function asyncApiDocument(services, version) {
  const schemas = [...messageJsonSchemas(services)];
  const messages = services.flatMap(({ commands, events }) => [
    ...Object.keys(commands).map(type => [type, 'command', commands[type].description]),
    ...Object.keys(events).map(type => [type, 'event', events[type].description]),
  ]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'cqshop',
      version,
      description: 'The messages of a simulated web shop: commands to one service, and domain events for all services.',
      license: { name: 'MIT' },
      tags: services.map(({ name, description }) => ({ name, description })),
    },
    defaultContentType: 'application/json',
    channels: channelsOf(services),
    operations: Object.fromEntries(services.flatMap(service => operationsOf(service, services))),
    components: {
      messages: Object.fromEntries(messages.map(([type, kind, summary]) => [type, messageOf(type, kind, summary)])),
      schemas: {
        headers: headersSchema,
        ...Object.fromEntries(schemas.map(([type, { $id, $schema, ...schema }]) => [type, schema])),
      },
    },
  };
}

function channelsOf(services) {
  const channel = (address, description, types) => [
    address,
    {
      address,
      description,
      messages: Object.fromEntries(types.map(type => [type, { $ref: `#/components/messages/${type}` }])),
    },
  ];
  return Object.fromEntries([
    channel(
      commandLogTopic,
      'Every command that a service took.',
      services.flatMap(({ commands }) => Object.keys(commands)),
    ),
    ...services.flatMap(({ name, commands, events }) => [
      channel(commandTopic(name), `The inbox of ${name}, which only this service reads.`, Object.keys(commands)),
      channel(eventTopic(name), `What ${name} publishes. Every service may read it.`, Object.keys(events)),
    ]),
  ]);
}

/** What a service reads and writes. */
function operationsOf(service, services) {
  const { name, commands, events, reactions } = service;
  const operation = (action, id, topic, types) => [
    `${name}.${id}`,
    {
      action,
      channel: { $ref: `#/channels/${topic}` },
      tags: [{ name }],
      messages: types.map(type => ({ $ref: `#/channels/${topic}/messages/${type}` })),
    },
  ];
  const reads = services.flatMap(from => {
    const types = Object.keys(from.events).filter(type => reactions[type] !== undefined);
    return types.length === 0 ? [] : [operation('receive', `reactTo.${from.name}`, eventTopic(from.name), types)];
  });
  return [
    operation('receive', 'takeCommands', commandTopic(name), Object.keys(commands)),
    operation('send', 'logCommands', commandLogTopic, Object.keys(commands)),
    operation('send', 'publishEvents', eventTopic(name), Object.keys(events)),
    ...reads,
  ];
}

function messageOf(type, kind, summary = '') {
  return {
    name: type,
    title: type,
    summary,
    tags: [{ name: kind }],
    headers: { $ref: '#/components/schemas/headers' },
    payload: { $ref: `#/components/schemas/${type}` },
    bindings: { kafka: { key: { type: 'string', description: 'id of the aggregate' }, bindingVersion: '0.5.0' } },
  };
}

const text = { type: 'string' };

/** The Kafka binding of CloudEvents 1.0 in binary mode, as `src/broker/kafka/kafka-records.ts` writes it. */
const headersSchema = {
  type: 'object',
  description: 'Attributes of CloudEvents 1.0.',
  properties: {
    'content-type': text,
    ce_specversion: { const: '1.0' },
    ce_id: { ...text, description: 'unique among all messages of a run' },
    ce_source: { ...text, description: 'the service, customer or staff that sent it' },
    ce_type: text,
    ce_subject: { ...text, description: 'id of the aggregate' },
    ce_time: { ...text, format: 'date-time', description: 'virtual time' },
    ce_kind: { enum: ['command', 'event'] },
    ce_correlationid: { ...text, description: 'shared by all messages of a visit' },
    ce_causationid: { ...text, description: 'id of the message that caused it; missing for a first one' },
  },
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'ce_kind'],
};

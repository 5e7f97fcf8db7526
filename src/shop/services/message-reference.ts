import { z } from 'zod';
import type { MessageSchema, Service } from './service.ts';

/** How one field looks in the reference. */
type FieldRow = { readonly name: string; readonly type: string; readonly description: string };

/** The part of a JSON Schema that payloads use. */
type FieldSchema = {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly description?: string;
};

/** The page that lists every message of the given services: what it means, its fields, and who reacts to it [Markdown]. */
export function renderMessageReference(services: readonly Service[]): string {
  const sections = services.map(service => renderService(service, services));
  return `# Messages

Generated from the schemas in \`src/shop/services\` by \`npm run docs:messages\`; change those, not this page.

A command goes to the inbox \`<service>-commands\` of one service, an event to \`<service>-events\`, which all services may read.
A reaction to an event is a command that a service gives to itself. Money is in currency units, times are virtual milliseconds
since the epoch, and a field has the same meaning wherever it occurs.

${sections.join('\n')}`;
}

function renderService(service: Service, services: readonly Service[]): string {
  const row = (type: string, schema: MessageSchema) =>
    `| \`${type}\` | ${schema.description ?? ''} | ${fields(schema)} |`;
  const commands = Object.entries(service.commands).map(([type, schema]) => row(type, schema));
  const events = Object.entries(service.events).map(
    ([type, schema]) => `${row(type, schema)} ${readers(type, services)} |`,
  );
  return `## ${service.name}

${service.description} One ${service.aggregate} is one aggregate.

| command | meaning | fields |
|---|---|---|
${commands.join('\n')}

| event | meaning | fields | who reacts |
|---|---|---|---|
${events.join('\n')}
`;
}

function readers(type: string, services: readonly Service[]): string {
  return services
    .filter(({ reactions }) => reactions[type] !== undefined)
    .map(({ name }) => name)
    .join(', ');
}

function fields(schema: MessageSchema): string {
  return rowsOf(z.toJSONSchema(schema) as FieldSchema)
    .map(({ name, type, description }) => `\`${name}\` ${type}${description === '' ? '' : `: ${description}`}`)
    .join('<br>');
}

function rowsOf(schema: FieldSchema): readonly FieldRow[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name: required.has(name) ? name : `${name}?`,
    type: typeName(field),
    description: field.description ?? '',
  }));
}

function typeName(field: FieldSchema): string {
  if (field.enum !== undefined) return field.enum.map(word => `'${word}'`).join(' or ');
  if (field.items !== undefined) return `list of ${typeName(field.items)}`;
  if (field.properties !== undefined) {
    return `{${rowsOf(field)
      .map(({ name }) => name)
      .join(', ')}}`;
  }
  return field.type ?? 'anything';
}

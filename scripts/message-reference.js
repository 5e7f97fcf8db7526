import { z } from 'zod';

/** The page that lists every message of the given services: what it means, its fields, and who reacts to it [Markdown]. */
export function renderMessageReference(services) {
  const sections = services.map(service => renderService(service, services));
  return `# Messages

Generated from the schemas in \`src/shop/services\` by \`npm run docs:messages\`; change those, not this page.

A command goes to the inbox \`<service>-commands\` of one service, an event to \`<service>-events\`, which all services may read.
A reaction to an event is a command that a service gives to itself. Money is in currency units, times are virtual milliseconds
since the epoch, and a field has the same meaning wherever it occurs.

${sections.join('\n')}`;
}

function renderService(service, services) {
  const row = (type, schema) => `| \`${type}\` | ${schema.description ?? ''} | ${fields(schema)} |`;
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

function readers(type, services) {
  return services
    .filter(({ reactions }) => reactions[type] !== undefined)
    .map(({ name }) => name)
    .join(', ');
}

function fields(schema) {
  return rowsOf(z.toJSONSchema(schema))
    .map(({ name, type, description }) => `\`${name}\` ${type}${description === '' ? '' : `: ${description}`}`)
    .join('<br>');
}

/** The fields of a JSON Schema as the reference shows them. */
function rowsOf(schema) {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name: required.has(name) ? name : `${name}?`,
    type: typeName(field),
    description: field.description ?? '',
  }));
}

function typeName(field) {
  if (field.enum !== undefined) return field.enum.map(word => `'${word}'`).join(' or ');
  if (field.items !== undefined) return `list of ${typeName(field.items)}`;
  if (field.properties !== undefined) {
    return `{${rowsOf(field)
      .map(({ name }) => name)
      .join(', ')}}`;
  }
  return field.type ?? 'anything';
}

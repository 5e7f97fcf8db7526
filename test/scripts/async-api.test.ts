import { readdirSync, readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { expect, test } from 'vitest';
import { asyncApiDocument, messageJsonSchemas } from '../../scripts/async-api.js';
import { toolVersion } from '../../src/base/tool-version.ts';
import { services } from '../../src/shop/services/registry.ts';

const written = readFileSync('schemas/asyncapi.json', 'utf8');

test('schemas/asyncapi.json is the document of the services; if not, run `npm run docs:messages`', () => {
  expect(JSON.parse(written)).toEqual(asyncApiDocument(services, toolVersion));
});

test('schemas/messages holds the schema of every message; if not, run `npm run docs:messages`', () => {
  const files = readdirSync('schemas/messages').map(file => [
    file.replace('.schema.json', ''),
    JSON.parse(readFileSync(`schemas/messages/${file}`, 'utf8')),
  ]);
  expect(Object.fromEntries(files)).toEqual(Object.fromEntries(messageJsonSchemas(services)));
});

test('the official parser reads schemas/asyncapi.json without an error or a warning', async () => {
  const { document, diagnostics } = await new Parser().parse(written);
  expect(diagnostics.filter(({ severity }) => severity < 2)).toEqual([]);
  const types = services.flatMap(({ commands, events }) => [...Object.keys(commands), ...Object.keys(events)]);
  expect(
    document
      ?.messages()
      .all()
      .map(message => message.name()),
  ).toEqual(expect.arrayContaining(types));
  expect(document?.operations().filterBySend()).toHaveLength(2 * services.length);
});

// Writes docs/messages.md, schemas/asyncapi.json and schemas/messages/ from the schemas of the services as built.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { toolVersion } from '../dist/base/tool-version.js';
import { services } from '../dist/shop/services/registry.js';
import { asyncApiDocument, messageJsonSchemas } from './async-api.js';
import { renderMessageReference } from './message-reference.js';

const root = new URL('../', import.meta.url);
const directory = new URL('schemas/messages/', root);
const json = value => `${JSON.stringify(value, null, 2)}\n`;

await writeFile(new URL('docs/messages.md', root), renderMessageReference(services));
await writeFile(new URL('schemas/asyncapi.json', root), json(asyncApiDocument(services, toolVersion)));
await rm(directory, { recursive: true, force: true });
await mkdir(directory);
for (const [type, schema] of messageJsonSchemas(services))
  await writeFile(new URL(`${type}.schema.json`, directory), json(schema));

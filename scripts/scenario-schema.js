// Writes schemas/scenario.schema.json from the schema that reads scenarios. Run `npm run schema`, which builds first.
import { mkdir, writeFile } from 'node:fs/promises';
import { scenarioJsonSchema } from '../dist/shop/scenarios/json-schema.js';

const directory = new URL('../schemas/', import.meta.url);
await mkdir(directory, { recursive: true });
await writeFile(new URL('scenario.schema.json', directory), `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);

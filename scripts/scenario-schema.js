// Writes schemas/scenario.schema.json from the schema that reads scenarios. Run `npm run schema`, which builds first.
import { mkdir, writeFile } from 'node:fs/promises';
import { scenarioJsonSchema } from '../dist/shop/scenarios/json-schema.js';
import { vocabulary } from '../dist/shop/simulation/vocabulary.js';

const directory = new URL('../schemas/', import.meta.url);
await mkdir(directory, { recursive: true });
await writeFile(
  new URL('scenario.schema.json', directory),
  `${JSON.stringify(scenarioJsonSchema(vocabulary), null, 2)}\n`,
);

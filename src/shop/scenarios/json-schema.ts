import { z } from 'zod';
import { scenarioSchema } from './scenario.ts';
import { vocabulary } from './vocabulary.ts';

/**
 * The JSON Schema of a scenario file, for editors; `schemas/scenario.schema.json` holds it. Defaults make keys optional. It does not say
 * which variant belongs to which anomaly: reading the scenario checks that.
 */
export function scenarioJsonSchema(): z.core.JSONSchema.BaseSchema {
  const { anomalies, nearMisses } = vocabulary;
  const words: Readonly<Record<string, readonly string[]>> = {
    anomaly: [...anomalies.keys()],
    variant: [...anomalies.values()].flatMap(({ variants }) => Object.keys(variants)),
    kind: [...nearMisses.keys()],
  };
  const schema = z.toJSONSchema(scenarioSchema, {
    io: 'input',
    override: ({ jsonSchema, path }) => {
      const valid = path.at(-2) === 'properties' ? words[String(path.at(-1))] : undefined;
      if (valid !== undefined) jsonSchema.enum = [...valid];
    },
  });
  return {
    $id: 'urn:cqshop:scenario:1',
    ...schema,
    title: 'cqshop scenario',
    description: 'A virtual web shop, who visits it, and what goes wrong in it',
  };
}

import { z } from 'zod';
import { scenarioSchema } from './scenario.ts';

/** The JSON Schema of a scenario file, for editors; `schemas/scenario.schema.json` holds it. Defaults make keys optional. */
export function scenarioJsonSchema(): z.core.JSONSchema.BaseSchema {
  return {
    ...z.toJSONSchema(scenarioSchema, { io: 'input' }),
    title: 'cqshop scenario',
    description: 'A virtual web shop, who visits it, and what goes wrong in it',
  };
}

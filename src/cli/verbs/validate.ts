import { defineVerb } from '../verb.ts';

const options = {} as const;

export type ValidateFlags = typeof options;

export const verb = defineVerb({
  name: 'validate',
  summary: 'check scenario files',
  description:
    'Checks scenarios, by name or by file, and prints every mistake in them. Without arguments: all that have a name. Exits 2 if one has a mistake.',
  arguments: [{ name: '[scenario...]', description: 'names or files' }],
  options,
  examples: ['cqshop validate', 'cqshop validate stock-exhaustion my-shop.yaml'],
  load: async () => (await import('./validate-run.ts')).validateRun,
});

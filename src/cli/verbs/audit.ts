import { defineVerb } from '../verb.ts';

const options = {} as const;

export type AuditFlags = typeof options;

export const verb = defineVerb({
  name: 'audit',
  summary: 'say whether a dataset is any good',
  description:
    'Asks of a dataset what is wrong with much public data: do its hashes hold, would one line of code solve it, are labels rare, apart and anywhere in the run, did each cause something, can it be seen at all, and do ids, times or words give it away? Several datasets are judged together, which tells more of the questions that need many labels. Exits 1 when something failed; what too few labels cannot tell does not fail (docs/audit.md).',
  arguments: [{ name: '<dataset...>', description: 'directories that `cqshop collect` finished' }],
  options,
  examples: ['cqshop audit datasets/sample', 'cqshop audit datasets/hoarders datasets/sample --json'],
  load: async () => (await import('./audit-run.ts')).auditRun,
});

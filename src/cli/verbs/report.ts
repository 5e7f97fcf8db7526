import { defineVerb } from '../verb.ts';

const options = {} as const;

export type ReportFlags = typeof options;

export const verb = defineVerb({
  name: 'report',
  summary: 'write the HTML report of a run anew',
  description:
    'Writes report.html from the report-data.json that `cqshop run` left in a results directory. The page needs no network.',
  arguments: [{ name: '<dir>', description: 'the results directory' }],
  options,
  examples: ['cqshop report results/all-seed-1-2-3-4'],
  load: async () => (await import('./report-run.ts')).reportRun,
});

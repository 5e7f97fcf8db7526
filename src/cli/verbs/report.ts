import { readReportData, writeReportHtml } from '../../lab/report/report-files.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop report`. */
export const verb = defineVerb({
  description:
    'Writes report.html from the report-data.json that `cqshop run` left in a results directory. The page needs no network.',
  arguments: [{ name: '<dir>', description: 'the results directory' }],
  examples: ['cqshop report results/all-seed-1-2-3-4'],
  async run({ arguments: [dir = ''] }, io) {
    const path = writeReportHtml(dir, readReportData(dir));
    io.result({ report: path }, () => path);
    return 0;
  },
});

import { readReportData, writeReportHtml } from '../../lab/report/report-files.ts';
import type { ValuesOf } from '../options.ts';
import type { RunVerb } from '../verb.ts';
import type { ReportFlags } from './report.ts';

/** `cqshop report`. */
export const reportRun: RunVerb<ValuesOf<ReportFlags>> = async ({ arguments: [dir = ''] }, io) => {
  const path = writeReportHtml(dir, readReportData(dir));
  io.result({ report: path }, () => path);
  return 0;
};

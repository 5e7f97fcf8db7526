import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannot, writing } from '../../base/errors.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { writeWhole } from '../../base/whole-file.ts';
import { type ReportData, reportDataSchema } from './report-data.ts';
import { reportHtml } from './report-html.ts';

/** The file in a results directory that a report is made from. */
const reportDataFile = 'report-data.json';

/** Writes `report-data.json`. @throws WRITE_FAILED */
export function writeReportData(dir: string, data: ReportData): void {
  const path = join(dir, reportDataFile);
  writing(path, () => writeWhole(path, `${JSON.stringify(data)}\n`));
}

/** Writes `report.html`; returns its path. @throws WRITE_FAILED */
export function writeReportHtml(dir: string, data: ReportData): string {
  const path = join(dir, 'report.html');
  writing(path, () => writeWhole(path, reportHtml(data, chartLibrary())));
  return path;
}

/** @throws RESULTS_NOT_FOUND when the directory holds no report data, RESULTS_INVALID when they are not what `cqshop run` writes */
export function readReportData(dir: string): ReportData {
  return readJsonFile(join(dir, reportDataFile), reportDataSchema, {
    code: 'RESULTS_INVALID',
    what: 'report data',
    expected: 'what `cqshop run` writes',
    unreadable: (_, cause) =>
      cannot('RESULTS_NOT_FOUND', `report on ${dir}`)(
        `${reportDataFile} cannot be read`,
        'a directory that `cqshop run` wrote',
        cause,
      ),
  });
}

/** The parts of ECharts that the charts use; `npm run build` writes them. */
function chartLibrary(): string {
  return readFileSync(new URL('../../../dist/vendor/echarts.js', import.meta.url), 'utf8');
}

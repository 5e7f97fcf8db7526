import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CqshopError } from '../../base/errors.ts';
import { checked } from '../../base/schema-issues.ts';
import { writeFailure } from '../../base/write-failure.ts';
import { type ReportData, reportDataFormat, reportDataSchema } from './report-data.ts';
import { reportHtml } from './report-html.ts';

/** The file in a results directory that a report is made from. */
export const reportDataFile = 'report-data.json';

/** Writes `report-data.json`. @throws WRITE_FAILED */
export function writeReportData(dir: string, data: ReportData): void {
  writeWhole(join(dir, reportDataFile), `${JSON.stringify(data)}\n`);
}

/** Writes `report.html`; returns its path. @throws WRITE_FAILED */
export function writeReportHtml(dir: string, data: ReportData): string {
  const path = join(dir, 'report.html');
  writeWhole(path, reportHtml(data, chartLibrary()));
  return path;
}

/** @throws RESULTS_NOT_FOUND when the directory holds no report data, RESULTS_INVALID when they are not what `cqshop run` writes */
export function readReportData(dir: string): ReportData {
  const path = join(dir, reportDataFile);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CqshopError(
      'RESULTS_NOT_FOUND',
      `Cannot report on ${dir}: ${reportDataFile} cannot be read, expected a directory that \`cqshop run\` wrote`,
      { cause },
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, 'it is no JSON', undefined, cause);
  }
  const data = checked(reportDataSchema, json);
  if (data.status === 'valid') return data.value;
  throw data.path[0] === 'format'
    ? invalid(path, `its format is not ${reportDataFormat}`)
    : invalid(path, data.found, data.expected);
}

/** The build of ECharts for pages. */
function chartLibrary(): string {
  return readFileSync(createRequire(import.meta.url).resolve('echarts/dist/echarts.common.min.js'), 'utf8');
}

function invalid(path: string, what: string, expected = 'what `cqshop run` writes', cause?: unknown): CqshopError {
  return new CqshopError('RESULTS_INVALID', `Cannot read ${path}: ${what}, expected ${expected}`, { cause });
}

/** The file gets its name when all of it is there. */
function writeWhole(path: string, text: string): void {
  try {
    writeFileSync(`${path}.partial`, text);
    renameSync(`${path}.partial`, path);
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

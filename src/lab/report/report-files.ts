import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { z } from 'zod';
import { cannot } from '../../base/errors.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { shippedPath } from '../../base/shipped-path.ts';
import { assertMayOpen } from '../../base/stat-if-there.ts';
import { writeOut } from '../../base/whole-file.ts';
import { type Results, resultsSchema } from '../evaluation/results-file.ts';
import { comparisonHtml } from './page/comparison-html.ts';
import { auditPart, auditSchema, benchmarkPart, benchmarkSchema } from './page/document-parts.ts';
import { evaluationHtml } from './page/evaluation-html.ts';
import { type PagePart, pageHtml } from './page/page-html.ts';
import { reportHtml } from './page/report-html.ts';
import { seriesHtml } from './page/series-html.ts';
import { type ReportData, reportDataSchema, type SeriesReport, seriesReportSchema } from './report-data.ts';

/** The file in a results directory that the report of a run is made from. */
const reportDataFile = 'report-data.json';
const seriesReportFile = 'series-report.json';
const resultsFile = 'results.json';

/** Writes `report-data.json` and `report.html` of a run; returns the path of the page. @throws WRITE_FAILED */
export function writeRunReport(dir: string, data: ReportData): string {
  writeOut(join(dir, reportDataFile), `${JSON.stringify(data)}\n`);
  return writePageOfRun(dir, data);
}

/** Writes `report.html` of an evaluation; returns its path. @throws WRITE_FAILED */
export function writeEvaluationHtml(dir: string, results: Results, more: readonly PagePart[] = []): string {
  return writePage(dir, evaluationHtml(nameOf(dir), results, more));
}

/** Writes `series-report.json` and `report.html` of what was found in series; returns the path of the page. @throws WRITE_FAILED */
export function writeSeriesReport(dir: string, data: SeriesReport): string {
  writeOut(join(dir, seriesReportFile), `${JSON.stringify(data)}\n`);
  return writePageOfSeries(dir, data);
}

/**
 * Writes `report.html` from what is in a results directory: a run, an evaluation, a search of series, an audit, a benchmark.
 *
 * @throws RESULTS_NOT_FOUND when there is none of them, RESULTS_INVALID when one is not what cqshop writes, WRITE_FAILED
 */
export function writeReport(dir: string): string {
  // What --json of other verbs prints is shown if it is kept under these names.
  const [audit, benchmark] = [join(dir, 'audit.json'), join(dir, 'benchmark.json')];
  const more = [
    ...(existsSync(audit) ? [auditPart(readOwn(audit, auditSchema, 'audit --json'))] : []),
    ...(existsSync(benchmark) ? [benchmarkPart(readOwn(benchmark, benchmarkSchema, 'benchmark nab --json'))] : []),
  ];
  const [ofRun, ofSeries] = [join(dir, reportDataFile), join(dir, seriesReportFile)];
  if (existsSync(ofRun)) return writePageOfRun(dir, readOwn(ofRun, reportDataSchema, 'run'), more);
  if (existsSync(join(dir, resultsFile))) return writeEvaluationHtml(dir, readResults(dir), more);
  if (existsSync(ofSeries)) return writePageOfSeries(dir, readOwn(ofSeries, seriesReportSchema, 'detect series'), more);
  if (more.length === 0) {
    throw cannot('RESULTS_NOT_FOUND', `report on ${dir}`)(
      whyNotIn(dir) ?? `it has no ${reportDataFile}, ${resultsFile} or ${seriesReportFile}`,
      'a directory that `cqshop run`, `cqshop evaluate --out` or `cqshop detect series` wrote',
    );
  }
  const heading = `Results: ${more.map(({ title }) => title).join(' and ')}`;
  const page = pageHtml({ title: nameOf(dir), heading, about: nameOf(dir), parts: more, footer: '' });
  return writePage(dir, page);
}

/** Writes a page that compares two results; returns its path. @throws RESULTS_NOT_FOUND, RESULTS_INVALID, WRITE_FAILED */
export function writeComparison(dirs: readonly [string, string], path: string): string {
  const [first, second] = dirs.map(dir => ({ name: nameOf(dir), results: readResults(dir) }));
  if (first === undefined || second === undefined) throw new TypeError('a comparison is of two results');
  writeOut(path, comparisonHtml(first, second));
  return path;
}

/** What a verb wrote, or printed into a file. @throws RESULTS_INVALID when it is something else */
function readOwn<Schema extends z.ZodType>(path: string, schema: Schema, verb: string): z.infer<Schema> {
  const expected = `what \`cqshop ${verb}\` writes`;
  return readJsonFile(path, schema, { code: 'RESULTS_INVALID', what: 'results', expected });
}

function writePageOfRun(dir: string, data: ReportData, more: readonly PagePart[] = []): string {
  return writePage(dir, reportHtml(data, chartLibrary(), more));
}

function writePageOfSeries(dir: string, data: SeriesReport, more: readonly PagePart[] = []): string {
  return writePage(dir, seriesHtml(nameOf(dir), data, chartLibrary(), more));
}

function writePage(dir: string, page: string): string {
  const path = join(dir, 'report.html');
  writeOut(path, page);
  return path;
}

/** The folder as its parent names it. */
function nameOf(dir: string): string {
  return basename(resolve(dir));
}

/** @throws RESULTS_NOT_FOUND when the directory holds no results, RESULTS_INVALID when they are not what cqshop writes */
function readResults(dir: string): Results {
  const verbs = '`cqshop run` or `cqshop evaluate --out`';
  return readJsonFile(join(dir, resultsFile), resultsSchema, {
    ...{ code: 'RESULTS_INVALID', what: 'results', expected: `what ${verbs} writes` },
    unreadable: (found, cause) =>
      cannot('RESULTS_NOT_FOUND', `report on ${dir}`)(
        whyNotIn(dir) ??
          (existsSync(join(dir, seriesReportFile))
            ? 'results of series cannot be compared'
            : `${resultsFile}: ${found}`),
        `a directory that ${verbs} wrote`,
        cause,
      ),
  });
}

/** Why a path is no directory; undefined where it is one. */
function whyNotIn(dir: string): string | undefined {
  if (!existsSync(dir)) return 'there is no such directory';
  if (!statSync(dir).isDirectory()) return 'it is a file';
  assertMayOpen(dir);
  return undefined;
}

/** The parts of ECharts that the charts use; `npm run build` writes them. */
function chartLibrary(): string {
  return readFileSync(shippedPath('dist', 'vendor', 'echarts.js'), 'utf8');
}

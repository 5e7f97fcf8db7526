import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { median } from 'simple-statistics';
import { CqshopError, cannot, readFailure } from '../../base/errors.ts';
import { momentOf } from '../../base/moment.ts';
import { assertMayOpen, statIfThere } from '../../base/stat-if-there.ts';
import { dayMs, rfc3339 } from '../../base/time.ts';
import { inThousands, pluralize } from '../../base/words.ts';
import { inputFiles, isNabFile, nabColumns, windowsNear } from '../../data/import/nab-files.ts';
import { wholeText } from '../../data/import/text-blocks.ts';
import type { Interval } from '../../data/series/interval.ts';
import { readNabWindows } from '../../data/series/intervals.ts';
import { drawOf } from '../detectors/draws.ts';
import { RecordScorer } from '../detectors/records/record-scorer.ts';
import { bestNabScore, type NabProfile, nabProfiles } from '../evaluation/series-metrics/nab-score.ts';
import type { Segment } from '../evaluation/series-metrics/segments.ts';

/** One data file of the NAB. */
export type NabSeries = {
  /** `realKnownCause/nyc_taxi.csv`. */
  readonly name: string;
  readonly times: readonly string[];
  readonly values: readonly number[];
  /** The rows of each labelled window. */
  readonly windows: readonly Segment[];
  /** False where the labels do not name the file. */
  readonly isLabelled: boolean;
  /** Rows that are earlier than the row before them. */
  readonly backwards: number;
};

/** Scores of a detector, by file. */
type Scores = (series: NabSeries) => readonly number[] | undefined;

/** How a detector does: the NAB's score in each profile, at the best threshold common to all files. */
export type NabRow = {
  readonly detector: string;
  readonly role: 'learner' | 'baseline' | 'control' | 'published';
  readonly profiles: Readonly<Record<NabProfile, number>>;
  readonly thresholds: Readonly<Record<NabProfile, number>>;
};

/** Rows that the distance of rows is taken from; the first scores come later. */
const firstRows = 100;
/** A time of day is judged if a day has at least so many rows. */
const fewestRowsPerDay = 8;

/** The id of our detector. */
export const recordDetector = 'records';

/** @param dir a folder of the NAB: with `data` and `labels`, or part of it @throws IMPORT_INVALID, LABELS_INVALID */
export function readNab(dir: string): readonly NabSeries[] {
  if (statIfThere(dir)?.isDirectory() !== true) {
    const problem = existsSync(dir) ? 'it is a file' : 'there is no such folder';
    throw cannot('IMPORT_INVALID', `read ${dir}`)(problem, 'a folder of the NAB, or one in it');
  }
  const labels = windowsNear(dir);
  if (labels === undefined) {
    assertMayOpen(dir);
    throw cannot('IMPORT_INVALID', `read ${dir}`)(
      'there is no combined_windows.json',
      "the NAB's windows in it or in labels/",
    );
  }
  // The NAB's times have no zone; they are only compared with each other.
  const windows = readNabWindows(labels);
  const files = inputFiles([dir]).filter(({ channel }) => channel !== undefined && !channel.startsWith('results/'));
  const series = files.flatMap(({ path, channel = '' }) => {
    const [, intervals] = [...windows].find(([file]) => isNabFile(path, file)) ?? [];
    const [header = [], ...rows] = csvRows(path);
    const isSeries = header.join() === nabColumns.join();
    if (!isSeries && intervals === undefined) return [];
    if (!isSeries || rows.length === 0) {
      const found = isSeries ? 'it has no rows' : `its columns are "${header.join()}"`;
      throw cannotRead(path)(found, `rows with the columns ${nabColumns.join()}`);
    }
    return [seriesOf(`${channel}.csv`, rows, { path, intervals })];
  });
  if (series.every(one => one.windows.length === 0))
    throw cannotRead(dir)(`none of its files has a window in ${labels}`, 'at least one window');
  return series;
}

function seriesOf(
  name: string,
  rows: readonly (readonly string[])[],
  { path, intervals }: { readonly path: string; readonly intervals: readonly Interval[] | undefined },
): NabSeries {
  const moments = rows.map(([time = '', value = ''], row) => {
    const moment = momentOf(time, 'UTC');
    const fails = cannotRead(`${path}, line ${row + 2}`);
    if (moment === undefined) throw fails(`"${time}" is not a time`, 'one such as 2014-04-01 00:00:00');
    if (value.trim() === '' || !Number.isFinite(Number(value))) throw fails(`"${value}" is not a number`, 'a value');
    return moment;
  });
  const windows = (intervals ?? []).map(({ startMs, endMs }) => {
    const first = moments.findIndex(moment => moment >= startMs);
    const last = moments.findLastIndex(moment => moment <= endMs);
    if (first >= 0 && first <= last) return { first, last };
    throw cannotRead(path)(
      `no row is in its window from ${rfc3339(startMs)} to ${rfc3339(endMs)}`,
      'windows with rows',
    );
  });
  const times = rows.map(([time = '']) => time);
  return {
    ...{ name, times, values: rows.map(([, value]) => Number(value)), windows, isLabelled: intervals !== undefined },
    backwards: moments.filter((moment, row) => moment < (moments[row - 1] ?? moment)).length,
  };
}

function csvRows(path: string): string[][] {
  try {
    return parse(wholeText(path));
  } catch (cause) {
    throw cannotRead(path)(readFailure(cause), 'a CSV file', cause);
  }
}

function cannotRead(place: string) {
  return cannot('IMPORT_INVALID', `read ${place}`);
}

/** Scores of our detector: online, from the past only. */
export function recordScores({ times, values }: Pick<NabSeries, 'times' | 'values'>): readonly number[] {
  const scorer = new RecordScorer(rowsPerDay(times));
  return values.map(value => scorer.push(value));
}

/** By the usual distance of the first rows; undefined if a day has too few. */
function rowsPerDay(times: readonly string[]): number | undefined {
  const moments = times.slice(0, firstRows).map(time => momentOf(time, 'UTC') ?? 0);
  const steps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
  const rows = steps.length === 0 ? 0 : Math.round(dayMs / median(steps));
  return rows >= fewestRowsPerDay && rows < Number.POSITIVE_INFINITY ? rows : undefined;
}

/**
 * Our detector, baselines and controls, and the published detectors whose results are in `dir`/results, on the same files.
 *
 * @param onFile is awaited after each file of each detector, for progress and Ctrl-C
 * @param onFault receives why a published detector has no row
 */
export async function nabRows(
  series: readonly NabSeries[],
  dir: string,
  onFile: (done: number, total: number) => Promise<void> = async () => undefined,
  onFault: (message: string) => void = () => undefined,
): Promise<readonly NabRow[]> {
  const detectors: readonly (readonly [id: string, role: NabRow['role'], scoresOf: Scores])[] = [
    [recordDetector, 'learner', recordScores],
    ['record-jump', 'baseline', ({ values }) => recordJump(values)],
    ['random', 'control', ({ name, values }) => values.map((_, row) => drawOf(row, `nab/${name}`))],
    ['null', 'control', ({ values }) => values.map(() => 0)],
    ...publishedDetectors(dir).map(
      detector => [detector, 'published', (one: NabSeries) => publishedScores(dir, detector, one)] as const,
    ),
  ];
  const rows: NabRow[] = [];
  for (const [place, [id, role, scoresOf]] of detectors.entries()) {
    const files: ScoredFile[] = [];
    const faults: string[] = [];
    for (const [index, one] of series.entries()) {
      try {
        const scores = scoresOf(one);
        if (scores !== undefined) files.push({ scores, windows: one.windows });
      } catch (error) {
        // Results of others are read here, and a damaged file of theirs loses no other row.
        if (!(error instanceof CqshopError)) throw error;
        faults.push(error.message);
      }
      await onFile(place * series.length + index + 1, detectors.length * series.length);
    }
    const [fault] = faults;
    if (fault === undefined) rows.push(rowOf(id, role, files));
    else onFault(`${id} has no row. ${fault}`);
  }
  return rows;
}

type ScoredFile = { readonly scores: readonly number[]; readonly windows: readonly Segment[] };

function rowOf(detector: string, role: NabRow['role'], files: readonly ScoredFile[]): NabRow {
  const byProfile = <Value>(of: (profile: NabProfile) => Value) => ({
    standard: of('standard'),
    reward_low_FP_rate: of('reward_low_FP_rate'),
    reward_low_FN_rate: of('reward_low_FN_rate'),
  });
  const best = byProfile(profile => bestNabScore(files, profile) ?? { score: 0, threshold: 0 });
  return {
    ...{ detector, role },
    profiles: byProfile(profile => best[profile].score),
    thresholds: byProfile(profile => best[profile].threshold),
  };
}

/** The largest step so far as the measure of each step: two lines that a detector must beat. */
function recordJump(values: readonly number[]): readonly number[] {
  let record = 0;
  return values.map((value, row) => {
    const step = Math.abs(value - (values[row - 1] ?? value));
    const score = step === 0 ? 0 : step / (step + record);
    record = Math.max(record, step);
    return score;
  });
}

function publishedDetectors(dir: string): readonly string[] {
  const results = join(dir, 'results');
  if (!existsSync(results)) return [];
  const folders = readdirSync(results, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return folders
    .map(({ name }) => name)
    .filter(name => !['null', 'random', recordDetector].includes(name))
    .sort();
}

/** Undefined where the detector has no result for the file. @throws IMPORT_INVALID */
function publishedScores(
  dir: string,
  detector: string,
  { name, values }: Pick<NabSeries, 'name' | 'values'>,
): readonly number[] | undefined {
  const path = join(dir, 'results', detector, resultName(detector, name));
  if (!existsSync(path)) return undefined;
  const [header = [], ...rows] = csvRows(path);
  const column = header.indexOf('anomaly_score');
  if (column < 0) throw cannotRead(path)(`its columns are "${header.join()}"`, 'a column anomaly_score');
  if (rows.length !== values.length)
    throw cannotRead(path)(
      `it has ${pluralize(rows.length, 'row')}`,
      `${inThousands(values.length)}, one for each row of ${name}`,
    );
  return rows.map((row, index) => {
    const text = row[column] ?? '';
    if (text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
    throw cannotRead(`${path}, line ${index + 2}`)(`"${text}" is not a number`, 'a score');
  });
}

/** `realKnownCause/records_nyc_taxi.csv`, as the NAB names results. */
export function resultName(detector: string, name: string): string {
  return join(dirname(name), `${detector}_${basename(name)}`);
}

/** The names of the profiles, in the order of a table. */
export const profileNames = Object.keys(nabProfiles);

import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { sum } from '../../../base/sum.ts';
import { writeOut } from '../../../base/whole-file.ts';
import { pluralize } from '../../../base/words.ts';
import {
  type NabSeries,
  nabRows,
  profileNames,
  readNab,
  recordDetector,
  recordScores,
  resultName,
} from '../../../lab/benchmark/nab-benchmark.ts';
import { type PublishedRow, publishedOnAllFiles, publishedTitle } from '../../../lab/benchmark/published-nab.ts';
import { formatTable } from '../../../lab/report/terminal/table.ts';
import { wrapText } from '../../../lab/report/terminal/wrap-text.ts';
import { text } from '../../option-values.ts';
import { option } from '../../options.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop benchmark nab`. */
export const verb = defineVerb({
  description:
    'Runs our detector of series over every file of the Numenta Anomaly Benchmark, online and from the past only, and prints the score of the NAB in its three profiles, beside baselines, controls and the detectors whose results are in DIR/results. As in the NAB, the threshold is the best one common to all files (docs/benchmark.md).',
  arguments: [
    {
      name: '<dir>',
      description:
        'a copy of the NAB (git clone https://github.com/numenta/NAB), or some of its data files with combined_windows.json',
    },
  ],
  options: { out: option('<dir>', "also write the scores there, in the NAB's own format", text) },
  examples: ['cqshop benchmark nab NAB', 'cqshop benchmark nab NAB --out NAB/results --json'],
  async run({ arguments: [dir = ''], options: { out } }, io) {
    const series = readNab(dir);
    for (const { name, times, isLabelled, backwards } of series) {
      if (!isLabelled) io.warn(`${name} is not in combined_windows.json, and counts as a file without anomalies`);
      // Where clocks are set back, a row or two are earlier in the NAB's own files.
      if (backwards > times.length / 100)
        io.warn(
          `rows of ${name} earlier than the row before: ${backwards}; the order of the file counts, not the times`,
        );
    }
    const progress = io.progress('scoring files');
    const onFile = async (done: number, total: number) => {
      progress.update(done, total);
      await setImmediate();
      io.signal.throwIfAborted();
    };
    const rows = await nabRows(series, dir, onFile, io.warn).finally(progress.done);
    if (out !== undefined) for (const one of series) writeResult(one, out);
    const [ours] = rows;
    const windows = sum(series, ({ windows }) => windows.length);
    // Where the results of others are not at hand, their published scores are shown, which are about all files.
    const hasOthers = rows.some(({ role }) => role === 'published');
    const published = hasOthers ? [] : publishedOnAllFiles;
    const document = {
      ...{ files: series.length, windows, profiles: ours?.profiles, thresholds: ours?.thresholds, rows },
      ...(published.length === 0 ? {} : { publishedOnAllFiles: published }),
    };
    io.result(document, () => [
      `${pluralize(series.length, 'file')}, ${pluralize(windows, 'window')}`,
      '',
      tableOf(
        [...rows].sort((a, b) => b.profiles.standard - a.profiles.standard),
        io.width,
      ),
      ...(published.length === 0
        ? []
        : ['', wrapText(`${publishedTitle(series.length)}:`, io.width), '', tableOf(published, io.width)]),
    ]);
    return 0;
  },
});

/** A narrower terminal has the names of the profiles in two lines, and one that is narrower still has no columns [characters]. */
const widths = { profiles: 80, columns: 52 } as const;

function tableOf(rows: readonly PublishedRow[], width: number | undefined): string {
  const { profiles, columns } = widths;
  const areInTwo = width !== undefined && width < profiles && width >= columns;
  return formatTable(
    ['detector', 'role', ...profileNames.map(name => (areInTwo ? name.replace('reward_low_', 'reward_low\n_') : name))],
    rows.map(({ detector, role, profiles: { standard, reward_low_FP_rate, reward_low_FN_rate } }) => [
      ...[detector, role],
      ...[standard, reward_low_FP_rate, reward_low_FN_rate].map(score => score.toFixed(2)),
    ]),
    { rightFrom: 2, width, elastic: areInTwo ? 'first' : 'last' },
  );
}

/** The NAB's own format: a row of a data file, its score and whether it is in a window. */
function writeResult(series: NabSeries, out: string): void {
  const path = join(out, recordDetector, resultName(recordDetector, series.name));
  const scores = recordScores(series);
  const isIn = (row: number) => series.windows.some(({ first, last }) => row >= first && row <= last);
  const rows = series.times.map((time, row) => [time, series.values[row], scores[row], isIn(row) ? 1 : 0]);
  writeOut(path, stringify([['timestamp', 'value', 'anomaly_score', 'label'], ...rows]));
}

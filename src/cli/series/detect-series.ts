import { assertSameKind, detectOnSeries } from '../../app/series/detect-series.ts';
import { formatDuration } from '../../base/format-time.ts';
import { dayMs, formatMinute, hourMs, minuteMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import { channelsOf, longestPeriodMs, seriesIn } from '../../data/series/series-in.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { slotLength } from '../../lab/detectors/series/seasonal-scan.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { longAlarmNotes } from '../../lab/report/long-alarms.ts';
import { reportDataFormat, type SeriesReport } from '../../lab/report/report-data.ts';
import { writeSeriesReport } from '../../lab/report/report-files.ts';
import { highestScores, seriesReport } from '../../lab/report/series-report.ts';
import { resultsTable } from '../../lab/report/terminal/results-table.ts';
import { seriesChart } from '../../lab/report/terminal/series.ts';
import { openDetections } from '../detect/open-detections.ts';
import { formatDetected } from '../format-alarm.ts';
import type { Io } from '../io.ts';
import type { rangeOptions } from '../open-dataset.ts';
import type { ValuesOf } from '../options.ts';
import { watchedRows } from '../watched-records.ts';

type Options = ValuesOf<typeof rangeOptions> & {
  readonly dataset: string;
  readonly model: Model;
  readonly modelDir: string;
  readonly out: string;
};

/** `cqshop detect series --dataset DIR` on a series dataset. */
export async function detectSeries({ dataset, model, modelDir, out, from, to }: Options, io: Io): Promise<number> {
  const data = seriesIn(dataset, { fromMs: from, toMs: to });
  const { kind, channels } = data.manifest;
  for (const note of assertSameKind(model, modelDir, data)) io.warn(note);
  const files = openDetections(out);
  try {
    const chart = seriesChart(data, {
      periodMs: longestPeriodMs(channelsOf(data)),
      isFromZero: kind === 'count',
    });
    const watched = { ...data, rows: () => chart.counting(watchedRows(data, io, 'detecting')) };
    const highest = highestScores(data, { windowMs: chart.windowMs, threshold: model.description.threshold.value });
    const { alarms, rows, seasonalFrom, labels } = await detectOnSeries(model, watched, row => {
      files.push(row);
      highest.push(row);
    });
    const file = files.finish(alarms);
    const shown = seriesReport(data, model, { alarms, labels, chart, scores: highest.values });
    const page: SeriesReport = { format: reportDataFormat, report: shown, rows: [...rows] };
    const report = writeSeriesReport(out, page);
    const late = channels.filter(
      ({ id }) => (seasonalFrom.get(id) ?? Number.POSITIVE_INFINITY) > data.startMs + hourMs,
    );
    if (late.length > 0) io.warn(lateNote(late, seasonalFrom, kind));
    io.result({ out, alarms, rows, report }, () => [
      ...formatDetected(alarms, { data: dataset, file, width: io.width }),
      '',
      chart.draw({ labels, alarms }, io.width),
      'times are UTC',
      '',
      labels.length > 0
        ? resultsTable(rows, [...caveatsOf(rows), ...longAlarmNotes(alarms)], io)
        : `no label in ${dataset}: nothing to score`,
      `as a page: ${report}`,
    ]);
    return 0;
  } finally {
    files.close();
  }
}

function lateNote(
  late: readonly { readonly id: string; readonly periodMs: number | null }[],
  seasonalFrom: ReadonlyMap<string, number>,
  kind: string,
): string {
  const [{ id: first, periodMs } = { id: '', periodMs: null }] = late;
  const from = seasonalFrom.get(first);
  const others = late.length === 1 ? '' : ` and ${pluralize(late.length - 1, 'other channel')}`;
  const until = from === undefined ? 'its whole length' : `the time before ${formatMinute(from)}`;
  const slotMs = slotLength(periodMs ?? dayMs);
  const why =
    slotMs === undefined
      ? `periods of ${formatDuration((periodMs ?? dayMs) / minuteMs)} have no time of day`
      : `the ${slotMs === dayMs ? 'day of the week needs two weeks' : 'time of day needs two days'} of history`;
  return `${first}${others}: ${until} is judged by new extremes of ${kind}s only, since ${why}`;
}

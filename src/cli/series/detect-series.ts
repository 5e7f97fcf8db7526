import { join } from 'node:path';
import { assertSameKind, detectOnSeries } from '../../app/on-series.ts';
import { writing } from '../../base/errors.ts';
import { formatMinute, hourMs } from '../../base/time.ts';
import { makeDirectory } from '../../base/whole-file.ts';
import { pluralize } from '../../base/words.ts';
import type { Label } from '../../data/dataset/truth.ts';
import { channelsOf, seriesIn } from '../../data/series/series-in.ts';
import type { Alarm } from '../../lab/detectors/detector.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { scoreWriter, writeDetections } from '../../lab/detectors/write-detections.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { reportDataFormat, type SeriesReport } from '../../lab/report/report-data.ts';
import { writeSeriesHtml, writeSeriesReport } from '../../lab/report/report-files.ts';
import { highestScores, seriesReport } from '../../lab/report/series-report.ts';
import { spanOfLabel } from '../../lab/report/terminal-events.ts';
import { seriesChart } from '../../lab/report/terminal-series.ts';
import { resultsTable } from '../../lab/report/terminal-table.ts';
import { formatDetected } from '../format-alarm.ts';
import type { Io } from '../io.ts';

type Options = {
  readonly dataset: string;
  readonly model: Model;
  readonly modelDir: string;
  readonly out: string;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

/** `cqshop detect series --dataset DIR` on a series dataset. */
export async function detectSeries({ dataset, model, modelDir, out, from, to }: Options, io: Io): Promise<number> {
  const data = seriesIn(dataset, { fromMs: from, toMs: to });
  const { kind, channels, rows: total } = data.manifest;
  for (const note of assertSameKind(model, modelDir, data)) io.warn(note);
  writing(`detections to ${out}`, () => makeDirectory(out));
  const scores = scoreWriter(join(out, 'scores.csv'));
  const progress = io.progress('detecting');
  let done = 0;
  try {
    const chart = seriesChart(data, {
      periodMs: Math.max(...channelsOf(data).map(({ periodMs }) => periodMs)),
      isFromZero: kind === 'count',
    });
    const watched = { ...data, rows: () => chart.counting(data.rows()) };
    const highest = highestScores(data, { windowMs: chart.windowMs, threshold: model.description.threshold.value });
    const { alarms, rows, seasonalFrom, labels } = await detectOnSeries(model, watched, row => {
      io.signal.throwIfAborted();
      scores.push(row);
      highest.push(row);
      done += 1;
      if (done % 10_000 === 0) progress.update(done, total);
    });
    progress.done();
    scores.finish();
    writeDetections(join(out, 'detections.csv'), alarms);
    const shown = seriesReport(data, model, { alarms, labels, chart, scores: highest.values });
    const page: SeriesReport = { format: reportDataFormat, report: shown, rows: [...rows] };
    writeSeriesReport(out, page);
    const report = writeSeriesHtml(out, page);
    const late = channels.filter(
      ({ id }) => (seasonalFrom.get(id) ?? Number.POSITIVE_INFINITY) > data.startMs + hourMs,
    );
    if (late.length > 0)
      io.warn(
        lateNote(
          late.map(({ id }) => id),
          seasonalFrom,
          kind,
        ),
      );
    io.result({ out, alarms, rows, report }, () =>
      [
        ...formatDetected(alarms, { data: dataset, file: join(out, 'detections.csv'), width: io.width }),
        '',
        chart.draw(beneath(labels, alarms), io.width),
        'times are UTC',
        '',
        labels.length > 0 ? resultsTable(rows, caveatsOf(rows), io) : `no label in ${dataset}: nothing to score`,
        `as a page: ${report}`,
      ].join('\n'),
    );
    return 0;
  } catch (error) {
    scores.abort();
    throw error;
  } finally {
    progress.done();
  }
}

function beneath(labels: readonly Label[], alarms: readonly Alarm[]) {
  return {
    labels: labels.flatMap(label => label.entities.map(({ id }) => ({ ...spanOfLabel(label), channel: id }))),
    alarms: alarms.map(({ startMs, endMs, entity }) => ({ startMs, endMs, channel: entity.id })),
  };
}

function lateNote(late: readonly string[], seasonalFrom: ReadonlyMap<string, number>, kind: string): string {
  const [first = ''] = late;
  const from = seasonalFrom.get(first);
  const others = late.length === 1 ? '' : ` and ${pluralize(late.length - 1, 'other channel')}`;
  const until = from === undefined ? 'its whole length' : `the time before ${formatMinute(from)}`;
  return `${first}${others}: ${until} is judged by new extremes of ${kind}s only, since the time of day needs two days of history`;
}

import { formatMinute, minuteMs } from '../../base/time.ts';
import { inThousands, pluralize } from '../../base/words.ts';
import type { Label } from '../../data/dataset/truth.ts';
import { channelsOf, type SeriesData, seriesIn } from '../../data/series/series-in.ts';
import { seriesRun } from '../../lab/evaluation/dataset-truth.ts';
import { formatDatedSpan, formatDuration } from '../../lab/report/format-time.ts';
import { formatTable } from '../../lab/report/table.ts';
import { defaultWidth, spanOfLabel } from '../../lab/report/terminal-events.ts';
import { type SeriesChart, seriesChart } from '../../lab/report/terminal-series.ts';
import { wrapText } from '../../lab/report/wrap-text.ts';
import type { Io } from '../io.ts';
import { watchedRows } from '../watched-records.ts';

/** How many rows of a table are shown. */
const mostRows = 5;

/** `cqshop show dataset DIR` of a series dataset: its span, its channels, gaps and labels, and one channel over time. */
export async function showSeries(dir: string, io: Io): Promise<number> {
  const data = seriesIn(dir);
  const { labels } = (await seriesRun(data)).truth;
  const chart = seriesChart(data, {
    periodMs: Math.max(...channelsOf(data).map(({ periodMs }) => periodMs)),
    isFromZero: data.manifest.kind === 'count',
  });
  for await (const _ of chart.counting(watchedRows(data, io, 'reading')));
  const { files, ...manifest } = data.manifest;
  io.result({ dir, ...manifest, labels }, () => toText(data, { labels, chart }, io));
  return 0;
}

function toText(
  { dir, manifest, startMs, endMs }: SeriesData,
  { labels, chart }: { readonly labels: readonly Label[]; readonly chart: SeriesChart },
  io: Io,
): string {
  const width = io.width ?? defaultWidth;
  const { kind, channels, rows, timezone, gaps } = manifest;
  const spans = labels.flatMap(label => label.entities.map(({ id }) => ({ ...spanOfLabel(label), channel: id })));
  const more = (all: number, file: string) =>
    all > mostRows ? [`and ${inThousands(all - mostRows)} more in ${dir}/${file}`] : [];
  return [
    wrapText(`${dir}: ${kind}s of ${pluralize(channels.length, 'channel')}, ${pluralize(rows, 'sample')}`, width, '  '),
    wrapText(`${formatDatedSpan(startMs, endMs)} UTC, local calendar of ${timezone}`, width, '  '),
    '',
    chart.draw({ labels: spans, alarms: [] }, width),
    '',
    formatTable(
      ['channel', 'samples', 'period', 'gaps', 'from'],
      channels
        .slice(0, mostRows)
        .map(({ id, rows: samples, periodMs, start }) => [
          id,
          inThousands(samples),
          periodMs === null ? '-' : formatDuration(periodMs / minuteMs),
          inThousands(gaps.filter(({ channel }) => channel === id).length),
          formatMinute(Date.parse(start)),
        ]),
      { width },
    ),
    ...more(channels.length, 'manifest.json'),
    ...(labels.length === 0
      ? []
      : [
          '',
          formatTable(
            ['anomaly', 'when', 'channels'],
            labels.slice(0, mostRows).map(label => {
              const { startMs: from, endMs: to } = spanOfLabel(label);
              const named =
                label.entities.length === channels.length ? 'all' : label.entities.map(({ id }) => id).join(', ');
              return [label.id, formatDatedSpan(from, to), named];
            }),
            { width },
          ),
          ...more(labels.length, 'labels.jsonl'),
        ]),
  ].join('\n');
}

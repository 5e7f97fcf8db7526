import { formatDatedSpan, formatDuration } from '../../base/format-time.ts';
import { formatMinute, minuteMs } from '../../base/time.ts';
import { inThousands, pluralize } from '../../base/words.ts';
import { type Label, spanOfLabel } from '../../data/dataset/truth.ts';
import { channelsOf, longestPeriodMs, type SeriesData, seriesIn } from '../../data/series/series-in.ts';
import { seriesRun } from '../../lab/evaluation/dataset-truth.ts';
import { type SeriesChart, seriesChart } from '../../lab/report/terminal/series.ts';
import { defaultWidth, wrapText } from '../../lab/report/terminal/wrap-text.ts';
import { firstRows } from '../first-rows.ts';
import type { Io } from '../io.ts';
import { watchedRows } from '../watched-records.ts';

/** `cqshop show dataset DIR` of a series dataset: its span, its channels, gaps and labels, and one channel over time. */
export async function showSeries(dir: string, io: Io): Promise<number> {
  const data = seriesIn(dir);
  const { labels } = (await seriesRun(data)).truth;
  const chart = seriesChart(data, {
    periodMs: longestPeriodMs(channelsOf(data)),
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
  return [
    wrapText(`${dir}: ${kind}s of ${pluralize(channels.length, 'channel')}, ${pluralize(rows, 'sample')}`, width, '  '),
    wrapText(`${formatDatedSpan(startMs, endMs)} UTC, local calendar of ${timezone}`, width, '  '),
    '',
    chart.draw({ labels, alarms: [] }, width),
    '',
    ...firstRows(['channel', 'samples', 'period', 'gaps', 'from'], channels, {
      row: ({ id, rows: samples, periodMs, start }) => [
        id,
        inThousands(samples),
        periodMs === null ? '-' : formatDuration(periodMs / minuteMs),
        inThousands(gaps.filter(({ channel }) => channel === id).length),
        formatMinute(Date.parse(start)),
      ],
      ...{ file: `${dir}/manifest.json`, width },
    }),
    ...(labels.length === 0 ? [] : ['', ...labelRows(labels, { channels: channels.length, dir, width })]),
  ].join('\n');
}

function labelRows(
  labels: readonly Label[],
  { channels, dir, width }: { readonly channels: number; readonly dir: string; readonly width: number },
): readonly string[] {
  return firstRows(['anomaly', 'when', 'channels'], labels, {
    row: label => {
      const { startMs, endMs } = spanOfLabel(label);
      const named = label.entities.length === channels ? 'all' : label.entities.map(({ id }) => id).join(', ');
      return [label.id, formatDatedSpan(startMs, endMs), named];
    },
    ...{ file: `${dir}/labels.jsonl`, width },
  });
}

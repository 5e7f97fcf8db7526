import { formatDatedSpan } from '../../../base/format-time.ts';
import { sum } from '../../../base/sum.ts';
import { minuteMs } from '../../../base/time.ts';
import { inThousands, pluralize } from '../../../base/words.ts';
import { isSeriesDataset } from '../../../data/dataset/manifest.ts';
import type { Dataset } from '../../../data/dataset/read-dataset.ts';
import { readLabels, readNearMisses } from '../../../data/dataset/read-truth.ts';
import { type Label, spanOfLabel } from '../../../data/dataset/truth.ts';
import { spanOf } from '../../../lab/evaluation/dataset-truth.ts';
import { type EventCounter, eventCounter, terminalEvents } from '../../../lab/report/terminal/events.ts';
import { formatTable } from '../../../lab/report/terminal/table.ts';
import { defaultWidth, wrapText } from '../../../lab/report/terminal/wrap-text.ts';
import { firstRows } from '../../first-rows.ts';
import type { Io } from '../../io.ts';
import { openDataset } from '../../open-dataset.ts';
import { showSeries } from '../../series/show-series.ts';
import { defineVerb } from '../../verb.ts';
import { watched } from '../../watched-records.ts';

/** `cqshop show dataset DIR`: what a dataset holds, at a glance. */
export const verb = defineVerb({
  description:
    'Prints what a dataset holds: its span, its messages over time, its topics, and what was injected; of a series dataset, its channels, gaps and labels. Reads everything once.',
  arguments: [{ name: '<dataset>', description: 'the directory of a dataset' }],
  examples: ['cqshop show dataset datasets/sample'],
  async run({ arguments: [dir = ''] }, io) {
    if (isSeriesDataset(dir)) return showSeries(dir, io);
    const dataset = watched(await openDataset(dir, io), io, 'reading');
    const events = eventCounter(spanOf(dataset));
    for await (const _ of events.counting(dataset.records()));
    const [labels, nearMisses] = [await readLabels(dataset), await readNearMisses(dataset)];
    const { files, partitions, ...manifest } = dataset.manifest;
    io.result(
      {
        dir,
        ...manifest,
        partitions: partitions.length,
        windowMinutes: events.windowMs / minuteMs,
        counts: events.counts,
        labels,
        nearMisses,
      },
      () => toText(dataset, { events, labels, nearMisses }, io),
    );
    return 0;
  },
});

type Content = {
  readonly events: EventCounter;
  readonly labels: readonly Label[];
  readonly nearMisses: readonly Label[];
};

function toText({ dir, manifest }: Dataset, { events, labels, nearMisses }: Content, io: Io): string {
  const width = io.width ?? defaultWidth;
  const { startMs, endMs } = spanOf({ manifest });
  const origin =
    manifest.scenario === null ? 'messages from elsewhere' : `scenario ${manifest.scenario}, seed ${manifest.seed}`;
  return [
    wrapText(`${dir}: ${origin}`, width, '  '),
    wrapText(`${pluralize(manifest.messages, 'message')}, ${formatDatedSpan(startMs, endMs)} UTC`, width, '  '),
    '',
    terminalEvents(events, { anomalies: labels.map(spanOfLabel), nearMisses: nearMisses.map(spanOfLabel) }, width),
    '',
    topicsTable(manifest.topics, width),
    ...interventionsTable('anomaly', labels, `${dir}/labels.jsonl`, width),
    ...interventionsTable('near miss', nearMisses, `${dir}/near_misses.jsonl`, width),
  ].join('\n');
}

function topicsTable(topics: Dataset['manifest']['topics'], width: number): string {
  const rows = Object.entries(topics).map(([topic, types]) => {
    const byCount = Object.entries(types).sort(([, a], [, b]) => b - a);
    const total = sum(byCount, ([, count]) => count);
    const most = byCount.slice(0, 2).map(([type, count]) => `${type} ${inThousands(count)}`);
    const more = byCount.length - most.length;
    return [
      topic,
      inThousands(total),
      [...most, ...(more > 0 ? [`and ${pluralize(more, 'other type')}`] : [])].join(', '),
    ];
  });
  return formatTable(['topic', 'messages', 'most of them'], rows, { width });
}

function interventionsTable(
  what: string,
  interventions: readonly Label[],
  file: string,
  width: number,
): readonly string[] {
  if (interventions.length === 0) return [];
  const rows = firstRows([what, 'when', 'kind'], interventions, {
    row: one => {
      const { startMs, endMs } = spanOfLabel(one);
      const kind = new Set([one.anomaly, one.variant, one.intensity].filter(word => word !== 'none'));
      return [one.id, formatDatedSpan(startMs, endMs), [...kind].join(' ')];
    },
    ...{ file, width },
  });
  return ['', ...rows];
}

import { basename, resolve } from 'node:path';
import { cannot } from '../../base/errors.ts';
import { formatDuration } from '../../base/format-time.ts';
import { sum } from '../../base/sum.ts';
import { formatMinute, minuteMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import { importSeries } from '../../data/import/import-series.ts';
import { dateOrders } from '../../data/import/written-times.ts';
import type { SeriesManifest } from '../../data/series/series-manifest.ts';
import { wrapText } from '../../lab/report/terminal/wrap-text.ts';
import { text, words } from '../option-values.ts';
import { choice, flag, given, option } from '../options.ts';
import { shellWord } from '../shell-word.ts';
import { zone } from '../time-zone.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop import`. */
export const verb = defineVerb({
  description:
    'Writes a series dataset from CSV, JSON, Parquet, access logs or files of the NAB, gzipped or not. Each row is one event, unless --count or --value names a column. Times without a zone need --timezone (docs/import.md).',
  arguments: [{ name: '<file...>', description: 'files, or a folder of the NAB' }],
  options: {
    time: option(
      '<col>',
      'column of the times, or two columns, for date and clock: DATE,CLOCK (default: time in access logs, timestamp in files of the NAB)',
      text,
    ),
    dateOrder: choice(
      '<order>',
      'whether the day or the month comes first, in dates that do not begin with the year',
      dateOrders,
    ),
    count: option('<col>', 'column that says how many events a row stands for', text),
    value: { ...option('<cols...>', 'columns of measurements, also separated by commas', words), conflicts: ['count'] },
    decimalComma: flag('numbers in text are written with a decimal comma: 1,5'),
    thousands: flag('numbers in text have separators of thousands: 1,234.5'),
    by: option('<col>', 'column whose values become channels', text),
    timezone: option('<zone>', 'zone of times that state none, such as Europe/Berlin', zone),
    strict: flag('end at the first row that cannot be read, instead of leaving it out and counting it'),
    from: option('<time>', 'leave out what is before this time', text),
    to: option('<time>', 'leave out this time and what is after it', text),
    labels: option('<file>', 'intervals of anomalies: CSV with start,end, labels.jsonl or windows of the NAB', text),
    out: option('<dir>', 'the series dataset', text),
    overwrite: { ...flag('replace the series dataset in --out'), need: given('out', 'no dataset is named', 'DIR') },
  },
  examples: [
    'cqshop export datasets/sample --format csv --out exported',
    'cqshop import exported/series.csv --time time --by channel --count value --labels exported/labels.csv --out datasets/shop',
    'cqshop import access.log --by status --out datasets/web',
    'cqshop import rides.csv --time time --count count --timezone America/New_York --out datasets/rides',
    'cqshop import sensors.parquet --time at --value temperature pressure --by machine --out datasets/sensors',
  ],
  async run({ arguments: files, options }, io) {
    const { value, out = noOut(), ...rest } = options;
    const [reading, writing] = [io.progress('reading'), io.progress('writing')];
    try {
      const manifest = await importSeries({
        ...rest,
        out,
        files,
        values: value,
        signal: io.signal,
        onProgress: reading.update,
        onWriting(samples, total) {
          reading.done();
          writing.update(samples, total);
        },
        onNote: io.warn,
      });
      writing.done();
      const { files: _files, channels, gaps, ...figures } = manifest;
      io.result({ dataset: out, ...figures, channels: channels.map(({ id }) => id), gaps: gaps.length }, () =>
        describe(out, manifest, io.width),
      );
      return 0;
    } finally {
      reading.done();
      writing.done();
    }
  },
});

function noOut(): never {
  throw cannot('USAGE', 'import')('no dataset is named', '--out DIR');
}

function describe(out: string, manifest: SeriesManifest, width: number | undefined): string {
  const { kind, channels, rows, periodMs, timezone, start, end, gaps, labels } = manifest;
  const missing = sum(channels, channel => channel.missing);
  const unclear = channels.every(channel => channel.periodMs === null) ? 'unknown' : 'differs between channels';
  const lines = [
    `${out}: ${kind}s of ${pluralize(channels.length, 'channel')}, ${pluralize(rows, 'row')}, labels ${labels}`,
    `  from ${formatMinute(Date.parse(start))} to ${formatMinute(Date.parse(end))} UTC, local calendar of ${timezone}`,
    `  period ${periodMs === null ? unclear : formatDuration(periodMs / minuteMs)}, gaps ${gaps.length}`,
    ...(missing === 0 ? [] : [`  ${pluralize(missing, 'row')} had no value`]),
  ];
  if (start === end)
    return wrapText([...lines, '  nothing can be trained on it: all rows are at one time'].join('\n'), width, '    ');
  const next = `Try next: npx cqshop train series --dataset ${shellWord(out)} --out ${shellWord(`models/${basename(resolve(out))}`)}`;
  // A command is copied in one piece.
  return `${wrapText(lines.join('\n'), width, '    ')}\n${next}`;
}

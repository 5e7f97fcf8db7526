import {
  type SeriesTraining,
  seriesModel,
  trainingOnMessages,
  trainingOnSeries,
} from '../../app/series/train-series.ts';
import { cannot } from '../../base/errors.ts';
import { formatDuration } from '../../base/format-time.ts';
import { dayMs, minuteMs, type Span } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import { isSeriesDataset } from '../../data/dataset/manifest.ts';
import type { DateOrder } from '../../data/import/written-times.ts';
import type { Interval } from '../../data/series/interval.ts';
import { readIntervals } from '../../data/series/intervals.ts';
import { longestPeriodMs, seriesIn } from '../../data/series/series-in.ts';
import { writeModel } from '../../lab/detectors/model-files.ts';
import { leastDays, slotLength } from '../../lab/detectors/series/seasonal-scan.ts';
import { spanOf } from '../../lab/evaluation/dataset-truth.ts';
import { wrapText } from '../../lab/report/terminal/wrap-text.ts';
import type { Io } from '../io.ts';
import { openDataset, type rangeOptions } from '../open-dataset.ts';
import type { ValuesOf } from '../options.ts';
import { watched, watchedRows } from '../watched-records.ts';

type Options = Partial<ValuesOf<typeof rangeOptions>> & {
  readonly exclude?: string | undefined;
  readonly dateOrder?: DateOrder | undefined;
  readonly falseAlarmsPerDay?: number | undefined;
  readonly timezone?: string | undefined;
};

/** `cqshop train series`: on a series dataset, or on messages by topic. */
export async function trainSeries(
  out: string,
  given: Options & { readonly datasets: readonly string[]; readonly validation?: readonly string[] | undefined },
  io: Io,
): Promise<void> {
  const {
    datasets: [dataset = '', ...others],
    validation,
    ...options
  } = given;
  const refused = cannot('USAGE', 'train series');
  if (others.length > 0) throw refused('several datasets are named', 'one: the model remembers its last days');
  if (validation !== undefined) {
    throw refused('--validation is given', 'none: thresholds are calibrated on the stream itself');
  }
  const isSeries = isSeriesDataset(dataset);
  if (isSeries && options.timezone !== undefined) {
    throw refused('--timezone is given', `none: ${dataset} states its time zone`);
  }
  const training = await (isSeries ? ofSeries(dataset, options, io) : ofMessages(dataset, options, io));
  const model = seriesModel(training);
  writeModel(out, model);
  const { parameters, samples, days, leftOut } = training;
  io.result({ model: out, ...model.description, parameters: { ...parameters }, leftOut }, () => {
    const lines = [
      `${out}: series of ${pluralize(parameters.channels.length, 'channel')} (${parameters.kind}s), local calendar of ${parameters.timezone}`,
      `  trained on ${pluralize(samples.length, 'sample')} of ${pluralize(Number(days.toFixed(1)), 'day')}`,
      ...(leftOut === 0 ? [] : [`  left out: ${pluralize(leftOut, 'sample')} in labelled or excluded intervals`]),
      `  at most one false alarm in ${Number((1 / parameters.falseAlarmsPerDay).toFixed(1))} days is allowed for all channels together`,
      ...judgement(training).map(line => `  ${line}`),
    ];
    return wrapText(lines.join('\n'), io.width, '    ');
  });
}

async function ofSeries(name: string, options: Options, io: Io): Promise<SeriesTraining> {
  const { from, to, falseAlarmsPerDay } = options;
  const data = seriesIn(name, { fromMs: from, toMs: to });
  const excluded = await excludedFrom(options, { name, spans: [data], timezone: data.manifest.timezone }, io);
  const shown = { ...data, rows: () => watchedRows(data, io, 'reading') };
  return trainingOnSeries(shown, { excluded, falseAlarmsPerDay });
}

async function ofMessages(name: string, options: Options, io: Io): Promise<SeriesTraining> {
  const { timezone = 'UTC', falseAlarmsPerDay } = options;
  const dataset = await openDataset(name, io, options);
  const excluded = await excludedFrom(options, { name, spans: [spanOf(dataset)], timezone }, io);
  return trainingOnMessages(watched(dataset, io, 'reading'), {
    timezone,
    excluded,
    falseAlarmsPerDay,
    onNote: io.warn,
  });
}

/** The intervals of `--exclude`, with a note on how many of them lie in the data. */
export async function excludedFrom(
  { exclude: file, dateOrder }: Pick<Options, 'exclude' | 'dateOrder'>,
  data: { readonly name: string; readonly spans: readonly Span[]; readonly timezone: string },
  io: Io,
): Promise<readonly Interval[]> {
  if (file === undefined) return [];
  const excluded = await readIntervals(file, { timezone: data.timezone, dateOrder });
  const used = excluded.filter(one => data.spans.some(span => one.startMs < span.endMs && one.endMs >= span.startMs));
  const found = `${used.length} of ${pluralize(excluded.length, 'interval')} of ${file} lie in ${data.name}`;
  if (used.length === 0) io.warn(found);
  else io.log(`${found} and are left out`);
  return excluded;
}

/** Days after which a weekday is compared with the same weekday. */
const twoWeeks = 14;

/** What a history of this length lets the detector judge. */
function judgement({ parameters, days }: SeriesTraining): readonly string[] {
  const longest = longestPeriodMs(parameters.channels);
  const slotMs = slotLength(longest);
  if (slotMs === undefined) {
    return [`periods of ${formatDuration(longest / minuteMs)} have no time of day: only new extremes are judged`];
  }
  const [season, span] = slotMs === dayMs ? ['day of the week', 'two weeks'] : ['time of day', 'two days'];
  if (days < leastDays(slotMs)) {
    return [
      `less than ${span}: the ${season} is judged once the stream is ${span} long; until then only new extremes are judged`,
    ];
  }
  return days < twoWeeks ? ['less than two weeks: a weekday is not yet compared with the same weekday'] : [];
}

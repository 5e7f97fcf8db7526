import { gapNotes } from '../../app/gap-note.ts';
import { type SeriesTraining, seriesModel, trainingSamples } from '../../app/series/train-series.ts';
import { CqshopError } from '../../base/errors.ts';
import { isZone } from '../../base/moment.ts';
import { dayMs, minuteMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import { topicsWithMessages } from '../../data/dataset/dataset-topics.ts';
import { type Interval, readIntervals } from '../../data/series/intervals.ts';
import { seriesIn } from '../../data/series/series-in.ts';
import { isSeriesDataset } from '../../data/series/series-manifest.ts';
import { detectorOnData } from '../../lab/detectors/counted-topics.ts';
import { writeModel } from '../../lab/detectors/model-files.ts';
import { defaultFalseAlarmsPerDay, seriesDetector, seriesSamples } from '../../lab/detectors/series/series-detector.ts';
import { trainingData } from '../../lab/detectors/training.ts';
import { readRunTruth, spanOf } from '../../lab/evaluation/dataset-truth.ts';
import { seriesRun } from '../../lab/evaluation/series-truth.ts';
import { unitLabeller, withoutIntervals } from '../../lab/evaluation/unit-truth.ts';
import { formatDuration } from '../../lab/report/format-time.ts';
import type { Io } from '../io.ts';
import { openDataset } from '../open-dataset.ts';
import { watchedRecords } from '../watched-records.ts';

type Options = {
  readonly dataset: string;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly exclude?: string | undefined;
  readonly validation?: readonly string[] | undefined;
  readonly falseAlarmsPerDay?: number | undefined;
  readonly timezone?: string | undefined;
};

/** `cqshop train series`: on a series dataset, or on messages by topic. */
export async function trainSeries(out: string, options: Options, io: Io): Promise<number> {
  const refused = (what: string, expected: string) =>
    new CqshopError('USAGE', `Cannot train series: ${what}, expected ${expected}`);
  if (options.validation !== undefined) {
    throw refused('--validation is given', 'none: thresholds are calibrated on the stream itself');
  }
  const isSeries = isSeriesDataset(options.dataset);
  if (isSeries && options.timezone !== undefined) {
    throw refused('--timezone is given', `none: ${options.dataset} states its time zone`);
  }
  if (options.timezone !== undefined && !isZone(options.timezone)) {
    throw refused(`--timezone "${options.timezone}" is unknown`, 'an IANA name such as Europe/Berlin or UTC');
  }
  const training = await (isSeries ? ofSeries(options, io) : ofMessages(options, io));
  const model = seriesModel(training);
  writeModel(out, model);
  const { parameters, samples, days } = training;
  io.result({ model: out, ...model.description, parameters: { ...parameters } }, () =>
    [
      `${out}: series of ${pluralize(parameters.channels.length, 'channel')} (${parameters.kind}s), local calendar of ${parameters.timezone}`,
      `  trained on ${pluralize(samples.length, 'sample')} of ${pluralize(Number(days.toFixed(1)), 'day')}`,
      `  at most one false alarm in ${Number((1 / parameters.falseAlarmsPerDay).toFixed(1))} days is allowed for all channels together`,
      ...judgement(training).map(line => `  ${line}`),
    ].join('\n'),
  );
  return 0;
}

async function ofSeries({ dataset, from, to, exclude, falseAlarmsPerDay }: Options, io: Io): Promise<SeriesTraining> {
  const data = seriesIn(dataset, { fromMs: from, toMs: to });
  const excluded = exclusions(exclude, data.manifest.timezone, { ...data, name: dataset }, io);
  const { truth } = await seriesRun(data);
  const labelled = truth.labels.flatMap(({ entities, start, effect_end }) =>
    entities.map(({ id }) => ({ startMs: Date.parse(start), endMs: Date.parse(effect_end), channel: id })),
  );
  return trainingSamples(data, { excluded: [...labelled, ...excluded], falseAlarmsPerDay });
}

async function ofMessages(options: Options, io: Io): Promise<SeriesTraining> {
  const { timezone = 'UTC', falseAlarmsPerDay = defaultFalseAlarmsPerDay } = options;
  const dataset = await openDataset(options.dataset, io, options);
  const isSimulated = dataset.manifest.scenario !== null;
  const detector = detectorOnData(seriesDetector, {
    ...{ data: options.dataset, topics: topicsWithMessages(dataset), isSimulated },
  });
  const span = spanOf(dataset);
  const excluded = exclusions(options.exclude, timezone, { ...span, name: options.dataset }, io);
  const gaps = gapNotes();
  const run = {
    records: watchedRecords(dataset, io, 'reading'),
    span,
    labeller: withoutIntervals(unitLabeller(await readRunTruth(dataset)), excluded),
    onGap: gaps.onGap,
  };
  const data = await trainingData([run], [detector]);
  for (const note of gaps.notes()) io.warn(`${options.dataset}: ${note}`);
  const clean = data.unitsFor(detector).filter(({ kind }) => kind === 'clean');
  const { windowMs, names } = detector.features;
  return {
    parameters: { kind: 'count', timezone, falseAlarmsPerDay, channels: names.map(id => ({ id, periodMs: windowMs })) },
    samples: seriesSamples(
      names,
      clean.map(({ unit }) => unit),
    ),
    dataset: dataset.manifest.files['events.csv'].sha256,
    days: data.days,
  };
}

function exclusions(
  file: string | undefined,
  timezone: string,
  data: { readonly name: string; readonly startMs: number; readonly endMs: number },
  io: Io,
): readonly Interval[] {
  if (file === undefined) return [];
  const excluded = readIntervals(file, timezone);
  const used = excluded.filter(({ startMs, endMs }) => startMs < data.endMs && endMs >= data.startMs).length;
  const found = `${used} of ${pluralize(excluded.length, 'interval')} of ${file} lie in ${data.name}`;
  if (used === 0) io.warn(found);
  else io.log(`${found} and are left out`);
  return excluded;
}

/** Days after which the time of day is judged, and those after which the day of the week is. */
const seasons = { daily: 2, weekly: 14 } as const;

/** What a history of this length lets the detector judge. */
function judgement({ parameters, days }: SeriesTraining): readonly string[] {
  const longest = Math.max(...parameters.channels.map(({ periodMs }) => periodMs));
  if (longest > dayMs / 2) {
    return [`periods of ${formatDuration(longest / minuteMs)} have no time of day: only new extremes are judged`];
  }
  if (days < seasons.daily) {
    return [
      'less than two days: the time of day is judged once the stream is two days long; until then only new extremes are',
    ];
  }
  return days < seasons.weekly ? ['less than two weeks: weekdays are not yet compared with their like'] : [];
}

import { existsSync, readdirSync, statSync } from 'node:fs';
import { trainableDetector, trainOnDatasets } from '../../app/train-on-dataset.ts';
import { cannot } from '../../base/errors.ts';
import { pluralize, withDigits } from '../../base/words.ts';
import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { dateOrders } from '../../data/import/written-times.ts';
import type { Detector } from '../../lab/detectors/detector.ts';
import { startTensorFlow } from '../../lab/detectors/lstm/tensorflow.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { lockModel, writeModel } from '../../lab/detectors/model-files.ts';
import { seriesAnomaly } from '../../lab/detectors/series/series-detector.ts';
import { spanOf } from '../../lab/evaluation/dataset-truth.ts';
import { wrapText } from '../../lab/report/terminal/wrap-text.ts';
import { backend } from '../backend-option.ts';
import type { Io } from '../io.ts';
import { openDataset, rangeOptions } from '../open-dataset.ts';
import { directories, positiveNumber, seed, text } from '../option-values.ts';
import { choice, flag, given, option, type Requirement, type ValuesOf } from '../options.ts';
import { excludedFrom, trainSeries } from '../series/train-series.ts';
import { zone } from '../time-zone.ts';
import { defineVerb } from '../verb.ts';
import { watched } from '../watched-records.ts';

const options = {
  dataset: {
    ...option(
      '<dirs>',
      'training datasets, separated by commas or each with an option of its own (required)',
      directories,
    ),
    isRepeated: true,
  },
  validation: {
    ...option('<dirs>', 'clean datasets for the threshold, as above; 200 days in all are enough', directories),
    isRepeated: true,
  },
  ...rangeOptions,
  exclude: option('<file>', 'train without these intervals: CSV with start,end, or labels.jsonl', text),
  dateOrder: {
    ...choice('<order>', 'whether the day or the month comes first, in the dates of --exclude', dateOrders),
    need: given('exclude', 'no file of intervals is named', 'FILE'),
  },
  out: option('<dir>', 'directory of the model (default: models/ANOMALY)', text),
  overwrite: flag('replace the model in --out'),
  detector: option('<id>', "a baseline or control instead of the anomaly's learner", text),
  falseAlarmsPerDay: option(
    '<n>',
    'false alarms per day that the threshold may leave (default: one in 22 to 220 days, by anomaly)',
    positiveNumber,
  ),
  timezone: {
    ...option('<zone>', 'series: zone of the local calendar of messages, such as Europe/Berlin (default: UTC)', zone),
    need: {
      isMet: ({ arguments: [anomaly] }) => anomaly === seriesAnomaly,
      unmet: 'only series have a local calendar',
      expected: 'with cqshop train series',
    } satisfies Requirement,
  },
  seed: option('<n>', 'seed of random sampling during training', seed, 1),
  backend,
};

/** `cqshop train`. */
export const verb = defineVerb({
  description:
    'Trains a detector of an anomaly on datasets and writes the model. The threshold is chosen on clean validation datasets. Without them it comes from a tail fit on the training data; model.json states which.',
  arguments: [{ name: '<anomaly>', description: 'the anomaly to detect' }],
  options,
  examples: [
    'cqshop train stock-exhaustion --dataset datasets/sample --out results/my-model',
    'cqshop train workload-shape --dataset datasets/clean-1,datasets/clean-2 --validation datasets/clean-3,datasets/clean-4',
  ],
  async run({ arguments: [anomaly = ''], options }, io) {
    const detector = trainableDetector(anomaly, options.detector);
    if (options.dataset === undefined) {
      throw cannot('USAGE', `train ${anomaly}`)('no dataset is named', '--dataset DIR');
    }
    const out = options.out ?? `models/${anomaly}`;
    const given = { ...options, datasets: options.dataset };
    const releaseLock = lockModel(out);
    try {
      const isReplacing = assertMayWriteModel(out, options.overwrite);
      if (anomaly === seriesAnomaly) await trainSeries(out, given, io);
      else await trainDetector(detector, { ...given, out }, io);
      if (isReplacing) io.log(`replaced the model that was in ${out}`);
      return 0;
    } finally {
      releaseLock();
    }
  },
});

type Training = Omit<ValuesOf<typeof options>, 'dataset' | 'out'> & {
  readonly datasets: readonly string[];
  readonly out: string;
};

async function trainDetector(detector: Detector, { datasets: dirs, out, ...rest }: Training, io: Io): Promise<void> {
  if (rest.backend !== 'wasm') await startTensorFlow(rest.backend);
  const datasets: Dataset[] = [];
  for (const dir of dirs) datasets.push(watched(await openDataset(dir, io, rest), io, 'reading'));
  const validation = await Promise.all(
    (rest.validation ?? []).map(async dir => watched(await openDataset(dir, io), io, 'validating')),
  );
  const data = { name: dirs.join(', '), spans: datasets.map(spanOf), timezone: 'UTC' };
  const excluded = await excludedFrom(rest, data, io);
  const model = await trainOnDatasets(detector, {
    ...{ datasets, validation, excluded, name: out, seed: rest.seed },
    falseAlarmsPerDay: rest.falseAlarmsPerDay,
    onNote: io.warn,
  });
  io.signal.throwIfAborted();
  writeModel(out, model);
  const isSimulated = datasets.every(({ manifest }) => manifest.scenario !== null);
  describe(out, model, isSimulated, io);
}

/**
 * Says whether there is a model to replace.
 *
 * @throws USAGE when there is one and it must not be replaced, or when the directory holds something else
 */
function assertMayWriteModel(dir: string, overwrite: boolean): boolean {
  if (!existsSync(dir)) return false;
  const refused = cannot('USAGE', `write a model to ${dir}`);
  if (!statSync(dir).isDirectory()) throw refused('it is a file', 'a new or empty directory');
  const names = readdirSync(dir);
  if (names.length === 0) return false;
  if (!names.includes('model.json')) {
    throw refused(`it holds ${names[0]} and no model`, 'a new or empty directory, or a model and --overwrite');
  }
  if (!overwrite)
    throw refused('it holds a model', 'another directory with --out, or --overwrite to replace the model');
  return true;
}

function describe(dir: string, { description, detector }: Model, isSimulated: boolean, io: Io): void {
  const { training, threshold, validation = {} } = description;
  io.result({ model: dir, ...description, parameters: undefined }, () => {
    const figures = Object.entries(validation).map(([name, value]) => `  ${formatValidation(name, value)}`);
    const lines = [
      `${dir}: ${description.detector} for ${description.anomaly} (${description.library}${description.backend === undefined ? '' : `, backend ${description.backend}`})`,
      `  trained on ${pluralize(training.units, 'unit')} of ${pluralize(Number(training.days.toFixed(1)), 'day')}${training.positives === null ? '' : `, ${training.positives} of them positive`}`,
      ...(isSimulated ? [] : ['  all data were taken as clean: the dataset does not say where anomalies are']),
      ...(detector.features.channels?.isShop === false ? [`  counts ${description.features.names.join(', ')}`] : []),
      ...figures,
      `  threshold ${withDigits(threshold.value, 6)} (${threshold.method}): ${threshold.note}`,
      ...(threshold.method === 'tail-fit' ? [unvalidated] : []),
    ];
    return wrapText(lines.join('\n'), io.width, '    ');
  });
}

const unvalidated =
  '  no clean days were used, so the rate of false alarms is not known; name clean datasets of 200 days in all with --validation';

const phrases: Readonly<Record<string, (value: string, percent: string) => string>> = {
  heldOutDaysAveragePrecision: value => `on held-out days: average precision ${value}`,
  heldOutDaysOutsideShare: (_value, percent) => `on held-out days: ${percent} of the windows are outliers`,
  heldOutDaysForecastError: (_value, percent) => `on held-out days: forecasts are off by ${percent} of the events`,
  heldOutDaysMedianError: (_value, percent) => `on held-out days: medians of the hour are off by ${percent}`,
  leaves: value => `leaves of the trees: ${value}`,
};

/** A figure of a model's `validation` in words: "on held-out days: average precision 0.75". An unknown figure has its name. */
function formatValidation(name: string, value: number | null): string {
  const text = value === null ? '-' : withDigits(value, 4);
  const percent = value === null ? '-' : `${withDigits(100 * value, 3)} %`;
  return phrases[name]?.(text, percent) ?? `${inWords(name)} ${text}`;
}

/** "heldOutDays" as "held out days". */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}

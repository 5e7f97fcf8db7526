import { cannot } from '../base/errors.ts';
import { pluralize } from '../base/words.ts';
import { topicsWithMessages } from '../data/dataset/dataset-topics.ts';
import type { Dataset } from '../data/dataset/read-dataset.ts';
import type { Label } from '../data/dataset/truth.ts';
import type { Interval } from '../data/series/intervals.ts';
import type { SeriesData } from '../data/series/series-in.ts';
import { detectorOnData } from '../lab/detectors/counted-topics.ts';
import type { Model } from '../lab/detectors/model.ts';
import { parseParameters } from '../lab/detectors/parameters.ts';
import {
  seriesAnomaly,
  seriesDetector,
  seriesDetectorId,
  seriesSamples,
} from '../lab/detectors/series/series-detector.ts';
import { seriesParametersSchema } from '../lab/detectors/series/series-scorer.ts';
import { defaultFalseAlarmsPerDay } from '../lab/detectors/threshold.ts';
import { trainingData } from '../lab/detectors/training.ts';
import type { ScoreRow } from '../lab/detectors/write-detections.ts';
import { readRunTruth, seriesRun, spanOf } from '../lab/evaluation/dataset-truth.ts';
import { resultRows } from '../lab/evaluation/result-rows.ts';
import { scoreDetections } from '../lab/evaluation/score-detections.ts';
import { unitLabeller, withoutIntervals } from '../lab/evaluation/unit-truth.ts';
import type { Detected } from './detect-in-dataset.ts';
import { gapNotes } from './gap-note.ts';
import { type DetectedSeries, detectInSeries } from './series/detect-series.ts';
import { type SeriesTraining, type SeriesTrainingOptions, trainingSamples } from './series/train-series.ts';
import { recordsOf, type Watch } from './watch.ts';

/** What to train on of a series dataset: all but its labels and what is excluded. */
export async function trainingOnSeries(
  data: SeriesData,
  { excluded = [], falseAlarmsPerDay }: SeriesTrainingOptions,
): Promise<SeriesTraining> {
  const { truth } = await seriesRun(data);
  const labelled = truth.labels.flatMap(({ entities, start, effect_end }) =>
    entities.map(({ id }) => ({ startMs: Date.parse(start), endMs: Date.parse(effect_end), channel: id })),
  );
  return trainingSamples(data, { excluded: [...labelled, ...excluded], falseAlarmsPerDay });
}

/** What to train on of a dataset of messages, counted by topic: its clean windows, without what is excluded. @throws TRAINING_IMPOSSIBLE */
export async function trainingOnMessages(
  dataset: Dataset,
  options: Watch & {
    readonly excluded?: readonly Interval[];
    readonly falseAlarmsPerDay?: number | undefined;
    /** Of the local calendar; default UTC. */
    readonly timezone?: string;
  },
): Promise<SeriesTraining> {
  const { excluded = [], falseAlarmsPerDay = defaultFalseAlarmsPerDay, timezone = 'UTC', onNote } = options;
  const { dir, manifest } = dataset;
  const topics = topicsWithMessages(dataset);
  const detector = detectorOnData(seriesDetector, { data: dir, topics, isSimulated: manifest.scenario !== null });
  const gaps = gapNotes();
  const run = {
    records: recordsOf(dataset, 'reading', options),
    span: spanOf(dataset),
    labeller: withoutIntervals(unitLabeller(await readRunTruth(dataset)), excluded),
    onGap: gaps.onGap,
  };
  const data = await trainingData([run], [detector]);
  for (const note of gaps.notes()) onNote?.(`${dir}: ${note}`);
  const clean = data.unitsFor(detector).filter(({ kind }) => kind === 'clean');
  const { windowMs, names } = detector.features;
  return {
    parameters: { kind: 'count', timezone, falseAlarmsPerDay, channels: names.map(id => ({ id, periodMs: windowMs })) },
    samples: seriesSamples(
      names,
      clean.map(({ unit }) => unit),
    ),
    dataset: manifest.files['events.csv'].sha256,
    days: data.days,
  };
}

/** Searches a series dataset, and scores what was found where there are labels. @throws MODEL_MISMATCH by `assertSameKind` */
export async function detectOnSeries(
  model: Model,
  data: SeriesData,
  onScored: (row: ScoreRow) => void = () => undefined,
): Promise<Detected & Pick<DetectedSeries, 'seasonalFrom'> & { readonly labels: readonly Label[] }> {
  const run = await seriesRun(data);
  const { labels } = run.truth;
  const scored: ScoreRow[] = [];
  const { alarms, seasonalFrom } = await detectInSeries(model, data, ({ unit, score }) => {
    const row = { ...unit, score, anomaly: seriesAnomaly, detector: seriesDetectorId };
    if (labels.length > 0) scored.push(row);
    onScored(row);
  });
  const rows =
    labels.length > 0 ? resultRows((await scoreDetections(run, alarms, scored, [seriesAnomaly])).outcomes) : [];
  return { alarms, rows, seasonalFrom, labels };
}

/**
 * Compares a model's series with those of a dataset.
 *
 * @param name of the model, for messages
 * @returns a note on channels that the model does not know
 * @throws MODEL_MISMATCH when the model is about another kind of series
 */
export function assertSameKind(
  { description }: Model,
  name: string,
  { manifest: { kind, channels } }: Pick<SeriesData, 'manifest'>,
): readonly string[] {
  const { kind: known } = parseParameters(seriesDetectorId, seriesParametersSchema, description.parameters);
  if (known !== kind) {
    throw cannot('MODEL_MISMATCH', `use model ${name}`)(
      `it was trained on ${known}s, the dataset holds ${kind}s`,
      `a model of ${kind}s`,
    );
  }
  const names = new Set(description.features.names);
  const added = channels.filter(({ id }) => !names.has(id));
  if (added.length === 0) return [];
  const what = added.length === 1 ? `channel ${added[0]?.id}` : pluralize(added.length, 'channel');
  return [`${name} has no history of ${what}: judged from what is in the dataset`];
}

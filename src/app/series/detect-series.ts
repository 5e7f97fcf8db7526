import { cannot } from '../../base/errors.ts';
import { pluralize } from '../../base/words.ts';
import type { Label } from '../../data/dataset/truth.ts';
import { channelsOf, type SeriesData } from '../../data/series/series-in.ts';
import { alarmMerger } from '../../lab/detectors/alarms.ts';
import type { Alarm } from '../../lab/detectors/detector.ts';
import { type Model, trainedParametersOf } from '../../lab/detectors/model.ts';
import { parseParameters } from '../../lab/detectors/parameters.ts';
import { loadedSeries, seriesAnomaly, seriesDetectorId } from '../../lab/detectors/series/series-detector.ts';
import { seriesParametersSchema } from '../../lab/detectors/series/series-scorer.ts';
import type { ScoreRow } from '../../lab/detectors/write-detections.ts';
import { seriesRun } from '../../lab/evaluation/dataset-truth.ts';
import { resultRows } from '../../lab/evaluation/result-rows.ts';
import { scoreDetections } from '../../lab/evaluation/score-detections.ts';
import type { Detected } from '../detect-in-dataset.ts';

/** What was found in a series dataset. */
export type DetectedSeries = Detected & {
  readonly labels: readonly Label[];
  /**
   * By channel, from when on the time of day, or the day of the week, was judged [ms]: the start of the data if it was from the first sample on, or there
   * is no sample; a channel that is missing never was.
   */
  readonly seasonalFrom: ReadonlyMap<string, number>;
};

/**
 * Searches a series dataset sample by sample, each from its past only, and scores what was found where there are labels.
 *
 * @param onScored is called for each sample
 */
export async function detectOnSeries(
  model: Model,
  data: SeriesData,
  onScored: (row: ScoreRow) => void = () => undefined,
): Promise<DetectedSeries> {
  const run = await seriesRun(data);
  const { labels } = run.truth;
  const scorer = loadedSeries(trainedParametersOf(model), channelsOf(data));
  const channels = new Map(channelsOf(data).map(({ id, periodMs }) => [id, stateOf(id, periodMs)]));
  const alarms: Alarm[] = [];
  const scored: ScoreRow[] = [];
  const seasonalFrom = new Map(channelsOf(data).map(({ id }) => [id, data.startMs]));
  for await (const { timeMs, channel, value } of data.rows()) {
    const state = channels.get(channel);
    if (state === undefined) continue;
    const { score, sinceMs, explain } = scorer.push({ timeMs, channel, value });
    if (!scorer.isSeasonal(channel)) seasonalFrom.delete(channel);
    else if (!seasonalFrom.has(channel)) seasonalFrom.set(channel, timeMs);
    const unit = { startMs: timeMs, endMs: timeMs + state.periodMs, entity: state.entity, features: [value] };
    const row = { ...unit, ...named, score };
    const isSoon = timeMs - state.alarmEndMs <= mostMissing * state.periodMs;
    const startMs = isSoon ? Math.min(timeMs, state.alarmEndMs) : timeMs;
    state.alarmEndMs = score > 1 ? unit.endMs : Number.POSITIVE_INFINITY;
    if (labels.length > 0) scored.push(row);
    onScored(row);
    alarms.push(
      ...state.merger.push({
        ...{ unit: { ...unit, startMs }, score, sinceMs },
        explain: () => ({ text: explain(), features: { score } }),
      }),
    );
  }
  for (const { merger } of channels.values()) alarms.push(...merger.finish());
  alarms.sort((a, b) => a.startMs - b.startMs);
  const rows =
    labels.length > 0 ? resultRows((await scoreDetections(run, alarms, scored, [seriesAnomaly])).outcomes) : [];
  return { alarms, rows, seasonalFrom, labels };
}

/** An alarm lasts over so many missing samples at most. */
const mostMissing = 10;

const named = { detector: seriesDetectorId, anomaly: seriesAnomaly } as const;

function stateOf(id: string, periodMs: number) {
  const entity = { type: 'channel' as const, id };
  const merger = alarmMerger({ ...named, threshold: 1, gapMs: periodMs });
  /** End of the last sample, if it was one of an alarm [ms]. */
  const alarmEndMs: number = Number.POSITIVE_INFINITY;
  return { entity, periodMs, merger, alarmEndMs };
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

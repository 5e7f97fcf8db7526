import { channelsOf, type SeriesData } from '../../data/series/series-in.ts';
import { alarmMerger } from '../../lab/detectors/alarms.ts';
import type { Alarm, ScoredUnit } from '../../lab/detectors/detector.ts';
import { type Model, trainedParametersOf } from '../../lab/detectors/model.ts';
import { loadedSeries, seriesAnomaly, seriesDetectorId } from '../../lab/detectors/series/series-detector.ts';

/** What was found in a series dataset. */
export type DetectedSeries = {
  readonly alarms: readonly Alarm[];
  /** By channel, from when on the time of day was judged [ms]; a channel that is missing never was. */
  readonly seasonalFrom: ReadonlyMap<string, number>;
};

/** Searches a series dataset sample by sample, each from its past only. @param onScored is called for each sample */
export async function detectInSeries(
  model: Model,
  data: SeriesData,
  onScored: (scored: ScoredUnit) => void,
): Promise<DetectedSeries> {
  const scorer = loadedSeries(trainedParametersOf(model), channelsOf(data));
  const channels = new Map(channelsOf(data).map(({ id, periodMs }) => [id, stateOf(id, periodMs)]));
  const alarms: Alarm[] = [];
  const seasonalFrom = new Map<string, number>();
  for await (const { timeMs, channel, value } of data.rows()) {
    const state = channels.get(channel);
    if (state === undefined) continue;
    const { score, sinceMs, explain } = scorer.push({ timeMs, channel, value });
    if (!seasonalFrom.has(channel) && scorer.isSeasonal(channel)) seasonalFrom.set(channel, timeMs);
    const unit = { startMs: timeMs, endMs: timeMs + state.periodMs, entity: state.entity, features: [value] };
    const scored = { unit, score, sinceMs, explain: () => ({ text: explain(), features: { score } }) };
    onScored(scored);
    alarms.push(...state.merger.push(scored));
  }
  for (const { merger } of channels.values()) alarms.push(...merger.finish());
  return { alarms: alarms.sort((a, b) => a.startMs - b.startMs), seasonalFrom };
}

function stateOf(id: string, periodMs: number) {
  const entity = { type: 'channel' as const, id };
  const named = { detector: seriesDetectorId, anomaly: seriesAnomaly };
  return { entity, periodMs, merger: alarmMerger({ ...named, threshold: 1, windowMs: periodMs }) };
}

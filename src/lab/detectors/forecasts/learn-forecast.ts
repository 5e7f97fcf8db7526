import { isDeepStrictEqual } from 'node:util';
import type { ForecastModel, ForecastTraining, LearntForecast } from './forecast-model.ts';
import { type ForecastWindow, heldOutForecasts } from './forecast-stream.ts';

/** What a forecast model learnt, and its forecasts of the streams that it learnt from, each made without its stream. */
export type ForecastOfStreams = {
  readonly learnt: LearntForecast;
  readonly held: readonly (readonly ForecastWindow[])[];
};

/** Detectors of several anomalies learn the same forecast from the same streams, one after the other; each model keeps what it learnt last. */
const lastLearnt = new WeakMap<ForecastModel, { training: ForecastTraining; result: ForecastOfStreams }>();

/** Trains a forecast model, unless the streams are those that it was trained on last. */
export async function learnForecast(forecast: ForecastModel, training: ForecastTraining): Promise<ForecastOfStreams> {
  const last = lastLearnt.get(forecast);
  if (last !== undefined && isDeepStrictEqual(last.training, training)) return last.result;
  const learnt = await forecast.train(training);
  const result = { learnt, held: heldOutForecasts(learnt.heldOut, training.streams, training.windowMs) };
  lastLearnt.set(forecast, { training, result });
  return result;
}

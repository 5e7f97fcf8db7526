import type { SeriesWindow } from '../../features/series-memory.ts';
import type { TrainedParameters } from '../detector.ts';
import type { Forecaster } from './forecasters.ts';

/** Clean streams to learn from, each without gaps. */
export type ForecastTraining = {
  readonly streams: readonly (readonly SeriesWindow[])[];
  readonly windowMs: number;
  /** What the windows count. */
  readonly columns: readonly string[];
  readonly seed: number;
};

/** What a forecast model learnt. */
export type LearntForecast = Pick<TrainedParameters, 'files' | 'validation' | 'backend'> & {
  /** A forecaster for a stream, by its index, that did not learn from what it forecasts. */
  readonly heldOut: (stream: number) => Forecaster;
};

/** A forecaster that may have to be trained. What it learns is in files beside the model. */
export type ForecastModel = {
  readonly id: string;
  /** Names of the files that it learns. */
  readonly files: readonly string[];
  /** Library and version that computes. */
  readonly library: string;
  readonly train: (training: ForecastTraining) => Promise<LearntForecast>;
  /** @throws MODEL_INVALID when a file is missing or damaged */
  readonly load: (files: TrainedParameters['files']) => Promise<Forecaster>;
};

/** A forecaster that learns nothing. */
export function untrained(id: string, forecaster: Forecaster): ForecastModel {
  const library = 'cqshop';
  return { id, files: [], library, train: async () => ({ heldOut: () => forecaster }), load: async () => forecaster };
}

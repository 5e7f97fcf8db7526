import { z } from 'zod';
import { dayMs } from '../../../base/time.ts';
import type { SeriesChannels } from '../../features/series-channels.ts';
import type { SeriesFeatures } from '../../features/series-counts.ts';
import type { Detector } from '../detector.ts';
import { parseParameters } from '../parameters.ts';
import type { Forecaster } from './forecasters.ts';
import { residualScales } from './residual-scales.ts';
import { residualScorer } from './residual-scorer.ts';
import { rollingForecasts } from './rolling-forecasts.ts';
import { pastFile, pastFromFile, pastToFile, scalesSchema, scalesToParameters } from './series-parameters.ts';
import { lastDays, leastDays, trainingStreams } from './training-streams.ts';

/** The scales of a forecaster's errors; the days that it was trained on are in a file. */
export function forecastParametersSchema(channels: SeriesChannels) {
  return z.object({ scales: scalesSchema(channels) });
}

/** What defines a forecasting detector: its anomaly, its series, its forecaster and horizon. */
export type ForecastDetectorOptions = {
  readonly id: string;
  readonly anomaly: string;
  readonly description: string;
  readonly features: SeriesFeatures;
  readonly horizonDays: number;
  readonly forecaster: Forecaster;
};

/** A baseline that forecasts without a network. The same code scores its forecasts and those of the LSTM. */
export function forecastDetector(options: ForecastDetectorOptions): Detector {
  const { id, anomaly, description, features, horizonDays, forecaster } = options;
  const { windowMs, channels } = features;
  const horizonWindows = (horizonDays * dayMs) / windowMs;
  return {
    id,
    anomaly,
    role: 'baseline',
    description,
    library: 'cqshop',
    features,
    supervised: false,
    async train(units) {
      const streams = trainingStreams(id, units, windowMs);
      const held = streams.map(stream =>
        rollingForecasts(forecaster, stream, { windowMs, horizonWindows, fromDay: leastDays }),
      );
      return {
        parameters: { scales: scalesToParameters(residualScales(held, features)) },
        files: { [pastFile]: pastToFile(lastDays(streams, windowMs), channels) },
      };
    },
    async load({ parameters, files }) {
      const { scales } = parseParameters(id, forecastParametersSchema(channels), parameters);
      const past = pastFromFile(id, files?.[pastFile], channels);
      return residualScorer({ series: features, horizonWindows, past, scales, forecaster });
    },
  };
}

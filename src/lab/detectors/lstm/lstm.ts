import type { SeriesChannels } from '../../features/series-channels.ts';
import type { Series } from '../../features/series-counts.ts';
import { seasonalMedians, seasonalProfile } from '../../features/series-profile.ts';
import type { Detector, TrainedParameters } from '../detector.ts';
import type { OfSeries } from '../for-any-topics.ts';
import { parseParameters } from '../parameters.ts';
import { forecastBands } from '../residuals/forecast-bands.ts';
import { forecastParametersSchema } from '../residuals/forecast-detector.ts';
import type { Forecaster } from '../residuals/forecasters.ts';
import { residualScales } from '../residuals/residual-scales.ts';
import { residualScorer } from '../residuals/residual-scorer.ts';
import { pastFile, pastFromFile, pastToFile, scalesToParameters } from '../residuals/series-parameters.ts';
import type { StreamingForecastOptions } from '../residuals/streaming-forecasts.ts';
import { lastDays, trainingStreams } from '../residuals/training-streams.ts';
import { countsOf, crossTrained } from './cross-training.ts';
import { heldOutErrors } from './held-out-errors.ts';
import { predictResiduals } from './network.ts';
import { networkFromFiles, networkToFiles } from './network-files.ts';
import { inputOf, outputHours } from './residual-windows.ts';
import { type LayersModel, startTensorFlow, type TensorFlow, tensorflowVersion } from './tensorflow.ts';

/**
 * An LSTM that forecasts the next two days, hour by hour and channel by channel: the medians of the last 22 days, times a factor
 * that the network derives from the last day, the last week and the calendar. The same code as for the baselines scores it.
 *
 * @param features a series by the hour
 */
export function lstm({ anomaly, features }: OfSeries): Detector {
  const { windowMs, channels } = features;
  return {
    id: 'lstm',
    anomaly,
    role: 'learner',
    description: 'LSTM on the residuals of the hourly medians, forecasting two days; forecast against actual',
    library: tensorflowVersion,
    features,
    supervised: false,
    async train(units, { seed }) {
      const streams = trainingStreams('lstm', units, windowMs);
      const tf = await startTensorFlow();
      const { network, unseen } = crossTrained(tf, streams, { seed, channels });
      const files = await networkToFiles(tf, network);
      network.dispose();
      return {
        parameters: { scales: scalesToParameters(residualScales(unseen, features)) },
        files: { ...files, [pastFile]: pastToFile(lastDays(streams, windowMs), channels) },
        validation: heldOutErrors(unseen),
      };
    },
    async load(trained) {
      return residualScorer(await loadedForecast(trained, features));
    },
    async view(trained, units) {
      return { forecast: forecastBands(await loadedForecast(trained, features), units) };
    },
  };
}

/** The network as a forecaster like any other; `npm run forecasts` compares it with the baselines. @public */
export function networkForecaster(tf: TensorFlow, network: LayersModel, channels: SeriesChannels): Forecaster {
  return (memory, originMs, windows) => {
    const past = memory.before(originMs);
    const profile = seasonalProfile(seasonalMedians(past, memory.windowMs), memory.windowMs);
    const hours = past.map(window => ({ ...window, usual: profile.at(window.startMs) }));
    const usual = Array.from({ length: windows }, (_, hour) => profile.at(originMs + hour * memory.windowMs));
    return countsOf(predictResiduals(tf, network, inputOf(hours, channels)), usual);
  };
}

async function loadedForecast(
  { parameters, files }: TrainedParameters,
  series: Series,
): Promise<StreamingForecastOptions> {
  const { scales } = parseParameters('lstm', forecastParametersSchema(series.channels), parameters);
  const tf = await startTensorFlow();
  const network = await networkFromFiles(tf, files);
  return {
    series,
    horizonWindows: outputHours,
    past: pastFromFile('lstm', files?.[pastFile], series.channels),
    scales,
    forecaster: networkForecaster(tf, network, series.channels),
  };
}

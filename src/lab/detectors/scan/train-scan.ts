import { dayMs } from '../../../base/time.ts';
import type { SeriesWindow } from '../../features/series-memory.ts';
import type { TrainedParameters, TrainingUnit } from '../detector.ts';
import type { ForecastWindow } from '../forecasts/forecast-stream.ts';
import { learnForecast } from '../forecasts/learn-forecast.ts';
import { pastFile, pastToFile } from '../forecasts/series-parameters.ts';
import { lastDays, leastDays, trainingStreams } from '../forecasts/training-streams.ts';
import { trainingImpossible } from '../parameters.ts';
import { overdueMinutes, overdueStatistic } from './overdue.ts';
import { returnLevel } from './return-level.ts';
import type { ScanParts } from './scan.ts';
import { fitScanModel, scanModelToParameters } from './scan-model.ts';
import { type ScanWindow, windowInColumns } from './scan-series.ts';

/**
 * Learns the forecast, then the scan from forecasts of days that they did not learn from, then the judge from what the scan says of these days.
 *
 * @returns what `loadScan` reads
 * @throws TRAINING_IMPOSSIBLE when no stream is long enough
 */
export async function trainScan(
  { id, features, series, forecast, judge }: ScanParts,
  units: readonly TrainingUnit[],
  seed: number,
): Promise<TrainedParameters> {
  const { windowMs, columns } = series;
  const perDay = dayMs / windowMs;
  const streams = trainingStreams(id, units, windowMs);
  const ofColumns = streams.map(stream => stream.map(window => windowInColumns(window, series)));
  const { learnt, held } = await learnForecast(forecast, { streams: ofColumns, windowMs, columns, seed });
  const { model, ratios } = fitScanModel(scanWindows(streams, held), series);
  if (ratios.length === 0) {
    throw trainingImpossible(
      id,
      `the only continuous part of the training data is not longer than ${leastDays + 1} days`,
      '22 days of clean data',
    );
  }
  const judged = await judge.train(ratios, perDay);
  const overdue = units.map(({ unit }) => overdueStatistic(overdueMinutes(unit, features)));
  return {
    parameters: {
      scan: scanModelToParameters(model),
      overdueScale: returnLevel(overdue, perDay),
      judge: judged.parameters,
    },
    files: { ...learnt.files, ...judged.files, [pastFile]: pastToFile(lastDays(ofColumns, windowMs), columns) },
    validation: { ...learnt.validation, ...judged.validation },
    ...(learnt.backend === undefined ? {} : { backend: learnt.backend }),
  };
}

/** The windows that have a forecast, which are the last ones of each stream, with their counts per channel. */
function scanWindows(
  streams: readonly (readonly SeriesWindow[])[],
  forecasts: readonly (readonly ForecastWindow[])[],
): readonly (readonly ScanWindow[])[] {
  return forecasts.map((ofStream, index) => {
    const counted = streams[index]?.slice(-ofStream.length) ?? [];
    return ofStream.map(({ forecast }, at) => ({ counts: counted[at]?.counts ?? [], forecast }));
  });
}

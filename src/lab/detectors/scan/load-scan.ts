import { z } from 'zod';
import { dayMs } from '../../../base/time.ts';
import type { Unit } from '../../features/feature-set.ts';
import { windowOf } from '../../features/series-memory.ts';
import { longestSilenceMs } from '../../features/sessions.ts';
import type { TrainedParameters } from '../detector.ts';
import { forecastStream } from '../forecasts/forecast-stream.ts';
import { pastFile, pastFromFile } from '../forecasts/series-parameters.ts';
import { parseParameters } from '../parameters.ts';
import { nothingShared, sharedFollower } from '../shared.ts';
import { firstPair } from './fit-scan.ts';
import type { ScanParts } from './scan.ts';
import { scanModelSchema } from './scan-model.ts';
import { pairStatistics } from './scan-pairs.ts';
import { windowInColumns } from './scan-series.ts';

/** A trained scan that follows one stream. */
export type LoadedScan = Awaited<ReturnType<typeof loadScan>>;

/**
 * Loads what `trainScan` returned.
 *
 * @throws MODEL_INVALID when it is not of this detector's shape
 */
export async function loadScan(
  { id, features, series, forecast }: ScanParts,
  { parameters, files }: TrainedParameters,
  { forecasts, pairs } = nothingShared(),
) {
  const { windowMs, columns, lengths } = series;
  const schema = z.object({ scan: scanModelSchema(series), overdueScale: z.number().positive(), judge: z.unknown() });
  const learnt = parseParameters(id, schema, parameters);
  const learntFiles = [...forecast.files, pastFile].map(name => files?.[name]);
  const ofColumns = await sharedFollower(
    forecasts,
    // Of detectors with other features, the first may take a whole silence before the next does.
    { parts: [forecast.id, `${windowMs}`, ...columns, ...learntFiles], keptMs: longestSilenceMs },
    async () => {
      const forecaster = await forecast.load(files);
      return forecastStream(forecaster, { windowMs, past: pastFromFile(id, files?.[pastFile], columns) });
    },
  );
  const { cells } = learnt.scan;
  const paired = { ...series, pairs: learnt.scan.pairs };
  const learntPairs = [lengths, paired.pairs, cells.map(ofLength => ofLength.slice(firstPair(series)))];
  const ofPairs = await sharedFollower(
    pairs,
    // Detectors with the same features take each window in turn.
    { parts: [features.id, JSON.stringify(learntPairs)], keptMs: dayMs },
    async () => pairStatistics(paired, cells),
  );
  return {
    learnt,
    /** The series with the pairs that were learnt. */
    paired,
    /** Takes the next unit: the forecast of it. */
    forecastOf: (unit: Unit) => ofColumns(windowInColumns(windowOf(unit), series)),
    /** Takes the next unit: what pairs show in it. */
    pairsOf: (unit: Unit) => ofPairs(windowOf(unit)),
  };
}

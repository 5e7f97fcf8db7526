import { z } from 'zod';
import { groupBy } from '../../../base/group-by.ts';
import { dayMs, hourMs } from '../../../base/time.ts';
import type { Unit } from '../../features/feature-set.ts';
import { type SeriesWindow, windowOf } from '../../features/series-memory.ts';
import { unitKey } from '../../features/unit-key.ts';
import { growForest, meanProbability } from '../cart/forest.ts';
import { cartLibrary } from '../cart/grow.ts';
import { parseTree, treeToJson } from '../cart/tree.ts';
import type { Detector } from '../detector.ts';
import { forecastStream } from '../forecasts/forecast-stream.ts';
import { learnForecast } from '../forecasts/learn-forecast.ts';
import { pastFile, pastFromFile, pastToFile } from '../forecasts/series-parameters.ts';
import { lastDays, trainingStreams } from '../forecasts/training-streams.ts';
import { usualCurve } from '../forecasts/usual-curve.ts';
import { afterWarmUp } from '../forecasts/warm-up.ts';
import { parseParameters } from '../parameters.ts';
import { firstPair } from './fit-scan.ts';
import { overdueMinutes } from './overdue.ts';
import { type Scan, scanOptions } from './scan.ts';
import { familyScores } from './scan-families.ts';
import {
  fitScanModel,
  type ScanModel,
  type ScanOptions,
  scanModelSchema,
  scanModelToParameters,
} from './scan-model.ts';
import { windowInColumns } from './scan-series.ts';
import { type ScanStatistics, scanStatistics } from './scan-statistics.ts';

const id = 'labelled-scan';
const limits = { trees: 60, maxDepth: 8, minLeafUnits: 8 } as const;

/**
 * The reference: bagged trees on the statistics of the scan, trained on the labels of many runs. It forecasts as the learner of
 * `traffic-intensity` does. The trees see by themselves when something has ended.
 */
export function scanReference(scan: Scan): Detector {
  const { anomaly, features, columns } = scan;
  const { windowMs } = features;
  const series = scanOptions(scan);
  const schema = z.object({
    scan: scanModelSchema(series, { readsAll: true }),
    trees: z.array(z.unknown().transform(parseTree)).min(1),
  });
  const inColumns = (window: SeriesWindow) => windowInColumns(window, series);

  /** Follows a stream; what the trees read of each unit. */
  function follow(model: ScanModel) {
    const paired = { ...series, pairs: model.pairs };
    const statistics = scanStatistics(paired, model.cells);
    const pick = familyScores(scan.families, paired);
    return (unit: Unit, forecast: readonly number[]) => {
      const now = statistics({ counts: unit.features, forecast });
      return [...pick(now).map(({ ratio }) => ratio), ...inputsOf(now, { unit, scan, series })];
    };
  }

  return {
    ...{ id, anomaly, features, role: 'reference', library: cartLibrary },
    description: 'bagged trees on the statistics of the scan, trained on the labels of many runs',
    supervised: true,
    wholeStreams: true,
    async train(units, { seed }) {
      const streams = trainingStreams(id, units, windowMs).map(stream => stream.map(inColumns));
      const { learnt, held } = await learnForecast(usualCurve, { streams, windowMs, columns, seed });
      const runs = [...groupBy(units, ({ stream = 0 }) => stream).values()];
      const forecasts = held.map(stream => new Map(stream.map(each => [each.window.startMs, each.forecast])));
      const { model } = fitScanModel(
        runs.map((run, index) =>
          run.flatMap(({ unit }) => {
            const forecast = forecasts[index]?.get(unit.startMs);
            return forecast === undefined ? [] : [{ counts: unit.features, forecast }];
          }),
        ),
        series,
        { readsAll: true },
      );
      const rows = runs.flatMap((run, stream) => {
        const read = follow(model);
        return run.flatMap(({ unit, positive, touched }, index) => {
          const row = read(unit, forecasts[stream]?.get(unit.startMs) ?? []);
          if (touched || index * windowMs < dayMs) return [];
          const day = `${stream}/${Math.floor(unit.startMs / dayMs)}`;
          return [{ row, positive, day, key: `${stream}/${unitKey(unit)}` }];
        });
      });
      const { trees } = growForest(rows, seed, limits);
      return {
        parameters: { scan: scanModelToParameters(model), trees: trees.map(treeToJson) },
        files: { ...learnt.files, [pastFile]: pastToFile(lastDays(streams, windowMs), columns) },
      };
    },
    async load({ parameters, files }) {
      const learnt = parseParameters(id, schema, parameters);
      const forecaster = await usualCurve.load(files);
      const past = pastFromFile(id, files?.[pastFile], columns);
      const forecastOf = forecastStream(forecaster, { windowMs, past });
      const read = follow(learnt.scan);
      const scoreOf = meanProbability(learnt.trees);
      return afterWarmUp({
        score(unit) {
          const row = read(unit, forecastOf(inColumns(windowOf(unit))));
          const score = scoreOf(row);
          const explain = () => ({ text: `share of the trees' leaves ${score.toFixed(3)}`, features: { score } });
          return [{ unit, score, explain }];
        },
      });
    },
  };
}

/** By length: each column's deviation, alone and given another, the deepest of the pairs; the longest wait, and the hour. */
function inputsOf(
  statistics: ScanStatistics,
  { unit, scan, series }: { readonly unit: Unit; readonly scan: Scan; readonly series: ScanOptions },
): readonly number[] {
  const { lengths } = series;
  const { features } = scan;
  const pairs = firstPair(series);
  const width = pairs + 1;
  const row = new Array<number>(lengths.length * width).fill(0);
  for (const { column, windows, z: deviation } of statistics) {
    const at = lengths.indexOf(windows) * width + Math.min(column, pairs);
    row[at] = column < pairs ? deviation : Math.min(row[at] ?? 0, deviation);
  }
  const hour = (unit.startMs % dayMs) / hourMs;
  return [...row, overdueMinutes(unit, features), hour];
}

import { z } from 'zod';
import { dayMs } from '../../../base/time.ts';
import type { Unit } from '../../features/feature-set.ts';
import { overdueColumn } from '../../features/reaction-series.ts';
import type { SeriesFeatures } from '../../features/series-counts.ts';
import { type SeriesWindow, windowOf } from '../../features/series-memory.ts';
import { longestSilenceMs } from '../../features/sessions.ts';
import type { Detector, TrainedParameters } from '../detector.ts';
import type { ForecastModel } from '../forecasts/forecast-model.ts';
import { forecastStream } from '../forecasts/forecast-stream.ts';
import { learnForecast } from '../forecasts/learn-forecast.ts';
import { pastFile, pastFromFile, pastToFile } from '../forecasts/series-parameters.ts';
import { lastDays, leastDays, trainingStreams } from '../forecasts/training-streams.ts';
import { afterWarmUp } from '../forecasts/warm-up.ts';
import { parseParameters, trainingImpossible } from '../parameters.ts';
import { nothingShared, sharedFollower } from '../shared.ts';
import { endedScores } from './ended-scores.ts';
import { firstPair } from './fit-scan.ts';
import { type Judge, strongestFamily } from './judge.ts';
import { returnLevel } from './return-level.ts';
import { scanBands } from './scan-bands.ts';
import { scanEvidence } from './scan-evidence.ts';
import { familyScores, givenColumns, readByFamilies, type ScanFamily, strongestOf } from './scan-families.ts';
import { fitScanModel, type ScanOptions, scanModelSchema, scanModelToParameters } from './scan-model.ts';
import { pairStatistics } from './scan-pairs.ts';
import { columnCounts } from './scan-series.ts';
import { scanStatistics } from './scan-statistics.ts';

/** What is scanned, for which deviations. */
export type Scan = {
  readonly anomaly: string;
  /** A series; its overdue reactions are read if it has them. */
  readonly features: SeriesFeatures;
  /** What is forecast: names of channels, and `total`. */
  readonly columns: readonly string[];
  readonly families: readonly ScanFamily[];
  /** Lengths of the tested spans, rising; at most 12 h. */
  readonly spansMs: readonly number[];
  /** As `ScanSeries.deficitShare`. */
  readonly deficitShare?: number;
  /** The budget of all detectors that scan it. */
  readonly falseAlarmsPerDay: number;
};

/** What a scanning detector is made of. */
export type ScanDetectorOptions = Pick<Detector, 'id' | 'role' | 'description'> & {
  readonly forecast: ForecastModel;
  /** Default: the strongest family decides. */
  readonly judge?: Judge;
};

/** On eight other days of the same made-up topics, scores of clean days were up to 1.12 times what they were in training. */
const tailMargin = 1.25;

/**
 * Scans a series: sums over spans of many lengths against a forecast at the level before the span. Each family has a scale of its own, 1 for what it
 * reaches once in 22 clean days; the judge makes one score of them.
 */
export function scanDetector(scan: Scan, options: ScanDetectorOptions): Detector {
  const { id, forecast, judge = strongestFamily } = options;
  const { anomaly, features, columns } = scan;
  const { windowMs } = features;
  const series = scanOptions(scan);
  const perDay = dayMs / windowMs;
  const schema = z.object({
    scan: scanModelSchema(series),
    overdueScale: z.number().positive(),
    judge: z.unknown(),
  });
  const inColumns = (window: SeriesWindow) => ({ ...window, counts: columnCounts(window.counts, series) });

  async function loaded({ parameters, files }: TrainedParameters, { forecasts, pairs } = nothingShared()) {
    const learnt = parseParameters(id, schema, parameters);
    const learntFiles = [...forecast.files, pastFile].map(name => files?.[name]);
    const follow = await sharedFollower(
      forecasts,
      // Of detectors with other features, the first may take a whole silence before the next does.
      { parts: [forecast.id, `${windowMs}`, ...columns, ...learntFiles], keptMs: longestSilenceMs },
      async () => {
        const forecaster = await forecast.load(files, { windowMs, columns });
        return forecastStream(forecaster, { windowMs, past: pastFromFile(id, files?.[pastFile], columns) });
      },
    );
    const { cells } = learnt.scan;
    const paired = { ...series, pairs: learnt.scan.pairs };
    const learntPairs = [series.lengths, paired.pairs, cells.map(ofLength => ofLength.slice(firstPair(series)))];
    // Detectors with the same features take each window in turn.
    const options = { parts: [features.id, JSON.stringify(learntPairs)], keptMs: dayMs };
    const ofPairs = await sharedFollower(pairs, options, async () => pairStatistics(paired, cells));
    return { learnt, paired, ofPairs, forecastOf: (unit: Unit) => follow(inColumns(windowOf(unit))) };
  }

  return {
    id,
    anomaly,
    role: options.role,
    falseAlarmsPerDay: scan.falseAlarmsPerDay,
    tailMargin,
    description: options.description,
    library: judge === strongestFamily ? forecast.library : judge.library,
    features,
    supervised: false,
    async train(units, { seed }) {
      const streams = trainingStreams(id, units, windowMs);
      const ofColumns = streams.map(stream => stream.map(inColumns));
      const { learnt, held } = await learnForecast(forecast, { streams: ofColumns, windowMs, columns, seed });
      const windows = held.map((stream, index) => {
        const counted = streams[index]?.slice(-stream.length) ?? [];
        return stream.map((each, at) => ({ counts: counted[at]?.counts ?? [], forecast: each.forecast }));
      });
      const { model, ratios } = fitScanModel(windows, series);
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
    },
    async load(trained, shared) {
      const { learnt, paired, ofPairs, forecastOf } = await loaded(trained, shared);
      const { scan: model, overdueScale } = learnt;
      const decide = judge.load({ parameters: learnt.judge, ...(trained.files && { files: trained.files }) });
      const ofColumns = scanStatistics({ ...series, pairs: [] }, model.cells, readByFamilies(scan.families, paired));
      const pick = familyScores(scan.families, paired);
      const whileItLasts = endedScores(series, model.cells);
      return afterWarmUp({
        score(unit) {
          const deviations = [
            ...ofColumns({ counts: unit.features, forecast: forecastOf(unit) }),
            ...ofPairs(windowOf(unit)),
          ];
          const families = pick(deviations).map((score, family) => ({
            ...score,
            ratio: score.ratio / (model.familyScales[family] ?? 1),
          }));
          const minutes = overdueMinutes(unit, features);
          const overdue = { minutes, ratio: overdueStatistic(minutes) / overdueScale };
          const judged = decide(families.map(({ ratio }) => ratio));
          const raisedBy = overdue.ratio >= judged ? undefined : strongestOf(families)?.strongest;
          const highest = Math.max(overdue.ratio, judged);
          const score = whileItLasts({ score: highest, statistics: deviations, raisedBy });
          return [{ unit, score, explain: () => scanEvidence(unit, families, overdue, paired) }];
        },
      });
    },
    async view(trained, units) {
      const { learnt, forecastOf } = await loaded(trained);
      return { forecast: scanBands(units, { forecastOf, series, cells: learnt.scan.cells }) };
    },
  };
}

/** The scan that a detector's options describe. */
export function scanOptions({
  features,
  columns,
  families,
  spansMs,
  deficitShare = 1,
}: Pick<Scan, 'features' | 'columns' | 'families' | 'spansMs' | 'deficitShare'>): ScanOptions {
  const { windowMs, channels } = features;
  const lengths = [...new Set(spansMs.map(spanMs => Math.max(1, Math.round(spanMs / windowMs))))];
  return { windowMs, channels, columns, families, lengths, deficitShare, given: givenColumns(families) };
}

/** How long reactions are overdue at the end of a unit [min]; 0 for a series that does not say. */
export function overdueMinutes(unit: Unit, { names }: SeriesFeatures): number {
  const column = names.indexOf(overdueColumn);
  return column < 0 ? 0 : (unit.features[column] ?? 0);
}

/** Three minutes are as unusual as one standard deviation, unless training days hold more. */
function overdueStatistic(minutes: number): number {
  return minutes / 3;
}

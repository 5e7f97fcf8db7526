import type { Detector } from '../detector.ts';
import type { ForecastModel } from '../forecasts/forecast-model.ts';
import { afterWarmUp } from '../forecasts/warm-up.ts';
import { type Judge, strongestFamily } from './judge.ts';
import { loadScan } from './load-scan.ts';
import { type Scan, type ScanParts, scanOptions } from './scan.ts';
import { scanBands } from './scan-bands.ts';
import { scoreScan } from './score-scan.ts';
import { trainScan } from './train-scan.ts';

/** How a detector scans. */
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
  const { id, role, description, forecast, judge = strongestFamily } = options;
  const { anomaly, features } = scan;
  const series = scanOptions(scan);
  const parts: ScanParts = { id, features, series, forecast, judge };
  return {
    ...{ id, anomaly, role, description, features, tailMargin },
    library: judge === strongestFamily ? forecast.library : judge.library,
    supervised: false,
    train: (units, { seed }) => trainScan(parts, units, seed),
    async load(trained, shared) {
      const loaded = await loadScan(parts, trained, shared);
      const decide = judge.load({ ...trained, parameters: loaded.learnt.judge });
      return afterWarmUp(scoreScan(parts, loaded, decide));
    },
    async view(trained, units) {
      const { learnt, forecastOf } = await loadScan(parts, trained);
      return { forecast: scanBands(units, { forecastOf, series, cells: learnt.scan.cells }) };
    },
  };
}

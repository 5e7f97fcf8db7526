// Does the network forecast better than simple forecasters? Trains all on some clean runs of 22 days, and lets them forecast others, two days from each
// midnight. Needs a build. Prints each forecaster's error of visits (the sum of absolute errors over the sum of visits; lower is better), and by how
// much the network is better, with its standard error over the runs that were forecast.
//
//   npm run forecasts [-- --training 6 --runs 12 --first-seed 600001]
import { parseArgs } from 'node:util';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { simulatedRecords } from '../dist/app/experiment/simulated-run.js';
import { hourMs } from '../dist/base/time.js';
import { resolveNamed } from '../dist/cli/resolve-named.js';
import { campaignCurve } from '../dist/lab/detectors/forecasts/campaign-curve.js';
import { untrained } from '../dist/lab/detectors/forecasts/forecast-model.js';
import * as forecasters from '../dist/lab/detectors/forecasts/forecasters.js';
import { ridgeForecast } from '../dist/lab/detectors/forecasts/ridge-forecast.js';
import { usualCurve } from '../dist/lab/detectors/forecasts/usual-curve.js';
import { lstmForecast } from '../dist/lab/detectors/lstm/lstm-forecast.js';
import { columnCounts } from '../dist/lab/detectors/scan/scan-series.js';
import { workloadColumns } from '../dist/lab/detectors/workload-shape-detectors.js';
import { foldUnits } from '../dist/lab/features/fold-units.js';
import { memoryDays, movedBefore, seriesMemory, windowOf } from '../dist/lab/features/series-memory.js';
import { workloadTypeSeries } from '../dist/lab/features/type-series.js';

const { values } = parseArgs({
  options: {
    training: { type: 'string', default: '6' },
    runs: { type: 'string', default: '12' },
    'first-seed': { type: 'string', default: '600001' },
  },
});
const [training, runs, firstSeed] = [values.training, values.runs, values['first-seed']].map(Number);
const { windowMs, channels } = workloadTypeSeries;
const perHour = hourMs / windowMs;
const hoursAhead = 48;
const models = {
  lstm: lstmForecast,
  ridge: ridgeForecast,
  'campaign-curve': campaignCurve,
  'usual-curve': usualCurve,
  'seasonal-median': untrained('seasonal-median', forecasters.smoothed(forecasters.seasonalMedian)),
  'median-and-weekly': untrained('median-and-weekly', forecasters.smoothed(forecasters.medianAndWeeklyAverage)),
  'weekly-profile': untrained('weekly-profile', forecasters.smoothed(forecasters.weeklyProfileTimesLevel)),
  'seasonal-naive-7d': untrained('seasonal-naive-7d', forecasters.smoothed(forecasters.seasonalNaiveWeek)),
};

const streams = [];
for (let seed = firstSeed; seed < firstSeed + training + runs; seed += 1) streams.push(await stream(seed));
const taught = streams.slice(0, training);
const errors = new Map();
for (const [name, model] of Object.entries(models)) {
  const { files } = await model.train({ streams: taught, windowMs, columns: workloadColumns, seed: firstSeed });
  const forecaster = await model.load(files);
  errors.set(
    name,
    streams.slice(training).map(windows => errorOf(forecaster, windows)),
  );
}
const ofNetwork = errors.get('lstm');
for (const [name, ofRuns] of [...errors].sort(([, a], [, b]) => mean(a) - mean(b))) {
  const gains = ofRuns.map((error, run) => error - ofNetwork[run]);
  const gain = `${mean(gains).toFixed(3)} ± ${(sampleStandardDeviation(gains) / Math.sqrt(gains.length)).toFixed(3)}`;
  const better = `${gains.filter(each => each > 0).length} of ${gains.length} runs`;
  const against = name === 'lstm' ? '' : `the network is better by ${gain}, in ${better}`;
  console.log(`${name.padEnd(20)} ${mean(ofRuns).toFixed(3)}  ${against}`.trimEnd());
}

/** The windows of a clean run. */
async function stream(seed) {
  const scenario = await resolveNamed('clean', { seed, days: memoryDays });
  const windows = [];
  const folds = foldUnits([workloadTypeSeries], scenario.startMs, unit => {
    const window = windowOf(unit);
    windows.push({ ...window, counts: columnCounts(window.counts, { channels, columns: workloadColumns }) });
  });
  for (const batch of simulatedRecords(scenario)) for (const record of batch) folds.push(record);
  folds.finish(scenario.endMs);
  return windows;
}

function errorOf(forecaster, windows) {
  const memory = seriesMemory(windowMs, 3 * windows.length);
  for (const window of [...movedBefore(taught.at(-1), windowMs, windows[0].startMs), ...windows]) memory.push(window);
  let [error, counted] = [0, 0];
  for (let from = 0; from + hoursAhead * perHour <= windows.length; from += 24 * perHour) {
    const forecast = forecaster(memory, windows[from].startMs, hoursAhead * perHour);
    for (let hour = 0; hour < hoursAhead; hour += 1) {
      let [actual, expected] = [0, 0];
      for (let window = hour * perHour; window < (hour + 1) * perHour; window += 1) {
        actual += windows[from + window].counts[0];
        expected += forecast[window][0];
      }
      error += Math.abs(actual - expected);
      counted += actual;
    }
  }
  return error / counted;
}

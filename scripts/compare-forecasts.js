// Does the network forecast better than simple forecasters? Trains it on the first 22 days of each of several clean runs, and lets all forecast the
// rest of the run, 48 hours at a time. Needs a build. Prints each forecaster's MASE of the total (the mean absolute error over that of "as 24 hours ago" on the
// days of training; lower is better), and by how much the network is better, with its standard error over runs: origins of one run share its days
// and its network, and are no independent trials.
//
//   npm run forecasts [-- --runs 10 --first-seed 600001 --days 42]
//   npm run forecasts -- --csv FILE    a series of `timestamp,value` in place of a run, summed by the hour, each 42 days of it as a run
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { simulatedRecords } from '../dist/app/experiment/simulated-run.js';
import { resolveNamed } from '../dist/cli/resolve-named.js';
import { crossTrained } from '../dist/lab/detectors/lstm/cross-training.js';
import { networkForecaster } from '../dist/lab/detectors/lstm/lstm.js';
import { outputHours } from '../dist/lab/detectors/lstm/residual-windows.js';
import { startTensorFlow } from '../dist/lab/detectors/lstm/tensorflow.js';
import {
  medianAndWeeklyAverage,
  seasonalMedian,
  seasonalNaiveDay,
  seasonalNaiveWeek,
  weeklyProfileTimesLevel,
} from '../dist/lab/detectors/residuals/forecasters.js';
import { rollingForecasts } from '../dist/lab/detectors/residuals/rolling-forecasts.js';
import { foldUnits } from '../dist/lab/features/fold-units.js';
import { shopChannels, topicChannels, totalOf } from '../dist/lab/features/series-channels.js';
import { workloadSeries } from '../dist/lab/features/series-counts.js';
import { memoryDays, windowOf } from '../dist/lab/features/series-memory.js';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    'first-seed': { type: 'string', default: '600001' },
    days: { type: 'string', default: '42' },
    csv: { type: 'string' },
  },
});
const [runs, firstSeed, days] = [values.runs, values['first-seed'], values.days].map(Number);
const { windowMs } = workloadSeries;
const perDay = 86_400_000 / windowMs;
const taught = memoryDays * perDay;
const channels = values.csv === undefined ? shopChannels : topicChannels(['value']);
const baselines = {
  'seasonal-median': seasonalMedian,
  'median-and-weekly': medianAndWeeklyAverage,
  'weekly-profile': weeklyProfileTimesLevel,
  'seasonal-naive-24h': seasonalNaiveDay,
  'seasonal-naive-7d': seasonalNaiveWeek,
};

const tf = await startTensorFlow();
const errors = new Map();
let origins = 0;
for await (const [index, stream] of values.csv === undefined ? simulated() : sessions(values.csv)) {
  const { network } = crossTrained(tf, [stream.slice(0, taught)], { seed: index + 1, channels });
  const forecasters = { lstm: networkForecaster(tf, network, channels), ...baselines };
  const scale = mean(stream.slice(perDay, taught).map((window, hour) => Math.abs(total(window) - total(stream[hour]))));
  for (const [name, forecaster] of Object.entries(forecasters)) {
    const options = { windowMs, horizonWindows: outputHours, fromDay: memoryDays };
    const forecasts = rollingForecasts(forecaster, stream, options);
    const error = mean(forecasts.map(({ window, forecast }) => Math.abs(total(window) - totalOf(forecast, channels))));
    errors.set(name, [...(errors.get(name) ?? []), error / scale]);
  }
  origins += Math.floor((stream.length - taught) / outputHours);
  network.dispose();
}

const ofNetwork = errors.get('lstm') ?? [];
console.log(`${ofNetwork.length} runs, ${origins} origins of two days`);
for (const [name, ofRuns] of [...errors].sort(([, a], [, b]) => mean(a) - mean(b))) {
  const gains = ofRuns.map((error, run) => error - ofNetwork[run]);
  const gain = `${mean(gains).toFixed(3)} ± ${(sampleStandardDeviation(gains) / Math.sqrt(gains.length)).toFixed(3)}`;
  const better = `${gains.filter(each => each > 0).length} of ${gains.length} runs`;
  const against = name === 'lstm' ? '' : `the network is better by ${gain}, in ${better}`;
  console.log(`${name.padEnd(20)} ${mean(ofRuns).toFixed(3)}  ${against}`.trimEnd());
}

function total({ counts }) {
  return totalOf(counts, channels);
}

/** The hours of clean runs. */
async function* simulated() {
  for (let index = 0; index < runs; index += 1) {
    const scenario = await resolveNamed('clean', { seed: firstSeed + index, days });
    const hours = [];
    const folds = foldUnits([workloadSeries], scenario.startMs, unit => hours.push(windowOf(unit)));
    for (const batch of simulatedRecords(scenario)) for (const record of batch) folds.push(record);
    folds.finish(scenario.endMs);
    yield [index, hours];
  }
}

/** Stretches of a file, one after the other. A timestamp without an offset is taken for UTC. */
async function* sessions(file) {
  const sums = new Map();
  for await (const { timestamp, value } of createReadStream(file).pipe(parse({ columns: true }))) {
    const timeMs = Date.parse(/Z|[+-]\d\d:\d\d$/.test(timestamp) ? timestamp : `${timestamp.replace(' ', 'T')}Z`);
    const startMs = Math.floor(timeMs / windowMs) * windowMs;
    sums.set(startMs, (sums.get(startMs) ?? 0) + Number(value));
  }
  const [first, last] = [Math.min(...sums.keys()), Math.max(...sums.keys())];
  const hours = [];
  for (let startMs = first; startMs <= last; startMs += windowMs)
    hours.push({ startMs, counts: [sums.get(startMs) ?? 0] });
  const length = days * perDay;
  for (let index = 0; (index + 1) * length <= hours.length; index += 1) {
    yield [index, hours.slice(index * length, (index + 1) * length)];
  }
}

// What learners alarm about where all four anomalies are in one run: for each learner of models/, how many labels it finds, and how many of its
// false alarms overlap a label of each anomaly, with 95 % intervals over runs. Those in a label of its own anomaly name another user or product. Needs a
// build. The last line has the share of time in labels: what chance would give.
//
//   npm run confusions [-- --runs 60 --first-seed 900101]

import { parseArgs } from 'node:util';
import { mean, sum } from 'simple-statistics';
import { readModels } from '../dist/app/experiment/evaluate-seeds.js';
import { simulatedRun } from '../dist/app/experiment/simulated-run.js';
import { mergedAlarms } from '../dist/lab/detectors/alarms.js';
import { loadedDetectors } from '../dist/lab/detectors/detect.js';
import { detectableAnomalies, detectorFor } from '../dist/lab/detectors/registry.js';
import { matchAlarms, overlaps, subjectOf } from '../dist/lab/evaluation/matching.js';
import { percentileInterval, resampledWeights } from '../dist/lab/evaluation/resampling.js';
import { scoreRun } from '../dist/lab/evaluation/score-run.js';
import { alarmGapOf } from '../dist/lab/features/feature-set.js';
import { readScenario } from '../dist/shop/scenarios/read-scenario.js';
import { resolveScenario } from '../dist/shop/scenarios/resolve-scenario.js';
import { leaveOutTraceless } from '../dist/shop/simulation/leave-out.js';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '60' }, 'first-seed': { type: 'string', default: '900101' } },
});
const firstSeed = Number(values['first-seed']);
const clean = await readScenario('clean');
const lists = await Promise.all(detectableAnomalies.map(async anomaly => (await readScenario(anomaly)).anomalies));
const models = detectableAnomalies.flatMap(id => readModels(`models/${id}`, id).slice(0, 1));

const labelled = [];
const outcomes = [];
for (let seed = firstSeed; seed < firstSeed + Number(values.runs); seed += 1) {
  const anomalies = lists.map(list => ({ ...list[seed % list.length], at: 'random' }));
  const scenario = resolveScenario({ ...clean, name: 'all-anomalies', seed, anomalies });
  const { records, truth } = (await leaveOutTraceless(scenario, simulatedRun, true)).result;
  const run = { run: String(seed), records, span: scenario, truth };
  // A detector learns from the run that it scores, so each run has its own.
  const { alarms } = await scoreRun(await loadedDetectors(models), run, { withPerfect: false });
  outcomes.push(detectableAnomalies.map(anomaly => outcomeOf(anomaly, alarms, truth)));
  labelled.push(detectableAnomalies.map(anomaly => labelledShare(anomaly, truth, scenario)));
}

const weights = resampledWeights(outcomes.length, 'confusions');
const columns = ['learner of', 'found', 'false in 22 days', ...detectableAnomalies.map(id => `in ${id}`), 'elsewhere'];
console.log(row(columns));
console.log(row(columns.map(() => '---')));
for (const [index, anomaly] of detectableAnomalies.entries()) {
  const own = outcomes.map(outcome => outcome[index]);
  const total = figure => sum(own.map(figure));
  const { low, high } = percentileInterval(weights.map(of => mean(own.map(({ wrong }, run) => wrong * of[run]))));
  const perRun = `${mean(own.map(({ wrong }) => wrong)).toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
  const found = `${total(({ found }) => found)}/${total(({ labels }) => labels)}`;
  const during = detectableAnomalies.map((_, other) => total(({ during }) => during[other]));
  console.log(row([anomaly, found, perRun, ...during, total(({ elsewhere }) => elsewhere)]));
}
const percents = detectableAnomalies.map(
  (_, index) => `${(100 * mean(labelled.map(shares => shares[index]))).toFixed(1)} %`,
);
console.log(row(['time in labels', '', '', ...percents, '']));

function outcomeOf(anomaly, alarms, truth) {
  const { features } = detectorFor(anomaly);
  const labels = truth.labels.filter(label => label.anomaly === anomaly);
  const own = alarms.filter(alarm => alarm.anomaly === anomaly);
  const subjects = own.map(alarm => ({ ...alarm, entity: subjectOf(alarm, labels) }));
  const matched = matchAlarms(mergedAlarms(subjects, alarmGapOf(features)), truth, features.windowMs);
  const wrong = matched.filter(match => match.labels.length === 0);
  const during = ({ alarm }, id) =>
    truth.labels.some(label => label.anomaly === id && overlaps(alarm, label, features.windowMs));
  return {
    labels: labels.length,
    found: labels.filter(label => matched.some(match => match.labels.includes(label))).length,
    wrong: wrong.length,
    during: detectableAnomalies.map(id => wrong.filter(match => during(match, id)).length),
    elsewhere: wrong.filter(match => !detectableAnomalies.some(id => during(match, id))).length,
  };
}

function labelledShare(anomaly, truth, { startMs, endMs }) {
  const own = truth.labels.filter(label => label.anomaly === anomaly);
  return sum(own.map(({ start, effect_end }) => Date.parse(effect_end) - Date.parse(start))) / (endMs - startMs);
}

function row(cells) {
  return `| ${cells.join(' | ')} |`;
}

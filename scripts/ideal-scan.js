// What the best scan could find: prints, for the lengths and the budget of each volume anomaly, how many anomalies of z 4 to 6 it finds in
// noise that it knows perfectly (independent, normal, of variance 1). Needs a build.
//
//   node scripts/ideal-scan.js [--runs 20 --first-seed 821001]
//
// With --runs it also prints when it would know of the anomalies of so many runs: one of strength z over a length L reaches the threshold t after
// L (t / z)² on average, at full strength from its start.

import { parseArgs } from 'node:util';
import { testRun } from '../dist/app/experiment/plan.js';
import { simulatedRun } from '../dist/app/experiment/simulated-run.js';
import { readScenario } from '../dist/shop/scenarios/read-scenario.js';
import { leaveOutTraceless } from '../dist/shop/simulation/leave-out.js';

const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '0' }, 'first-seed': { type: 'string', default: '821001' } },
});

/** Windows of a length; lengths of anomalies in the middle of what the scenarios draw. */
const scans = [
  {
    anomaly: 'traffic-intensity',
    perDay: 96,
    lengths: [1, 2, 3, 4, 6, 8, 12, 16, 24],
    drawn: [4, 8, 12, 16, 24],
    columns: 4,
  },
  { anomaly: 'workload-shape', perDay: 24, lengths: [1, 2, 3, 4, 6, 8, 12], drawn: [3, 4, 5, 6, 8], columns: 6 },
];
/** One false alarm in so many days. */
const budgetDays = 66;
const cleanDays = 3300;
const tries = 3000;

/** Mulberry32: the same figures each time. */
let state = 12345;
function uniform() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

function normal() {
  return Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
}

/** At each window the highest deviation of the lengths that end there. */
function scan(values, lengths) {
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value);
  return values.map((_, end) =>
    Math.max(
      ...lengths.map(length => (end + 1 < length ? -9 : (sums[end + 1] - sums[end + 1 - length]) / Math.sqrt(length))),
    ),
  );
}

function noise(length) {
  return Array.from({ length }, normal);
}

for (const { anomaly, perDay, lengths, drawn, columns } of scans) {
  const clean = Array.from({ length: columns }, () => scan(noise(cleanDays * perDay), lengths));
  const alarmsAbove = threshold =>
    clean.reduce(
      (sum, scores) =>
        sum + scores.filter((score, at) => score > threshold && (scores[at - 1] ?? 0) <= threshold).length,
      0,
    );
  let threshold = 3;
  while (alarmsAbove(threshold) > cleanDays / budgetDays) threshold += 0.01;
  const recalls = [4, 4.5, 5, 5.5, 6].map(z => {
    let found = 0;
    for (let index = 0; index < tries; index += 1) {
      const length = drawn[Math.floor(uniform() * drawn.length)];
      const before = Math.max(...lengths);
      const values = noise(before + length).map((value, at) => (at < before ? value : value + z / Math.sqrt(length)));
      if (
        scan(values, lengths)
          .slice(before)
          .some(score => score > threshold)
      )
        found += 1;
    }
    return found / tries;
  });
  const mean = recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
  console.log(
    `${anomaly}: threshold ${threshold.toFixed(2)}, recall at z 4, 4.5, 5, 5.5, 6: ${recalls.map(recall => recall.toFixed(2)).join(', ')}, mean ${mean.toFixed(2)}`,
  );
  await printDelays(anomaly, threshold);
}

async function printDelays(anomaly, threshold) {
  const delays = new Map();
  const firstSeed = Number(options['first-seed']);
  for (let seed = firstSeed; seed < firstSeed + Number(options.runs); seed += 1) {
    const scenario = testRun({ ...(await readScenario(anomaly)), seed });
    const { result } = await leaveOutTraceless(scenario, simulatedRun);
    for (const { variant, intensity, start, end, parameters } of result.truth.labels) {
      const minutes = ((Date.parse(end) - Date.parse(start)) / 60_000) * (threshold / parameters.visibilityZ) ** 2;
      // Weaker ones do not reach the threshold on average.
      if (parameters.visibilityZ > threshold)
        for (const group of [`${variant} ${intensity}`, `${variant} all`, 'all'])
          delays.set(group, [...(delays.get(group) ?? []), minutes]);
    }
  }
  for (const [group, minutes] of [...delays].sort(([a], [b]) => a.localeCompare(b))) {
    const median = minutes.sort((a, b) => a - b)[Math.floor(minutes.length / 2)];
    console.log(`  ${group}: ${minutes.length} anomalies, median delay ${Math.round(median)} min`);
  }
}

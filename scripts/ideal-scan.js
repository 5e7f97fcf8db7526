// What the best scan could find: prints, for the lengths and the budget of each volume anomaly, how many anomalies of z 4 to 6 it finds in
// noise that it knows perfectly (independent, normal, of variance 1). Needs a build.
//
//   node scripts/ideal-scan.js [--runs 60 --first-seed 821001]
//
// With --runs it also prints what such a scan finds of the anomalies that so many runs plan, and when. It knows what is expected at each moment, and how
// large an anomaly would be there: its deviation over a span is that by which the shop grades anomalies, and noise. Of an outage it also
// sees messages that stay unanswered for longer than a restart takes. It decides at the end of each quarter of an hour. Nothing is simulated.

import { parseArgs } from 'node:util';
import { testRun } from '../dist/app/experiment/plan.js';
import { minuteMs } from '../dist/base/time.js';
import { detectorFor } from '../dist/lab/detectors/registry.js';
import { anomalyKinds } from '../dist/shop/anomalies/registry.js';
import { ExpectedDemand } from '../dist/shop/customers/expected-demand.js';
import { randomStreams } from '../dist/shop/engine/random.js';
import { onsetShareAt } from '../dist/shop/interventions/intervention.js';
import { workExpected } from '../dist/shop/interventions/service-work.js';
import { visitsExpected, zOfDeficit, zOfExcess } from '../dist/shop/interventions/visibility.js';
import { readScenario } from '../dist/shop/scenarios/read-scenario.js';
import { campaignFactor, planCampaigns } from '../dist/shop/staff/marketing.js';

const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '0' }, 'first-seed': { type: 'string', default: '821001' } },
});

const windowMs = 15 * minuteMs;
/** Windows of a length; lengths of anomalies in the middle of what the scenarios draw. */
const scans = [
  {
    anomaly: 'traffic-intensity',
    perDay: 96,
    lengths: [1, 2, 3, 4, 6, 8, 12, 16, 24],
    drawn: [4, 8, 12, 16, 24],
    columns: 4,
  },
  {
    anomaly: 'workload-shape',
    perDay: 24,
    lengths: [1, 2, 3, 4, 6, 8, 12],
    drawn: [3, 4, 5, 6, 8],
    columns: 6,
    quarters: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32],
  },
];
const cleanDays = 3300;
const tries = 3000;
/** Of the noise around each planned anomaly. */
const draws = 20;
/** Services whose work other messages announce. What the others do starts with a customer, whose command nobody sees while they are stopped. */
const answering = ['warehouse', 'payment', 'shipping', 'notification'];
/** Near misses stop a service for at most so long. */
const longestRestartMs = 10 * minuteMs;
/** What is answered within this is no wait. */
const usualMs = 2 * minuteMs;
/** Of orders, those whose parcel is packed, as the shop counts the work of shipping. */
const parcelsAnOrder = 0.97;
/** Of ordinary visits, those in which an account is registered, as the shop grades bursts. */
const registrationsPerVisit = 0.36;

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

function thresholdOf(perDay, lengths, { columns, falseAlarmsPerDay }) {
  const clean = Array.from({ length: columns }, () => scan(noise(cleanDays * perDay), lengths));
  const alarmsAbove = threshold =>
    clean.reduce(
      (sum, scores) =>
        sum + scores.filter((score, at) => score > threshold && (scores[at - 1] ?? 0) <= threshold).length,
      0,
    );
  let threshold = 3;
  while (alarmsAbove(threshold) > cleanDays * falseAlarmsPerDay) threshold += 0.01;
  return threshold;
}

for (const { anomaly, perDay, lengths, drawn, columns, quarters = lengths } of scans) {
  const { falseAlarmsPerDay } = detectorFor(anomaly);
  const threshold = thresholdOf(perDay, lengths, { columns, falseAlarmsPerDay });
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
  // Both anomalies are searched in quarters of an hour.
  if (Number(options.runs) > 0)
    await printDelays(anomaly, {
      lengths: quarters,
      threshold: quarters === lengths ? threshold : thresholdOf(96, quarters, { columns, falseAlarmsPerDay }),
    });
}

async function printDelays(anomaly, { lengths, threshold }) {
  const groups = new Map();
  const scenario = await readScenario(anomaly);
  const kind = anomalyKinds.find(({ id }) => id === anomaly);
  const firstSeed = Number(options['first-seed']);
  for (let seed = firstSeed; seed < firstSeed + Number(options.runs); seed += 1) {
    const run = testRun({ ...scenario, seed });
    const shop = plannedShop(run);
    for (const request of run.anomalies) {
      const { parameters } = kind.plan(request, shop);
      const { variant } = request;
      const delays = Array.from({ length: draws }, signalled(request, parameters, shop, lengths, threshold));
      const isAnswering = answering.includes(parameters.service)
        ? 'of services that answer messages'
        : 'of other services';
      const more = parameters.service === undefined ? [] : [`${variant} ${isAnswering}`];
      for (const group of [`${variant} ${request.intensity}`, `${variant} all`, 'all', ...more])
        groups.set(group, [...(groups.get(group) ?? []), ...delays]);
    }
  }
  console.log(`  threshold ${threshold.toFixed(2)} in windows of 15 min`);
  for (const [group, all] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const found = all.filter(delay => delay !== undefined).sort((a, b) => a - b);
    const median = found[Math.floor(found.length / 2)];
    console.log(
      `  ${group}: ${all.length / draws} anomalies, found ${(found.length / all.length).toFixed(2)}, median delay ${Math.round(median)} min`,
    );
  }
}

/** What an anomaly's plan reads of a shop. */
function plannedShop({ seed, startMs, endMs, customers, scale, partitions }) {
  const streams = randomStreams(seed);
  const demand = new ExpectedDemand({ ...customers, visitsPerDay: customers.visitsPerDay * scale });
  for (const campaign of planCampaigns(streams, { startMs, endMs }))
    demand.announce(timeMs => campaignFactor(campaign, timeMs));
  return { demand, world: { stream: name => streams.stream(name), partitions } };
}

/** A function that draws noise and returns the delay of the first window whose deviation is above the threshold [min]; undefined if there is none. */
function signalled(request, parameters, { demand }, lengths, threshold) {
  const { startMs, endMs } = request;
  const before = Math.max(...lengths);
  const firstMs = Math.floor(startMs / windowMs) * windowMs - (before - 1) * windowMs;
  const windows = Array.from({ length: Math.ceil((endMs - firstMs) / windowMs) }, (_, index) =>
    window({ startMs: firstMs + index * windowMs, endMs: firstMs + (index + 1) * windowMs }),
  );
  const zOf = parameters.blockedShare !== undefined || parameters.service !== undefined ? zOfMissing : zOfExcess;
  const spans = windows.flatMap((_, end) => {
    if (end < before - 1) return [];
    return lengths.map(length => {
      const from = end + 1 - length;
      const expected = sumOf(windows, from, end, 'expected');
      return { from, end, expected, z: zOf(expected, sumOf(windows, from, end, 'changed')) };
    });
  });
  return () => {
    const noises = windows.map(({ expected }) => Math.sqrt(expected) * normal());
    const sums = [0];
    for (const noise of noises) sums.push(sums.at(-1) + noise);
    const first = spans.find(
      ({ from, end, expected, z }) => z + (sums[end + 1] - sums[from]) / Math.sqrt(expected) > threshold,
    );
    const countedMs = first === undefined ? Number.POSITIVE_INFINITY : firstMs + (first.end + 1) * windowMs;
    const knownMs = Math.min(countedMs, answering.includes(parameters.service) ? unansweredMs() : countedMs);
    return knownMs > endMs + windowMs ? undefined : (knownMs - startMs) / minuteMs;
  };

  /** The end of the window in which work has waited for longer than a restart takes: from the first piece to the last that waits beyond what is usual. */
  function unansweredMs() {
    let oldestMs = Number.POSITIVE_INFINITY;
    for (let timeMs = startMs; timeMs < endMs; timeMs += minuteMs) {
      const minute = { startMs: timeMs, endMs: timeMs + minuteMs };
      const waits = uniform() < window(minute).changed * answeredAtOnce(minute);
      if (waits && timeMs - oldestMs > longestRestartMs) return Math.ceil((timeMs + usualMs) / windowMs) * windowMs;
      if (waits) oldestMs = Math.min(oldestMs, timeMs);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Of the work of a service, the share that is usually done at once. Parcels are dispatched hours after they were packed, and delivered in days. */
  function answeredAtOnce(interval) {
    if (parameters.service !== 'shipping') return 1;
    const all = workExpected('shipping', demand, interval);
    return all === 0 ? 0 : (parcelsAnOrder * workExpected('payment', demand, interval)) / all;
  }

  /** What is expected in a window, and what is added to it or missing. */
  function window(interval) {
    const { service, replicasStopped, ofReplicas, visitsPerHour, blockedShare, additionalShare } = parameters;
    const during = { startMs: Math.max(startMs, interval.startMs), endMs: Math.min(endMs, interval.endMs) };
    const isBefore = during.endMs <= during.startMs;
    if (service !== undefined) {
      const expected = workExpected(service, demand, interval);
      const stopped = isBefore ? 0 : workExpected(service, demand, during) * (replicasStopped / ofReplicas);
      return { expected, changed: stopped };
    }
    const share = request.variant === 'registration-burst' ? registrationsPerVisit : 1;
    const expected = share * visitsExpected(demand, interval);
    if (isBefore) return { expected, changed: 0 };
    const onsetShare = timeMs => onsetShareAt(timeMs, request);
    if (visitsPerHour === undefined)
      return { expected, changed: (blockedShare ?? additionalShare) * visitsExpected(demand, during, onsetShare) };
    const hours = (during.endMs - during.startMs) / (60 * minuteMs);
    return { expected, changed: visitsPerHour * hours * onsetShare((during.startMs + during.endMs) / 2) };
  }
}

function zOfMissing(expected, missing) {
  return zOfDeficit(expected, Math.min(1, missing / expected));
}

function sumOf(windows, from, end, key) {
  let sum = 0;
  for (let index = from; index <= end; index += 1) sum += windows[index][key];
  return sum;
}

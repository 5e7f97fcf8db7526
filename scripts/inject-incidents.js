// Which incidents the detector of series finds in counts of your own: injects outages, drops and surges of known size into each channel of a series
// dataset, searches it with and without them, and prints how many are found. Needs a build.
//
//   node scripts/inject-incidents.js datasets/rides [--repeats 3 --false-alarms-per-day 0.04545]
//
// The first 28 days of a channel are only learnt from. From then on there is an incident every 8 to 20 days, at any time of day. It is found if an alarm
// begins until an hour after its end, and the data without incidents have no alarm with the same begin. Sparse channels get longer ones.
// The alarms of the data without incidents are counted as well: they are false, or about what really happened. The same data give the same figures.

import { parseArgs } from 'node:util';
import { dayMs, hourMs } from '../dist/base/time.js';
import { channelsOf, seriesIn } from '../dist/data/series/series-in.js';
import { ChannelScorer } from '../dist/lab/detectors/series/channel-scorer.js';
import { defaultFalseAlarmsPerDay } from '../dist/lab/detectors/threshold.js';
import { randomStreams } from '../dist/shop/engine/random.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeats: { type: 'string', default: '3' },
    'false-alarms-per-day': { type: 'string', default: String(defaultFalseAlarmsPerDay) },
  },
});
const learntDays = 28;
/** What is counted during an incident, as a share of what would be; how long it lasts [h]. */
const kinds = [
  { kind: 'outage', share: 0, hours: [1, 3, 8, 24] },
  { kind: 'drop to 30 %', share: 0.3, hours: [4, 12, 24] },
  { kind: 'drop to 60 %', share: 0.6, hours: [12, 24] },
  { kind: 'surge to 160 %', share: 1.6, hours: [6, 24] },
  { kind: 'surge to 250 %', share: 2.5, hours: [2, 6] },
  { kind: 'surge to 500 %', share: 5, hours: [1, 3] },
];
/** With this many events an hour, or more, incidents are as long as stated; with fewer, up to twelve times as long. */
const eventsPerHour = 20;
/** A count above this is scaled, not drawn event by event. */
const drawnUpTo = 200;

const [dir] = positionals;
if (dir === undefined) throw new Error('name a series dataset, as import makes it');
const data = seriesIn(dir);
const { manifest } = data;
if (manifest.kind !== 'count') throw new Error(`${dir} holds values; incidents are injected into counts`);
const series = new Map();
for await (const { timeMs, channel, value } of data.rows()) {
  if (!series.has(channel)) series.set(channel, []);
  series.get(channel).push([timeMs, value]);
}

const table = Object.fromEntries(kinds.map(({ kind }) => [kind, { incidents: 0, found: 0 }]));
let [days, others] = [0, 0];
for (const { id, periodMs } of channelsOf(data)) {
  const samples = series.get(id) ?? [];
  const scored = (samples.at(-1)?.[0] - samples[0]?.[0]) / dayMs - learntDays;
  if (!(scored > 15)) {
    console.log(`${id}: left out, it has less than 43 days`);
    continue;
  }
  const own = alarmsIn(samples, periodMs);
  days += scored;
  others += own.length;
  for (let repeat = 1; repeat <= Number(options.repeats); repeat++) {
    const { incidents, injected } = inject(samples, periodMs, randomStreams(repeat).stream(`incidents/${id}`));
    const alarms = alarmsIn(injected, periodMs).filter(({ startMs }) => own.every(other => other.startMs !== startMs));
    for (const { startMs, endMs, kind } of incidents) {
      table[kind].incidents += 1;
      if (alarms.some(alarm => alarm.startMs <= endMs + hourMs && alarm.endMs > startMs)) table[kind].found += 1;
    }
  }
}
console.table(table);
console.log(
  `Without incidents: ${others} alarms in ${Math.round(days)} days, ${((22 * others) / days).toFixed(2)} in 22 days.`,
);

/** The alarms after the days that are only learnt from. */
function alarmsIn(samples, periodMs) {
  const scorer = new ChannelScorer({
    isCount: true,
    periodMs,
    timezone: manifest.timezone,
    daysPerFalseAlarm: 1 / Number(options['false-alarms-per-day']),
  });
  const alarms = [];
  let isOpen = false;
  for (const [timeMs, value] of samples) {
    const isAlarm = scorer.push(timeMs, value).score > 1;
    if (isAlarm && !isOpen) alarms.push({ startMs: timeMs, endMs: timeMs });
    if (isAlarm) alarms.at(-1).endMs = timeMs + periodMs;
    isOpen = isAlarm;
  }
  return alarms.filter(({ startMs }) => startMs >= samples[0][0] + learntDays * dayMs);
}

function inject(samples, periodMs, stream) {
  const perHour = (samples.reduce((sum, [, value]) => sum + value, 0) / samples.length) * (hourMs / periodMs);
  const longer = Math.max(1, Math.min(12, Math.sqrt(eventsPerHour / perHour)));
  const endMs = samples.at(-1)[0] - 3 * dayMs;
  const incidents = [];
  let startMs = samples[0][0] + (learntDays + 2 + 8 * stream.uniform()) * dayMs;
  while (startMs < endMs) {
    const { kind, share, hours } = kinds[Math.floor(stream.uniform() * kinds.length)];
    const lastsMs = hours[Math.floor(stream.uniform() * hours.length)] * longer * hourMs;
    incidents.push({ startMs, endMs: startMs + lastsMs, kind, share });
    startMs += lastsMs + (8 + 12 * stream.uniform()) * dayMs;
  }
  const injected = samples.map(([timeMs, value]) => {
    const incident = incidents.find(one => timeMs >= one.startMs && timeMs < one.endMs);
    return [timeMs, incident === undefined ? value : changed(value, incident.share, stream)];
  });
  return { incidents, injected };
}

/** Each event is kept, or gets others beside it, by chance. */
function changed(count, share, stream) {
  if (count > drawnUpTo) return Math.round(count * share);
  let drawn = 0;
  for (let event = 0; event < count; event++) {
    drawn += Math.floor(share) + (stream.uniform() < share % 1 ? 1 : 0);
  }
  return drawn;
}

import { expect, test } from 'vitest';
import type { Announcement } from '../../src/cli/following/alarm-feed.ts';
import { BrokerDetection } from '../../src/cli/following/broker-detection.ts';
import { TimeMerge } from '../../src/cli/following/time-merge.ts';
import { recordOf } from '../../src/dataset/record-of.ts';
import { detectorOnData } from '../../src/detectors/counted-topics.ts';
import { detect, readyDetector } from '../../src/detectors/detect.ts';
import type { Alarm } from '../../src/detectors/detector.ts';
import type { Model } from '../../src/detectors/model.ts';
import { detectorFor } from '../../src/detectors/registry.ts';
import { trainAll } from '../../src/detectors/train.ts';
import { dayMs } from '../../src/features/series-calendar.ts';
import type { Gap } from '../../src/features/stretches.ts';
import type { StoredMessage } from '../../src/messaging/message.ts';
import { foreignTimes } from '../support/foreign-traffic.ts';

const topic = 'clicks';
const trainMs = Date.UTC(2026, 2, 2);
const testMs = trainMs + 21 * dayMs;

function storedAt(times: readonly number[], from = 0): readonly StoredMessage[] {
  return times.map((time, index) => {
    const offset = from + index;
    const attributes = { kind: 'event', type: topic, id: `${topic}/0/${offset}`, source: `/topics/${topic}` } as const;
    const causes = { correlationid: '', causationid: '' };
    return { topic, partition: 0, offset, message: { ...attributes, ...causes, subject: 'u', time, data: {} } };
  });
}

async function trained(): Promise<Model> {
  const times = foreignTimes({ seed: 1, startMs: trainMs, days: 21, perHour: 40 });
  const detector = detectorOnData(detectorFor('traffic-intensity', 'weekly-profile'), {
    ...{ data: 'test', topics: [topic], isSimulated: false },
  });
  const labeller = { mark: () => undefined, kindOf: () => 'clean' as const };
  const span = { startMs: times[0] ?? 0, endMs: times.at(-1) ?? 0 };
  const [model] = await trainAll([detector], [{ records: [storedAt(times).map(recordOf)], span, labeller }], {
    seed: 1,
  });
  if (model === undefined) throw new TypeError('no model');
  return model;
}

const model = await trained();

/** What a dataset of these times gives, as "from to". */
async function recorded(times: readonly number[]): Promise<readonly string[]> {
  const alarms: Alarm[] = [];
  const span = { startMs: times[0] ?? 0, endMs: times.at(-1) ?? 0 };
  await detect([await readyDetector(model)], [storedAt(times).map(recordOf)], span, {
    onAlarm: alarm => alarms.push(alarm),
  });
  return alarms.map(asText);
}

const asText = ({ startMs, endMs }: Alarm) => `${new Date(startMs).toISOString()} ${new Date(endMs).toISOString()}`;

/** A broker as far as a detection sees it: what is published outlives who publishes. */
async function detectionOn(published: Map<string, Announcement>, to = Number.POSITIVE_INFINITY) {
  const gaps: Gap[] = [];
  const told: Announcement[] = [];
  const merge = new TimeMerge([{ topic, partition: 0, from: 0, to }], { holdMs: 2000, window: 1000 });
  const detection = new BrokerDetection({
    merge,
    ready: await readyDetector(model),
    onGap: gap => gaps.push(gap),
    openAnnouncer: async () => ({
      publish: async announcements => {
        const fresh = announcements.filter(({ id }) => !published.has(id));
        for (const announcement of fresh) published.set(announcement.id, announcement);
        return fresh;
      },
      close: async () => undefined,
    }),
    tell: (announcement, isNew) => isNew && told.push(announcement),
  });
  return { detection, merge, told, gaps };
}

const endedIn = (announcements: Iterable<Announcement>) =>
  [...announcements].filter(({ type }) => type === 'AnomalyEnded').map(({ alarm }) => asText(alarm));

test('a stream with messages decades off gives on the broker what it gives in a dataset', async () => {
  const [first = 0, ...rest] = foreignTimes({ seed: 2, startMs: testMs, days: 3, perHour: 40 });
  const times = [Date.parse('0001-01-01T00:00:00Z'), 0, first, ...rest, Date.parse('2099-12-31T00:00:00Z')];
  const { detection, told, gaps } = await detectionOn(new Map(), times.length);
  await detection.take({ topic, partition: 0, nextOffset: times.length, messages: storedAt(times) });
  await detection.finish();
  expect(gaps).toHaveLength(3);
  const found = endedIn(told);
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual(await recorded(times));
});

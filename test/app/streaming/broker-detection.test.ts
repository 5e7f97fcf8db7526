import { describe, expect, test } from 'vitest';
import type { AlarmEvent } from '../../../src/app/streaming/alarm-feed.ts';
import { BrokerDetection } from '../../../src/app/streaming/broker-detection.ts';
import { WatermarkMerge } from '../../../src/app/streaming/watermark-merge.ts';
import { dayMs, hourMs } from '../../../src/base/time.ts';
import type { StoredMessage } from '../../../src/broker/message.ts';
import { recordOf } from '../../../src/data/dataset/record-of.ts';
import { detectorOnData } from '../../../src/lab/detectors/counted-topics.ts';
import { detect, loadedDetector } from '../../../src/lab/detectors/detect.ts';
import type { Alarm } from '../../../src/lab/detectors/detector.ts';
import type { Model } from '../../../src/lab/detectors/model.ts';
import { detectorFor } from '../../../src/lab/detectors/registry.ts';
import { trainAll } from '../../../src/lab/detectors/train.ts';
import type { Gap } from '../../../src/lab/features/sessions.ts';
import { foreignTimes } from '../../support/foreign-traffic.ts';

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
  const span = { startMs: times[0] ?? 0, endMs: times.at(-1) ?? 0 };
  const { alarms } = await detect([await loadedDetector(model)], [storedAt(times).map(recordOf)], span);
  return alarms.map(asText);
}

const asText = ({ startMs, endMs }: Alarm) => `${new Date(startMs).toISOString()} ${new Date(endMs).toISOString()}`;

/** A broker as far as a detection sees it: what is published outlives who publishes. */
async function detectionOn(
  published: Map<string, AlarmEvent>,
  { to = Number.POSITIVE_INFINITY, settledTo = Number.POSITIVE_INFINITY, hasClock = true } = {},
) {
  const gaps: Gap[] = [];
  const fresh: AlarmEvent[] = [];
  const provisional: AlarmEvent[] = [];
  const merge = new WatermarkMerge([{ topic, partition: 0, from: 0, to }], { holdMs: 2000, window: 1000 });
  const detection = new BrokerDetection({
    merge,
    ready: await loadedDetector(model),
    goesOnWithClock: hasClock,
    onGap: gap => gaps.push(gap),
    openAlarmPublisher: async () => ({
      publish: async alarmEvents => {
        const fresh = alarmEvents.filter(({ id }) => !published.has(id));
        for (const alarmEvent of fresh) published.set(alarmEvent.id, alarmEvent);
        return fresh;
      },
      close: async () => undefined,
    }),
    isSettled: ({ offset }) => offset < settledTo,
    tell: (alarmEvent, status) => {
      if (status === 'new') fresh.push(alarmEvent);
      if (status === 'provisional') provisional.push(alarmEvent);
    },
  });
  return { detection, merge, fresh, provisional, gaps };
}

type Follower = Awaited<ReturnType<typeof detectionOn>>;

const endedIn = (alarmEvents: Iterable<AlarmEvent>) =>
  [...alarmEvents].filter(({ type }) => type === 'AnomalyEnded').map(({ alarm }) => asText(alarm));

test('a stream with messages decades off gives on the broker what it gives in a dataset', async () => {
  const [first = 0, ...rest] = foreignTimes({ seed: 2, startMs: testMs, days: 3, perHour: 40 });
  const times = [Date.parse('0001-01-01T00:00:00Z'), 0, first, ...rest, Date.parse('2099-12-31T00:00:00Z')];
  const { detection, fresh, provisional, gaps } = await detectionOn(new Map(), { to: times.length });
  await detection.take({ topic, partition: 0, nextOffset: times.length, messages: storedAt(times) }, Date.UTC(2100, 0));
  await detection.finish();
  expect(gaps).toHaveLength(3);
  const found = endedIn([...fresh, ...provisional]);
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual(await recorded(times));
});

describe('looking once at topics that still grow', () => {
  const quietMs = testMs + 2 * dayMs + 11 * hourMs;
  const loudMs = quietMs + 5 * hourMs;
  const times = foreignTimes({ seed: 3, startMs: testMs, days: 4, perHour: 40 })
    // Eight times the traffic.
    .flatMap(time => Array.from({ length: time >= quietMs && time < loudMs ? 8 : 1 }, () => time));
  const whole = async () =>
    (await recorded(times)).filter(alarm => alarm.startsWith('2026-03-25T11') || alarm.startsWith('2026-03-26'));
  const upTo = (ms: number) => times.findIndex(time => time >= ms);

  async function lookOnce(published: Map<string, AlarmEvent>, to: number, settledTo = Number.POSITIVE_INFINITY) {
    const one = await detectionOn(published, { to, settledTo });
    await one.detection.take({ topic, partition: 0, nextOffset: to, messages: storedAt(times.slice(0, to)) }, 0);
    await one.detection.finish();
    return one;
  }

  test('an end that is only that of the reading is reported and not published, so that the true one is', async () => {
    const published = new Map<string, AlarmEvent>();
    const looked = await lookOnce(published, upTo(quietMs + 2.3 * hourMs));
    expect(endedIn(looked.fresh)).toEqual([]);
    const [cut] = endedIn(looked.provisional);
    expect(cut).toBeDefined();
    expect(await whole()).not.toContain(cut);
    const follower = await detectionOn(published);
    const messages = storedAt(times);
    await follower.detection.take({ topic, partition: 0, nextOffset: times.length, messages }, 0);
    await follower.detection.look([{ topic, partition: 0, low: 0, high: times.length }], {
      ...{ askedMs: performance.now() + 60_000, wallMs: 0 },
    });
    expect(endedIn(published.values())).toEqual(await whole());
  });

  test('what follows from messages that others may still come before is reported and not published', async () => {
    const published = new Map<string, AlarmEvent>();
    const { fresh, provisional } = await lookOnce(published, times.length, upTo(quietMs));
    expect([...published.values(), ...fresh]).toEqual([]);
    expect(endedIn(provisional)).toEqual(await whole());
  });
});

describe('following topics that run on real time', () => {
  const quietMs = testMs + 2 * dayMs + 11 * hourMs;
  const loudMs = quietMs + 5 * hourMs;
  const times = foreignTimes({ seed: 3, startMs: testMs, days: 3, perHour: 40 }).filter(
    time => time < quietMs || time >= loudMs,
  );
  const quietFrom = times.findIndex(time => time >= loudMs);

  /** Reads messages [from, to) and looks at the partition's end once it may go on; `lagMs` is how old they are by then. */
  async function read(follower: Follower, from: number, to: number, lagMs = 1000): Promise<void> {
    const wallMs = (times[to - 1] ?? 0) + lagMs;
    const messages = storedAt(times.slice(from, to), from);
    await follower.detection.take({ topic, partition: 0, nextOffset: to, messages }, wallMs);
    await look(follower, to, wallMs);
  }

  /** The end is asked for long after everything was read. */
  const look = ({ detection }: Follower, high: number, wallMs: number) =>
    detection.look([{ topic, partition: 0, low: 0, high }], { askedMs: performance.now() + 60_000, wallMs });

  const typesOf = (alarmEvents: readonly AlarmEvent[]) => alarmEvents.map(({ type }) => type);

  test('a silence of all is reported while it lasts, once, as in a dataset', async () => {
    const published = new Map<string, AlarmEvent>();
    const follower = await detectionOn(published);
    await read(follower, 0, quietFrom);
    expect(follower.fresh).toEqual([]);
    for (let wallMs = quietMs; wallMs < loudMs; wallMs += 60_000) await look(follower, quietFrom, wallMs);
    expect(typesOf(follower.fresh)).toEqual(['AnomalyDetected']);
    await read(follower, quietFrom, times.length);
    expect(typesOf(follower.fresh)).toEqual(['AnomalyDetected', 'AnomalyEnded']);
    expect(endedIn(follower.fresh)).toEqual(await recorded(times));
    expect(follower.merge.late).toBe(0);
    // Killed and started again, it finds the same.
    const again = await detectionOn(published);
    await read(again, 0, times.length);
    await look(again, times.length, (times.at(-1) ?? 0) + hourMs);
    expect(again.fresh).toEqual([]);
  });

  test('a follower that is killed in the silence tells of it once', async () => {
    const published = new Map<string, AlarmEvent>();
    const killed = await detectionOn(published);
    await read(killed, 0, quietFrom);
    await look(killed, quietFrom, loudMs - 60_000);
    expect(typesOf(killed.fresh)).toEqual(['AnomalyDetected']);
    const next = await detectionOn(published);
    await read(next, 0, quietFrom, 3 * hourMs);
    await read(next, quietFrom, times.length);
    expect(typesOf(next.fresh)).toEqual(['AnomalyEnded']);
    expect(endedIn(next.fresh)).toEqual(await recorded(times));
  });

  test.each([
    [-1, 0],
    [0, 1],
  ])('a window is closed a window and the hold after its end: %i ms later %i is late', async (laterMs, late) => {
    const follower = await detectionOn(new Map());
    await read(follower, 0, quietFrom);
    const wallMs = quietMs + 15 * 60_000 + 2000 + laterMs;
    await look(follower, quietFrom, wallMs);
    const messages = storedAt([quietMs - 1], quietFrom);
    await follower.detection.take({ topic, partition: 0, nextOffset: quietFrom + 1, messages }, wallMs);
    await look(follower, quietFrom + 1, wallMs);
    expect(follower.merge.late).toBe(late);
  });

  test.each<readonly [why: string, lagMs: number, high: number, hasClock: boolean]>([
    ['messages that were old when they were read', hourMs, quietFrom, true],
    ['messages of the future', -hourMs, quietFrom, true],
    ['messages that are still to be read', 1000, quietFrom + 1, true],
    ["a shop, whose time is the run's", 1000, quietFrom, false],
  ])('time stands still with %s', async (_why, lagMs, high, hasClock) => {
    const follower = await detectionOn(new Map(), { hasClock });
    await read(follower, 0, quietFrom, lagMs);
    await look(follower, high, loudMs);
    expect(follower.fresh).toEqual([]);
  });

  test('a silence is looked at for as long as a stream may have one', async () => {
    const follower = await detectionOn(new Map());
    await read(follower, 0, quietFrom);
    await look(follower, quietFrom, quietMs + 365 * dayMs);
    const fresh = endedIn(follower.fresh);
    const after = [...times.slice(0, quietFrom), quietMs + 400 * dayMs];
    const inDataset = await recorded(after);
    // The last one ends with the stream.
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh).toEqual(inDataset.slice(0, fresh.length));
    expect(inDataset.length - fresh.length).toBeLessThanOrEqual(1);
  });
});

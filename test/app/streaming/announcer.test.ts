import { expect, test } from 'vitest';
import type { Announcement } from '../../../src/app/streaming/alarm-feed.ts';
import { Announcer } from '../../../src/app/streaming/announcer.ts';
import { detectionTopic } from '../../../src/broker/topics.ts';
import { connectionClosed, FakeKafka } from '../../support/fake-kafka.ts';

const { signal } = new AbortController();

function announcement(id: string): Announcement {
  const entity = { type: 'user', id: 'u-1' } as const;
  const evidence = { text: 'many units', features: {} };
  const times = { startMs: 0, endMs: 60_000, detectedAtMs: 60_000 };
  const alarm = { ...times, score: 1, threshold: 0.5, anomaly: 'stock-exhaustion', detector: 'cart', entity, evidence };
  return { type: 'AnomalyDetected', id, alarm };
}

test.each([
  ['took', 'afterWriting'],
  ['did not take', 'before'],
] as const)('Announcer publishes once what a broker %s that died before it answered', async (_what, when) => {
  const kafka = new FakeKafka(new Map([[detectionTopic, 1]]));
  const announcer = await Announcer.open(kafka.client(), '', signal);
  await announcer.publish([announcement('a')]);
  kafka[when] = () => {
    kafka[when] = () => undefined;
    throw connectionClosed();
  };
  const fresh = await announcer.publish(['a', 'b', 'c'].map(announcement));
  expect(fresh.map(({ id }) => id)).toEqual(['b', 'c']);
  await announcer.publish(['c', 'd'].map(announcement));
  expect(kafka.messages(detectionTopic).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  await announcer.close();
});

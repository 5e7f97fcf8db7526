import { expect, test } from 'vitest';
import type { AlarmEvent } from '../../../src/app/streaming/alarm-feed.ts';
import { AlarmPublisher } from '../../../src/app/streaming/alarm-publisher.ts';
import { detectionTopic } from '../../../src/broker/topics.ts';
import { connectionClosed, FakeKafka } from '../../support/fake-kafka.ts';

const { signal } = new AbortController();

function alarmEvent(id: string): AlarmEvent {
  const entity = { type: 'user', id: 'u-1' } as const;
  const evidence = { text: 'many units', features: {} };
  const times = { startMs: 0, endMs: 60_000, detectedAtMs: 60_000 };
  const alarm = { ...times, score: 1, threshold: 0.5, anomaly: 'stock-exhaustion', detector: 'cart', entity, evidence };
  return { type: 'AnomalyDetected', id, alarm };
}

test.each([
  ['wrote', 'afterWriting'],
  ['did not write', 'before'],
] as const)(
  'AlarmPublisher publishes an event once where the broker died before it answered, and %s the event',
  async (_what, when) => {
    const kafka = new FakeKafka(new Map([[detectionTopic, 1]]));
    const alarmPublisher = await AlarmPublisher.open(kafka.client(), signal);
    await alarmPublisher.publish([alarmEvent('a')]);
    kafka[when] = () => {
      kafka[when] = () => undefined;
      throw connectionClosed();
    };
    const fresh = await alarmPublisher.publish(['a', 'b', 'c'].map(alarmEvent));
    expect(fresh.map(({ id }) => id)).toEqual(['b', 'c']);
    await alarmPublisher.publish(['c', 'd'].map(alarmEvent));
    expect(kafka.messages(detectionTopic).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    await alarmPublisher.close();
  },
);

test('AlarmPublisher is not stopped by what others have written to its topic', async () => {
  const kafka = new FakeKafka(new Map([[detectionTopic, 1]]));
  const client = kafka.client();
  const foreign = { key: '', value: 'NaN', timestamp: '1', partition: 0, headers: {} };
  await client.producer().sendBatch({ topicMessages: [{ topic: detectionTopic, messages: [foreign] }] });
  const alarmPublisher = await AlarmPublisher.open(client, signal);
  expect(await alarmPublisher.publish([alarmEvent('a')])).toHaveLength(1);
  await alarmPublisher.close();
});

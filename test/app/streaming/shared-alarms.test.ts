import { expect, test } from 'vitest';
import { AlarmPublisher } from '../../../src/app/streaming/alarm-publisher.ts';
import { SharedAlarms } from '../../../src/app/streaming/shared-alarms.ts';
import { detectionTopic } from '../../../src/broker/topics.ts';
import { alarmEvents } from '../../support/alarm-events.ts';
import { FakeKafka } from '../../support/fake-kafka.ts';

test('a follower forgets what others have published, and keeps the rest', async () => {
  const { signal } = new AbortController();
  const client = new FakeKafka(new Map([[detectionTopic, 1]])).client();
  const other = await AlarmPublisher.open(client, signal);
  const follower = new SharedAlarms(client, { groupId: 'a', sessionTimeoutMs: 2000 }, signal);
  const found = alarmEvents(1500);
  await other.publish(found.slice(300));
  await follower.publish(found);
  expect(follower.waiting).toBe(300);
  await follower.close();
  await other.close();
});

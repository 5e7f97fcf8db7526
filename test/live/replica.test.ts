import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlRoom } from '../../src/live/control.ts';
import { wallMs } from '../../src/live/live-clock.ts';
import { liveTopics } from '../../src/live/live-run.ts';
import { Replica } from '../../src/live/replica.ts';
import { controlTopic } from '../../src/messaging/topics.ts';
import { serviceNamed } from '../../src/services/registry.ts';
import { FakeKafka } from '../support/fake-kafka.ts';

const run = { seed: 1, endMs: 3_600_000 };

describe('a replica', () => {
  const kafka = new FakeKafka(liveTopics);
  let control: ControlRoom;
  let controller: ControlRoom;
  let asked: string[];
  let replica: Replica;

  beforeEach(async () => {
    asked = [];
    kafka.before = ({ name }) => void asked.push(name);
    control = await ControlRoom.open(kafka.client(), '');
    controller = await ControlRoom.open(kafka.client(), '');
    const options = { client: kafka.client(), topicPrefix: '', control, sessionTimeoutMs: 300 };
    replica = new Replica(serviceNamed('notification'), options, run);
    await controller.publish('RunOpened', { seed: 1, startMs: 0, endMs: run.endMs });
    await control.until(({ opened }) => opened !== undefined);
  });

  afterEach(async () => {
    kafka.before = () => undefined;
    await control.close();
    await controller.close();
  });

  test('that cannot say that it is done has left its group when it fails', async () => {
    const ended = expect(replica.run(new AbortController().signal)).rejects.toMatchObject({ code: 'BROKER_REFUSED' });
    await controller.until(({ taken }) => taken.has('notification'));
    await controller.publish('ClockStarted', { wallMs: wallMs(), virtualMs: 0, speed: 1 });
    let said = 0;
    kafka.before = ({ name, topics }) => {
      asked.push(name);
      if (name !== 'sendBatch' || !topics.includes(controlTopic)) return;
      said += 1;
      const refusal = { name: 'KafkaJSProtocolError', type: 'TOPIC_AUTHORIZATION_FAILED' };
      if (said > 1) throw Object.assign(new Error('no'), refusal);
    };
    await controller.publish('RunEnded', {});
    await ended;
    expect(asked).toContain('leaveGroup');
  });
});

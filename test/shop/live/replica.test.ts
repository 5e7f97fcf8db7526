import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Producer } from '../../../src/broker/kafka/producer.ts';
import { wallMs } from '../../../src/broker/kafka/wall-clock.ts';
import { partitionOf } from '../../../src/broker/partition.ts';
import { commandLogTopic, controlTopic } from '../../../src/broker/topics.ts';
import { ControlTopic } from '../../../src/shop/live/control-topic.ts';
import { liveTopics } from '../../../src/shop/live/live-run.ts';
import { Replica } from '../../../src/shop/live/replica.ts';
import { StrayRecords } from '../../../src/shop/live/stray-records.ts';
import { serviceNamed } from '../../../src/shop/services/registry.ts';
import { FakeKafka, rebalanceInProgress } from '../../support/fake-kafka.ts';

const data = { userId: 'u-1', activationCode: '0123abcd', email: 'a@b' };
const run = { seed: 1, partitions: 3, endMs: 3_600_000 };
const home = partitionOf('u-1', run.partitions);

describe('a replica', () => {
  let kafka: FakeKafka;
  let control: ControlTopic;
  let controller: ControlTopic;
  let asked: string[];
  let replica: Replica;

  beforeEach(async () => {
    asked = [];
    kafka = new FakeKafka(liveTopics(run));
    kafka.before = ({ name }) => void asked.push(name);
    control = await ControlTopic.open(kafka.client());
    controller = await ControlTopic.open(kafka.client());
    // Longer than this process may stand still, or it would take itself for dead.
    const options = { client: kafka.client(), control, sessionTimeoutMs: 2400, strays: new StrayRecords() };
    replica = new Replica(serviceNamed('notification'), options, run);
    await controller.publish('RunOpened', run);
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

  test('that fails leaves its group only when what it has on its way is answered: others would begin before that is there', async () => {
    const failed = replica.run(new AbortController().signal).catch(error => error);
    await controller.until(({ taken }) => taken.has('notification'));
    await controller.publish('ClockStarted', { wallMs: wallMs(), virtualMs: 0, speed: 1 });
    let answer: () => void = () => undefined;
    const isAnswered = new Promise<void>(resolve => {
      answer = resolve;
    });
    kafka.before = async ({ name, topics }) => {
      if (name === 'leaveGroup') asked.push(name);
      if (name === 'fetch' && topics.includes('order-events') && asked.includes('events'))
        throw new TypeError('unreadable');
      if (name !== 'sendBatch' || !topics.includes('notification-events')) return;
      asked.push('events');
      await isAnswered;
      asked.push('answered');
    };
    const producer = await Producer.open(kafka.client());
    const attributes = {
      kind: 'command',
      type: 'SendActivationLink',
      id: 'a',
      source: '/test',
      subject: 'u-1',
      time: 0,
    } as const;
    const message = {
      ...attributes,
      correlationid: '',
      causationid: '',
      data,
    };
    asked = [];
    await producer.send([{ topic: 'notification-commands', partition: home, message }]);
    while (!asked.includes('events')) await setTimeout(5);
    // Long enough for somebody who does not wait, and no longer than the group does.
    await setTimeout(200);
    answer();
    expect(await failed).toBeInstanceOf(TypeError);
    expect(asked).toEqual(['events', 'answered', 'leaveGroup']);
  });

  test('that hears of a rebalance while it rebuilds a partition stops, and begins again as the member that it was', async () => {
    const log = await Producer.open(kafka.client());
    const command = { kind: 'command', type: 'SendActivationLink', source: '/services/notification' } as const;
    const causes = { subject: 'u-1', time: 0, correlationid: '', causationid: '', data };
    const ids = Array.from({ length: 100 }, (_, number) => String(number));
    await log.send(
      ids.map(id => ({ topic: commandLogTopic, partition: home, message: { ...command, ...causes, id } })),
    );
    kafka.recordsPerFetch = 1;
    let isDealing = true;
    kafka.before = async ({ name, topics }) => {
      asked.push(name);
      // Longer than a member may be silent, if nothing breaks it off.
      if (name === 'fetch' && topics.includes(commandLogTopic) && isDealing) await setTimeout(50);
      if (name === 'heartbeat' && isDealing) throw rebalanceInProgress();
      if (name === 'joinGroup' && asked.filter(one => one === name).length === 2) isDealing = false;
    };
    const stop = new AbortController();
    const working = replica.run(stop.signal);
    await Promise.race([working, controller.until(({ taken }) => taken.has('notification'))]);
    expect(asked.filter(name => name === 'joinGroup')).toHaveLength(2);
    stop.abort();
    await working;
    expect(replica.hasWorked).toBe(true);
  });

  test('that sees no topic of its events says which right is missing', async () => {
    kafka.hidden.add('notification-events');
    const refusal = { code: 'BROKER_REFUSED', message: expect.stringContaining('notification-events/0') };
    await expect(replica.run(new AbortController().signal)).rejects.toMatchObject(refusal);
  });

  test.each([
    ['keeps its partitions in memory over a rebalance', false, 3],
    ['rebuilds them where others may have had them meanwhile', true, 6],
  ])('%s', async (_what, isBroken, rebuilt) => {
    let isDealing = false;
    kafka.before = ({ name }) => {
      asked.push(name);
      if (name === 'heartbeat' && isDealing) throw rebalanceInProgress();
      if (name !== 'syncGroup' || !isDealing) return;
      isDealing = false;
      if (isBroken) throw rebalanceInProgress();
    };
    const stop = new AbortController();
    const working = replica.run(stop.signal);
    const times = (wanted: string) => asked.filter(name => name === wanted).length;
    await controller.until(({ taken }) => taken.has('notification'));
    isDealing = true;
    while (kafka.messages(controlTopic).filter(({ type }) => type === 'PartitionsTaken').length < 2) {
      await setTimeout(10);
    }
    stop.abort();
    await working;
    expect({ joined: times('joinGroup'), rebuilt: times('offsetFetch') }).toEqual({
      joined: isBroken ? 3 : 2,
      rebuilt,
    });
  });
});

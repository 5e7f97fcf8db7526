import { expect, test } from 'vitest';
import type { KafkaClient } from '../../../src/broker/kafka/connect-kafka.ts';
import { openKafkaLog } from '../../../src/broker/kafka/kafka-log.ts';
import { Producer } from '../../../src/broker/kafka/producer.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { connectionClosed, FakeKafka } from '../../support/fake-kafka.ts';

const topic = 'log';

function outgoing(id: string) {
  const attributes = { kind: 'event', type: 'Said', id, source: '/test', subject: 'a', time: 0 } as const;
  return { topic, partition: 0, message: { ...attributes, correlationid: '', causationid: '', data: {} } };
}

function said(kafka: FakeKafka): readonly string[] {
  return kafka.messages(topic).map(({ id }) => id);
}

test('sends in the order of the calls, however many wait for a broker that was away', async () => {
  const kafka = new FakeKafka(new Map([[topic, 1]]));
  const producer = await Producer.open(kafka.client());
  let attempts = 0;
  kafka.before = () => {
    attempts += 1;
    if (attempts === 1) throw connectionClosed();
  };
  const ids = ['stopped', 'started', 'ended'];
  await Promise.all(ids.map(id => producer.send([outgoing(id)])));
  expect(said(kafka)).toEqual(ids);
});

test('gives up who waits behind one that it gave up, and tries for whoever comes later', async () => {
  const kafka = new FakeKafka(new Map([[topic, 1]]));
  const producer = await Producer.open(kafka.client(), { permission: failures => (failures < 2 ? 'yes' : 'no') });
  let attempts = 0;
  kafka.before = () => {
    attempts += 1;
    throw connectionClosed();
  };
  await Promise.all(
    ['a', 'b', 'c'].map(id =>
      expectCqshopError(() => producer.send([outgoing(id)]), 'BROKER_UNREACHABLE', 'not answered for too long'),
    ),
  );
  expect(attempts).toBe(2);
  kafka.before = () => undefined;
  await producer.send([outgoing('d')]);
  expect(said(kafka)).toEqual(['d']);
});

test('goes on after a message that the broker does not want', async () => {
  const kafka = new FakeKafka(new Map([[topic, 1]]));
  const producer = await Producer.open(kafka.client());
  let attempts = 0;
  kafka.before = () => {
    attempts += 1;
    const refusal = { name: 'KafkaJSProtocolError', type: 'MESSAGE_TOO_LARGE' };
    if (attempts === 1) throw Object.assign(new Error('too large'), refusal);
  };
  const sent = await Promise.allSettled(['large', 'small'].map(id => producer.send([outgoing(id)])));
  expect(sent.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(said(kafka)).toEqual(['small']);
});

test('sends nothing again that was not answered, nor anything after it, where messages may not be there twice', async () => {
  const kafka = new FakeKafka(new Map([[topic, 1]]));
  const producer = await Producer.open(kafka.client(), { permission: () => 'yes', repeats: false });
  let attempts = 0;
  kafka.before = () => {
    attempts += 1;
    throw connectionClosed();
  };
  const sent = ['a', 'b'].map(id =>
    expectCqshopError(() => producer.send([outgoing(id)]), 'BROKER_UNREACHABLE', 'has not said whether it took'),
  );
  await Promise.all(sent);
  expect(attempts).toBe(1);
});

test.concurrent.each([
  [
    'a producer',
    async (client: KafkaClient, giveUp: AbortSignal) => {
      const producer = await Producer.open(client, { giveUp });
      return producer.send([outgoing('a')]);
    },
  ],
  [
    'a log',
    async (client: KafkaClient, giveUp: AbortSignal) => {
      const log = await openKafkaLog(client, 'none', giveUp);
      log.append({ ...outgoing('a'), offset: 0 });
      return log.drain();
    },
  ],
] as const)('%s that is given up does not wait for an answer', async (_what, send) => {
  const kafka = new FakeKafka(new Map([[topic, 1]]));
  const giveUp = new AbortController();
  kafka.before = () => {
    giveUp.abort();
    return new Promise(() => undefined);
  };
  await expect(send(kafka.client(), giveUp.signal)).rejects.toMatchObject({ name: 'AbortError' });
});

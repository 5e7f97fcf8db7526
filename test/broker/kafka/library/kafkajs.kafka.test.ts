import { expect, test, vi } from 'vitest';
import { connectKafka } from '../../../../src/broker/kafka/connect-kafka.ts';
import { recordOfMessage } from '../../../../src/broker/kafka/kafka-records.ts';
import { requestQueueClass } from '../../../../src/broker/kafka/library/kafkajs.ts';
import { createRunTopics } from '../../../../src/broker/kafka/run-topics.ts';
import { connectShared, describeKafka, patiently, sharedConnection } from '../../../support/kafka/broker.ts';

describeKafka('kafkajs behind its guards', () => {
  test('does not look for pending requests while there are none', async () => {
    const client = await connectKafka(sharedConnection);
    const producer = client.producer();
    await producer.connect();
    const { prototype } = requestQueueClass();
    const schedule = prototype.scheduleCheckPendingRequests;
    let looks = 0;
    prototype.scheduleCheckPendingRequests = function counted() {
      looks += 1;
      schedule.call(this);
    };
    // Unguarded, a connection that was used once looks every millisecond from then on; guarded, it may do so once more at first.
    const isQuiet = async () => {
      looks = 0;
      for (let turn = 0; turn < 20; turn++) await new Promise(done => setTimeout(done, 5));
      return looks === 0;
    };
    try {
      await vi.waitUntil(isQuiet, { ...patiently, timeout: 10_000 });
    } finally {
      prototype.scheduleCheckPendingRequests = schedule;
      await producer.disconnect();
    }
  });

  test('still sends requests that had to wait', async () => {
    const client = await connectShared();
    await createRunTopics(client, new Map([['waiting', 1]]));
    const producer = client.producer();
    await producer.connect();
    // One request in flight: the others wait in the queue.
    const sent = Array.from({ length: 50 }, (_, number) =>
      producer.send({ topic: 'waiting', messages: [{ partition: 0, value: String(number) }] }),
    );
    expect(new Set((await Promise.all(sent)).flat().map(({ baseOffset }) => baseOffset)).size).toBe(50);
    await producer.disconnect();
  });

  test('takes no message without a partition, rather than choose one that a retry would choose anew', async () => {
    const client = await connectShared();
    await createRunTopics(client, new Map([['partitioned', 3]]));
    const producer = client.producer();
    await producer.connect();
    await expect(producer.send({ topic: 'partitioned', messages: [{ value: 'x' }] })).rejects.toThrow(
      'names no partition',
    );
    const [written] = await producer.send({ topic: 'partitioned', messages: [{ partition: 2, value: 'x' }] });
    expect(written).toMatchObject({ partition: 2, baseOffset: '0' });
    await producer.disconnect();
  });

  test('asks once more at the moment of writing, and writes nothing where it may not', async () => {
    const client = await connectShared();
    await createRunTopics(client, new Map([['asked', 1]]));
    const answers: boolean[] = [];
    const producer = client.producer({
      beforeAttempt: () => {
        if (answers.shift() === false) throw new Error('not now');
      },
      beforeWriting: () => undefined,
    });
    await producer.connect();
    const send = (value: string) => producer.send({ topic: 'asked', messages: [{ partition: 0, value }] });
    // For a message of its own: once when it is dealt out, once when it is written.
    answers.push(true, false, false);
    await expect(send('refused')).rejects.toThrow('not now');
    answers.push(true, false, true, true);
    expect(await send('taken at the second attempt')).toMatchObject([{ baseOffset: '0' }]);
    expect(answers).toEqual([]);
    expect(await send('taken')).toMatchObject([{ baseOffset: '1' }]);
    await producer.disconnect();
  });

  test('is given no null headers, on which it throws', async () => {
    const client = await connectShared();
    await createRunTopics(client, new Map([['headers', 1]]));
    const message = {
      ...({ kind: 'event', type: 'T', id: 'i', source: '/s', subject: 'k', time: 0 } as const),
      ...{ correlationid: '', causationid: '', data: {} },
    };
    const record = recordOfMessage(message, 0);
    expect(Object.values(record.headers).every(value => value !== '')).toBe(true);
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: 'headers', messages: [record] });
    Reflect.set(record.headers, 'ce_causationid', null);
    await expect(producer.send({ topic: 'headers', messages: [record] })).rejects.toThrow();
    await producer.disconnect();
  });
});

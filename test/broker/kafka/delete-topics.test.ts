import { expect, test } from 'vitest';
import type { KafkaClient } from '../../../src/broker/kafka/connect-kafka.ts';
import { deleteRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import { Topics } from '../../../src/broker/topics.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';

/** A broker that takes a deletion, and lists the topics `looks` times more. */
function clientOf(looks: number, failure?: Error) {
  let left = Number.POSITIVE_INFINITY;
  const admin = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    listTopics: async () => (left-- > 0 ? ['run-a', 'run-b', 'other'] : ['run-b', 'other']),
    deleteTopics: async () => {
      left = looks;
      if (failure !== undefined) throw failure;
    },
  };
  const connection = { brokers: ['fake:1'] };
  const client = { url: 'kafka://fake:1', connection, topics: new Topics('run-'), admin: () => admin };
  // What `deleteRunTopics` uses of kafkajs's clients.
  return { client: client as unknown as KafkaClient, looksLeft: () => left };
}

test('topics that are still listed after their deletion are waited for', async () => {
  const { client, looksLeft } = clientOf(3);
  await deleteRunTopics(client, ['a', 'c']);
  expect(looksLeft()).toBe(-1);
});

test('topics that the broker had no time to delete at once are waited for', async () => {
  const late = Object.assign(new Error('late'), { name: 'KafkaJSProtocolError', type: 'REQUEST_TIMED_OUT' });
  const { client, looksLeft } = clientOf(3, late);
  await deleteRunTopics(client, ['a']);
  expect(looksLeft()).toBe(-1);
});

test('topics that stay are reported, not taken for deleted', async () => {
  await expectCqshopError(
    () => deleteRunTopics(clientOf(Number.POSITIVE_INFINITY).client, ['a', 'b', 'c'], 100),
    'BROKER_UNREACHABLE',
    'Cannot delete topics of kafka://fake:1: run-a, run-b still there after 0.1 s',
  );
});

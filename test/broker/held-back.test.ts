import { expect, test } from 'vitest';
import { HeldBackWatch, heldBackNotes } from '../../src/broker/held-back.ts';
import { PartitionReader } from '../../src/broker/kafka/reading/partition-reader.ts';
import type { PartitionRange } from '../../src/broker/message-source.ts';
import { FakeKafka } from '../support/fake-kafka.ts';

const place = { topic: 'log', partition: 0 };
const held = (from: number, to: number, partition = 0): PartitionRange => ({ topic: 'log', partition, from, to });

/** Looks are half a second apart. */
const halfAMinute = 60;

function watchOf(answers: readonly (readonly PartitionRange[])[]) {
  const notes: string[] = [];
  let asked = 0;
  const watch = new HeldBackWatch(
    async places => {
      expect(places).toEqual([place]);
      asked += 1;
      return answers[asked - 1] ?? [];
    },
    note => notes.push(note),
  );
  const looks = async (count: number) => {
    for (let look = 0; look < count; look += 1) await watch.look([place]);
    return { asked, notes: notes.splice(0) };
  };
  return { looks };
}

test('heldBackNotes says how many offsets there are, and where the first is', () => {
  expect(heldBackNotes(undefined)).toEqual([]);
  expect(heldBackNotes([])).toEqual([]);
  expect(heldBackNotes([held(3, 4)])).toEqual([
    'left out 1 offset in or after a transaction that is still open, first log/0 offset 3',
  ]);
  expect(heldBackNotes([held(3, 5), held(0, 1, 1)])).toEqual([expect.stringContaining('left out 3 offsets')]);
});

test('HeldBackWatch asks every half minute, and notes once that a partition is held back at the same offset', async () => {
  const { looks } = watchOf([[held(3, 5)], [held(3, 9), held(0, 1, 1)], [held(3, 9)], [], [held(3, 4)], [held(3, 4)]]);
  expect(await looks(halfAMinute)).toEqual({ asked: 1, notes: [] });
  expect(await looks(1)).toEqual({
    asked: 2,
    notes: ['6 offsets cannot be read yet: a transaction has been open for 30 s, first log/0 offset 3'],
  });
  expect(await looks(3 * halfAMinute)).toEqual({ asked: 5, notes: [] });
  expect(await looks(halfAMinute)).toEqual({ asked: 6, notes: [expect.stringContaining('1 offset cannot be read')] });
});

test('HeldBackWatch notes no transactions that end while others begin', async () => {
  const { looks } = watchOf([[held(3, 5)], [held(7, 9)], [held(8, 9)]]);
  expect(await looks(3 * halfAMinute)).toEqual({ asked: 3, notes: [] });
});

test('heldBack has no messages that come between its questions', async () => {
  const kafka = new FakeKafka(new Map([[place.topic, 1]]));
  const client = kafka.client();
  const producer = client.producer();
  const message = { partition: 0, key: '', value: '', timestamp: '0', headers: {} };
  const send = () => producer.sendBatch({ topicMessages: [{ topic: place.topic, messages: [message] }] });
  kafka.before = async ({ name }) => {
    if (name === 'listOffsets') await send();
  };
  const reader = new PartitionReader(client);
  expect(await reader.heldBack([place])).toEqual([]);
  kafka.openAt.set(place.topic, 1);
  expect(await reader.heldBack([place])).toEqual([held(1, 3)]);
  await reader.close();
});

import { expect, test } from 'vitest';
import type { Message } from '../../../src/broker/message.ts';
import { formatMessageLine } from '../../../src/broker/message-line.ts';
import type { MessageSource } from '../../../src/broker/message-source.ts';
import { controlTopic } from '../../../src/broker/topics.ts';
import { RunEndWatch } from '../../../src/data/collector/run-end.ts';

/** A broker on which only a live run's processes talk to each other. */
function controlLog() {
  const said: string[] = [];
  const source: MessageSource = {
    url: 'kafka://test',
    topicPrefix: '',
    isTimeOrdered: false,
    clusterId: async () => 'test',
    partitions: async () => [{ topic: controlTopic, partition: 0, low: 0, high: said.length }],
    async *read(ranges) {
      for (const { topic, partition, from, to } of ranges) {
        if (from >= to) continue;
        const lines = Buffer.from(said.slice(from, to).join(''));
        yield { topic, partition, nextOffset: to, messages: to - from, lines };
      }
    },
    close: async () => undefined,
  };
  const say = (type: string) => {
    const attributes = { kind: 'event', type, id: type, source: '/control', subject: 'control', time: 0 } as const;
    const message: Message = { ...attributes, correlationid: '', causationid: '', data: {} };
    said.push(formatMessageLine(said.length, message));
  };
  const notes: string[] = [];
  const watch = new RunEndWatch(source, note => notes.push(note));
  const looks = async (count: number) => {
    let hasEnded = false;
    for (let look = 0; look < count; look += 1) hasEnded = await watch.look(await source.partitions());
    return hasEnded;
  };
  return { say, looks, notes };
}

/** A look is taken every half second. */
const halfAMinute = 60;

test('a run whose command is silent for half a minute is told of once', async () => {
  const { say, looks, notes } = controlLog();
  say('RunOpened');
  for (let beats = 0; beats < 5; beats += 1) {
    expect(await looks(halfAMinute - 1)).toBe(false);
    say('RunGoesOn');
  }
  // Replicas are heard of after the command's death.
  await looks(halfAMinute);
  say('PartitionsTaken');
  expect(notes).toEqual([]);
  await looks(1);
  expect(notes).toEqual([
    'the command of the run has been silent for 30 s: it was killed, or cannot reach the broker; Ctrl-C finishes with what is there',
  ]);
  await looks(3 * halfAMinute);
  expect(notes).toHaveLength(1);
});

test('nothing is said of a run that has ended, of the time before one, and anew of the next', async () => {
  const { say, looks, notes } = controlLog();
  await looks(2 * halfAMinute);
  say('RunOpened');
  say('RunEnded');
  expect(await looks(2 * halfAMinute)).toBe(true);
  expect(notes).toEqual([]);
  say('RunOpened');
  expect(await looks(2 * halfAMinute)).toBe(false);
  expect(notes).toHaveLength(1);
});

import { expect, test } from 'vitest';
import { KnownTopics } from '../../../../src/broker/kafka/reading/known-topics.ts';

const range = (topic: string, high: number, topicId?: string) => ({ topic, partition: 0, low: 1, high, topicId });

test.each([
  ['its topic was deleted and created again', [range('a', 9, 'new')]],
  ['it ends at offset 4, after 5 before', [range('a', 4, 'old')]],
  ['it has vanished', []],
])('KnownTopics: %s', (what, found) => {
  const known = new KnownTopics(partition => `here-${partition}`);
  known.look([range('a', 5, 'old'), range('other', 5)], topic => topic === 'a');
  expect(known.lowOf('a/0')).toBe(1);
  expect(() => known.look(found, topic => topic === 'a')).toThrow(`Cannot read here-a/0: ${what}, expected a topic`);
});

test('KnownTopics lets topics grow, and those that are not read do what they like', () => {
  const known = new KnownTopics(partition => partition);
  const look = (...found: readonly ReturnType<typeof range>[]) => known.look(found, topic => topic === 'a');
  look(range('a', 5), range('other', 5, 'old'));
  look(range('a', 6, 'old'), range('other', 2, 'new'));
  look(range('a', 7));
});

import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Reachability } from '../../../src/broker/kafka/reachability.ts';

test('tells once that a broker does not answer, whatever waits for it, and once that it does again', async () => {
  const told: string[] = [];
  const reachability = new Reachability('kafka://fake', note => told.push(note), 20);
  const answers = Array.from({ length: 3 }, () => reachability.during(setTimeout(200)));
  await setTimeout(100);
  expect(told).toEqual(['kafka://fake does not answer; waiting']);
  await Promise.all(answers);
  expect(told).toEqual(['kafka://fake does not answer; waiting', 'kafka://fake answers again']);
});

test('says that a broker is back when nothing waits for it any more, whatever else it answers', async () => {
  const told: string[] = [];
  const reachability = new Reachability('kafka://fake', note => told.push(note), 20);
  const late = reachability.during(setTimeout(200));
  await setTimeout(100);
  await reachability.during(Promise.resolve());
  expect(told).toEqual(['kafka://fake does not answer; waiting']);
  await late;
  expect(told).toEqual(['kafka://fake does not answer; waiting', 'kafka://fake answers again']);
});

test('says nothing about what is answered in time, nor that a broker is back that never was', async () => {
  const told: string[] = [];
  const reachability = new Reachability('kafka://fake', note => told.push(note), 200);
  await reachability.during(Promise.resolve());
  await setTimeout(300);
  expect(told).toEqual([]);
  const failing = new Reachability('kafka://fake', note => told.push(note), 20);
  await expect(failing.during(setTimeout(100).then(() => Promise.reject(new Error('gone'))))).rejects.toThrow('gone');
  expect(told).toEqual(['kafka://fake does not answer; waiting']);
});

import { beforeEach, expect, test } from 'vitest';
import { messageIds } from '../../../src/broker/message-id.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { VirtualTime } from '../../../src/shop/engine/virtual-time.ts';
import { catchUpSpeed, VirtualReplica } from '../../../src/shop/simulation/virtual-replica.ts';

const hour = 3_600_000;
const idOf = messageIds(820_001);

let time: VirtualTime;
let replica: VirtualReplica;
let done: { readonly name: string; readonly key: string; readonly atMs: number }[];

beforeEach(() => {
  time = new VirtualTime(0);
  replica = new VirtualReplica(time, name => randomStreams(820_001).stream(name));
  done = [];
});

function arrive(atMs: number, name: string, key: string): void {
  const run = () => done.push({ name, key, atMs: time.nowMs });
  time.at(atMs, 0, () => replica.take({ id: idOf(name, 'Type', 0), key, run }));
}

function stopped(fromMs: number, untilMs: number): void {
  time.at(fromMs, 2, () => {
    const start = replica.stop(() => undefined);
    time.at(untilMs, 2, start);
  });
}

test('VirtualReplica: works at once unless it is stopped; then everything waits', () => {
  arrive(5, 'a', 'k');
  stopped(10, hour);
  arrive(20, 'b', 'k');
  time.runUntil(hour - 1);
  expect(done).toEqual([{ name: 'a', key: 'k', atMs: 5 }]);
  expect([replica.backlog, replica.isUpToDate]).toEqual([1, false]);
});

test('VirtualReplica: catches up a few times as fast, each message with its own time, one aggregate in order', () => {
  stopped(0, hour);
  const arrivals = Array.from({ length: 2000 }, (_, index) => ({ name: `m${index}`, atMs: 1 + index * 1800 }));
  for (const { name, atMs } of arrivals) arrive(atMs, name, `k${Number(name.slice(1)) % 7}`);
  // While it still works off what came before.
  arrive(1.1 * hour, 'behind', 'other');
  arrive(3 * hour, 'last', 'k0');
  time.runUntil(4 * hour);
  expect(done.at(-1)).toEqual({ name: 'last', key: 'k0', atMs: 3 * hour });
  const atMsOf = (name: string) => done.find(one => one.name === name)?.atMs ?? 0;
  const waitedMs = arrivals.map(({ name, atMs }) => ({ atMs, lateMs: atMsOf(name) - hour }));
  for (const { atMs, lateMs } of waitedMs) {
    expect(lateMs).toBeGreaterThanOrEqual(atMs / catchUpSpeed.to);
    expect(lateMs).toBeLessThanOrEqual(atMs / catchUpSpeed.from + 10_000);
  }
  expect(atMsOf('behind')).toBeGreaterThan(atMsOf('m1999'));
  for (let key = 0; key < 7; key += 1) {
    const numbers = done
      .filter(one => one.key === `k${key}` && one.name.startsWith('m'))
      .map(({ name }) => Number(name.slice(1)));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
});

test('VirtualReplica: stopped again, it goes on from where it was', () => {
  stopped(0, hour);
  arrive(0.9 * hour, 'a', 'k');
  stopped(1.05 * hour, 1.1 * hour);
  arrive(1.07 * hour, 'b', 'l');
  time.runUntil(4 * hour);
  expect(done.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(done[0]?.atMs).toBeGreaterThan(1.1 * hour + (0.9 * hour - 0.05 * hour * catchUpSpeed.to) / catchUpSpeed.to);
});

test('VirtualReplica: works when all who stopped it have started it, and keeps the order over two stops', () => {
  stopped(0, 1000);
  stopped(500, 2000);
  for (let index = 0; index < 300; index += 1) arrive(index * 10 + 1, `m${index}`, 'k');
  // While it still catches up.
  stopped(2010, 2500);
  time.runUntil(1999);
  expect(done).toEqual([]);
  time.runUntil(2499);
  const before = done.length;
  time.runUntil(hour);
  expect(before).toBeLessThan(200);
  expect(done.map(({ name }) => name)).toEqual(Array.from({ length: 300 }, (_, index) => `m${index}`));
  expect(replica.isUpToDate).toBe(true);
});

test('VirtualReplica: shows what is published late to those who stopped it, and to nobody later', () => {
  const late: string[] = [];
  const show = (name: string) => replica.show({ ...message, id: name });
  time.at(0, 2, () => {
    const start = replica.stop(({ id }) => late.push(id));
    time.at(100, 2, start);
  });
  time.at(50, 0, () => replica.take({ id: idOf('a', 'Type', 0), key: 'k', run: () => show('a') }));
  time.at(60, 0, () => show('meanwhile'));
  time.at(hour, 0, () => replica.take({ id: idOf('b', 'Type', 0), key: 'k', run: () => show('b') }));
  time.runUntil(2 * hour);
  expect(late).toEqual(['a']);
});

const message = {
  kind: 'event',
  type: 'Type',
  source: '/services/cart',
  subject: 'k',
  time: 0,
  correlationid: '',
  causationid: '',
  data: {},
} as const;

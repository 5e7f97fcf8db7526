import { expect, test } from 'vitest';
import { priceHistory } from '../../../src/lab/features/price-error/price-history.ts';

const hour = 3_600_000;
const day = 24 * hour;

test('priceHistory: nothing is known at first', () => {
  const history = priceHistory();
  expect([history.current(), history.usual(0), history.lowestStanding(0)]).toEqual([undefined, undefined, undefined]);
  expect(history.sinceFallMs(day)).toBe(Number.POSITIVE_INFINITY);
});

test('priceHistory: a wrong price of some hours leaves the usual one where it was', () => {
  const history = priceHistory();
  history.set(0, 20);
  history.set(3 * day, 2);
  expect(history.usual(3 * day + 5 * hour)).toBe(20);
  expect(history.lowestStanding(3 * day + 5 * hour)).toBe(20);
  expect(history.sinceFallMs(3 * day + 5 * hour)).toBe(5 * hour);
  history.set(3 * day + 5 * hour, 20);
  expect(history.sinceFallMs(3 * day + 6 * hour)).toBe(Number.POSITIVE_INFINITY);
});

test('priceHistory: usual is the median weighed by time, and a price that stood for eight hours is known to have stood', () => {
  const history = priceHistory();
  history.set(0, 20);
  history.set(10 * day, 12);
  expect(history.usual(16 * day)).toBe(20); // 8 of the last 14 days
  expect(history.lowestStanding(10 * day + 7 * hour)).toBe(20);
  expect(history.lowestStanding(10 * day + 8 * hour)).toBe(12);
  expect(history.usual(18 * day)).toBe(12); // 8 of 14
});

test('priceHistory: what ended 14 days ago is forgotten', () => {
  const history = priceHistory();
  history.set(0, 5);
  history.set(2 * day, 20);
  history.set(16 * day - hour, 21);
  expect(history.lowestStanding(16 * day)).toBe(20);
});

test('priceHistory: repricing by the minute pushes out what came before, and fills no memory', () => {
  const history = priceHistory();
  history.set(0, 1);
  for (let minute = 0; minute < 500; minute += 1) history.set(day + minute * 60_000, 10 + (minute % 2));
  expect(history.lowestStanding(day + 500 * 60_000)).toBe(10);
  expect(history.current()).toBe(11);
});

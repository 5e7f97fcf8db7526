import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../src/base/time.ts';
import { commandLogTopic } from '../../../src/broker/topics.ts';
import { Demand } from '../../../src/shop/customers/demand.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { record, scenarioFor } from '../../support/run-scenario.ts';

const startMs = Date.parse('2026-03-02T00:00:00Z');

async function demand(seed: number, days: number): Promise<Demand> {
  const { customers } = await scenarioFor('clean');
  return new Demand(customers, { startMs, days, streams: randomStreams(seed) });
}

describe('Demand', () => {
  test('is what the calendar says: 18:00-23:00 are the busiest five hours, and it falls from 23:00 to 06:00', async () => {
    const ordinary = await demand(1, 1);
    const byHour = Array.from({ length: 24 }, (_, hour) => ordinary.expectedPerHour(startMs + (hour + 0.5) * hourMs));
    const busiest = [...byHour.keys()].sort((a, b) => (byHour[b] ?? 0) - (byHour[a] ?? 0)).slice(0, 5);
    expect(busiest.sort((a, b) => a - b)).toEqual([18, 19, 20, 21, 22]);
    const night = [23, 0, 1, 2, 3, 4, 5].map(hour => byHour[hour] ?? 0);
    for (let hour = 1; hour < night.length; hour += 1) expect(night[hour]).toBeLessThan(night[hour - 1] ?? 0);
  });

  test('has as many arrivals as its rate says: 100 days, within 3 %', async () => {
    const days = 100;
    const shop = await demand(2, days);
    let [arrived, expected] = [0, 0];
    for (let hour = 0; hour < days * 24; hour += 1) {
      const fromMs = startMs + hour * hourMs;
      const arrivals = shop.arrivals(fromMs, `arrivals/${hour}`);
      expect([...arrivals].sort((a, b) => a - b)).toEqual(arrivals);
      expect(arrivals.every(timeMs => timeMs >= fromMs && timeMs < fromMs + hourMs)).toBe(true);
      arrived += arrivals.length;
      for (let minute = 0; minute < 60; minute += 5) expected += shop.ratePerHour(fromMs + minute * 60_000) / 12;
    }
    expect(Math.abs(arrived / expected - 1)).toBeLessThan(0.03);
  });

  test('varies from day to day about as asked, with memory: 400 days, cv within 0.05, correlation within 0.15', async () => {
    const days = 400;
    const shop = await demand(3, days);
    const { customers } = await scenarioFor('clean');
    const factors = Array.from({ length: days }, (_, day) => {
      const atMs = startMs + (day * 24 + 12) * hourMs;
      let [rate, expected] = [0, 0];
      for (let hour = 0; hour < 24; hour += 1) {
        rate += shop.ratePerHour(startMs + (day * 24 + hour) * hourMs + 1);
        expected += shop.expectedPerHour(startMs + (day * 24 + hour) * hourMs + 1);
      }
      return { atMs, factor: rate / expected };
    }).map(({ factor }) => factor);
    const mean = factors.reduce((sum, factor) => sum + factor, 0) / days;
    const variance = factors.reduce((sum, factor) => sum + (factor - mean) * (factor - mean), 0) / days;
    const lagged =
      factors.slice(1).reduce((sum, factor, day) => sum + (factor - mean) * ((factors[day] ?? mean) - mean), 0) /
      (days - 1);
    const cv = Math.hypot(customers.dayVariation.cv, customers.spells.cv);
    expect(Math.abs(Math.sqrt(variance) / mean - cv)).toBeLessThan(0.05);
    expect(Math.abs(lagged / variance - customers.dayVariation.memory)).toBeLessThan(0.15);
  });
});

describe('a shop of 66 clean days', () => {
  test('is busiest from 18:00 to 23:00, quiet at night, and has the shares of the sources', async () => {
    const { published } = await record(await scenarioFor('clean', { days: 66, nearMisses: [], seed: 5 }));
    const carts = new Array<number>(24).fill(0);
    const counts = new Map<string, number>();
    let rows = 0;
    for (const { topic, message } of published) {
      if (!topic.endsWith('-events') && topic !== commandLogTopic) continue;
      rows += 1;
      if (message.kind === 'command') continue;
      counts.set(message.type, (counts.get(message.type) ?? 0) + 1);
      const hour = new Date(message.time).getUTCHours();
      if (message.type === 'CartCreated') carts[hour] = (carts[hour] ?? 0) + 1;
    }
    const busiest = [...carts.keys()].sort((a, b) => (carts[b] ?? 0) - (carts[a] ?? 0)).slice(0, 5);
    expect(busiest.sort((a, b) => a - b)).toEqual([18, 19, 20, 21, 22]);
    expect(Math.min(...carts)).toBe(Math.min(...carts.slice(3, 7)));
    // About 10 thousand rows a day; 70 % of carts are abandoned (Baymard); some 15 % of orders are cancelled (UCI).
    expect(rows / 66).toBeGreaterThan(8_500);
    expect(rows / 66).toBeLessThan(11_500);
    const share = (part: string, of: string) => (counts.get(part) ?? 0) / (counts.get(of) ?? 1);
    expect(Math.abs(share('OrderCreated', 'CartCreated') - 0.28)).toBeLessThan(0.04);
    expect(Math.abs(share('OrderCancelled', 'OrderCreated') - 0.15)).toBeLessThan(0.04);
  });
});

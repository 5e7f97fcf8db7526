import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from '../../../src/base/time.ts';
import { commandLogTopic } from '../../../src/broker/topics.ts';
import type { EventRecord } from '../../../src/data/dataset/record.ts';
import { crowdChannels, withCrowds } from '../../../src/lab/features/crowds.ts';
import { workloadTypeSeries } from '../../../src/lab/features/type-series.ts';

/** Monday, 2 March 2026. */
const startMs = Date.UTC(2026, 2, 2);
const products = 20;

const series = withCrowds(workloadTypeSeries);
const channel = (name: string) => series.names.indexOf(name);

function record(timeMs: number, type: string, visit: string, productId = ''): EventRecord {
  return {
    ...{ timeMs, type, productId, topic: commandLogTopic, kind: 'command', source: '/customers' },
    ...{ partition: 0, offset: 0, id: `${type}-${visit}-${productId}`, correlationId: visit, causationId: '', key: '' },
    ...{ userId: '', orderId: '', quantity: undefined, price: undefined, data: {} },
  };
}

/** A visit that opens a cart, puts a product into it, and another one a minute later. */
function visit(timeMs: number, name: string, product: number): readonly EventRecord[] {
  return [
    record(timeMs, 'CreateCart', name),
    record(timeMs + minuteMs, 'AddProductToCart', name, `p-${product}`),
    record(timeMs + 2 * minuteMs, 'AddProductToCart', name, `p-${(product + 1) % products}`),
  ];
}

/** A visit every six minutes: each product is wanted in turn, from the `first` on. */
function ordinary(hours: number, first = 0): readonly EventRecord[] {
  return Array.from({ length: hours * 10 }, (_, index) =>
    visit(startMs + index * 6 * minuteMs, `v-${first}-${index}`, (first + index) % products),
  ).flat();
}

/** The sum of a channel over all units. */
function counted(records: readonly EventRecord[], hours: number, name: string): number {
  const fold = series.fold(startMs);
  const inOrder = [...records].sort((one, other) => one.timeMs - other.timeMs);
  const units = [...inOrder.flatMap(each => fold.push(each)), ...fold.finish(startMs + hours * hourMs)];
  return units.reduce((sum, { features }) => sum + (features[channel(name)] ?? 0), 0);
}

describe('withCrowds', () => {
  it('adds two channels, which are not counted in the total', () => {
    expect(series.names.slice(-2)).toEqual(['crowd visits', 'crowd registrations']);
    expect(series.channels.names).toEqual(series.names);
    expect(series.channels.summed).toBe(workloadTypeSeries.channels.summed);
  });

  it('finds no crowd in ordinary visits, nor in three times as many of the usual mix', () => {
    const surge = [ordinary(24), ordinary(24, 7), ordinary(24, 13)].flat();
    expect(counted(ordinary(24), 24, crowdChannels.visits)).toBe(0);
    expect(counted(surge, 24, crowdChannels.visits)).toBe(0);
  });

  it('counts the visits for a product that many more want than usual, and the registrations in them', () => {
    const crowd = Array.from({ length: 20 }, (_, index) => {
      const timeMs = startMs + 20 * hourMs + index * 2 * minuteMs;
      return [...visit(timeMs, `c-${index}`, 7), record(timeMs + 3 * minuteMs, 'RegisterUser', `c-${index}`)];
    }).flat();
    const records = [...ordinary(24), ...crowd];
    // The first visits show nothing yet.
    expect(counted(records, 24, crowdChannels.visits)).toBeGreaterThanOrEqual(12);
    expect(counted(records, 24, crowdChannels.visits)).toBeLessThanOrEqual(20);
    expect(counted(records, 24, crowdChannels.registrations)).toBeGreaterThanOrEqual(12);
    expect(counted(records, 24, 'CreateCart')).toBe(260);
  });

  it('learns within three weeks that a new product is wanted, even after half a year', () => {
    const [before, days] = [150, 170];
    const fold = series.fold(startMs);
    let crowdVisits = 0;
    for (let index = 0; index < days * 240; index += 1) {
      const isNew = index >= before * 240 && index % 4 === 0;
      const timeMs = startMs + index * 6 * minuteMs;
      const units = fold.push(
        record(timeMs, 'AddProductToCart', `v-${index}`, isNew ? 'new' : `p-${index % products}`),
      );
      if (timeMs < startMs + (days - 1) * 24 * hourMs) continue;
      for (const { features } of units) crowdVisits += features[channel(crowdChannels.visits)] ?? 0;
    }
    expect(crowdVisits).toBe(0);
  });
});

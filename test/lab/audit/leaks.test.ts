import { describe, expect, test } from 'vitest';
import { hash64 } from '../../../src/base/hash.ts';
import type { EventRecord } from '../../../src/data/dataset/record.ts';
import { messageLeaks } from '../../../src/lab/audit/message-leaks.ts';
import { orderWatch, rowOrder } from '../../../src/lab/audit/row-order.ts';
import { truthWords, wordSearch } from '../../../src/lab/audit/truth-words.ts';
import { type UnitLeakInput, unitLeaks } from '../../../src/lab/audit/unit-leaks.ts';
import type { ScoredWindow } from '../../../src/lab/evaluation/unit-truth.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { label } from '../../support/labels.ts';

const hourMs = 3_600_000;
const windowMs = hourMs / 4;
const span = { startMs: Date.UTC(2026, 2, 2), endMs: Date.UTC(2026, 2, 24) };
const idOf = (name: string) => hash64(name).toString(16).padStart(16, '0');

/** A series of 22 days with eight labels of three hours, each on another day at the hour that is asked for. */
function seriesInput(hourOf: (label: number) => number): UnitLeakInput {
  const shop = { type: 'shop', id: 'shop' } as const;
  const positives = new Map<string, ScoredWindow[]>();
  const taken = new Set<number>();
  for (let index = 0; index < 8; index += 1) {
    const fromMs = span.startMs + (2 + 2 * index) * 24 * hourMs + hourOf(index) * hourMs;
    const starts = Array.from({ length: 12 }, (_, window) => fromMs + window * windowMs);
    for (const startMs of starts) taken.add(startMs);
    positives.set(
      `label-${index}`,
      starts.map(startMs => ({ startMs, endMs: startMs + windowMs, entity: shop })),
    );
  }
  const clean: ScoredWindow[] = [];
  for (let startMs = span.startMs; startMs < span.endMs; startMs += windowMs)
    if (!taken.has(startMs)) clean.push({ startMs, endMs: startMs + windowMs, entity: shop });
  return { key: 'a', span, windowMs, positives, clean, cleanCount: clean.length };
}

/** Customers with a few half hours each, and eight labels of one hoarder with ten. */
function customersInput(idOfHoarder: (label: number) => string): UnitLeakInput {
  const { integer } = randomStreams(3).stream('customers');
  const length = 2 * windowMs;
  const place = (id: string, index: number): ScoredWindow => {
    const startMs = span.startMs + index * length;
    return { startMs, endMs: startMs + length, entity: { type: 'user', id } };
  };
  const clean = Array.from({ length: 3000 }, (_, index) => place(`u-${idOf(`${index >> 1}`)}`, integer(0, 1055)));
  const positives = new Map(
    Array.from({ length: 8 }, (_, index) => {
      const from = integer(0, 1040);
      return [`label-${index}`, Array.from({ length: 10 }, (_, window) => place(idOfHoarder(index), from + window))];
    }),
  );
  return { key: 'a', span, windowMs: length, positives, clean, cleanCount: clean.length };
}

describe('unitLeaks', () => {
  const { integer } = randomStreams(8).stream('hours');

  test('passes labels at any hour', async () => {
    const finding = await unitLeaks('traffic-intensity', [seriesInput(() => integer(0, 20))]);
    expect(finding.verdict).toBe('pass');
    expect(finding.figures).toMatchObject({ labels: 8, trainingPositives: 48 });
  });

  test('notices labels that begin at the same hour, and says so twice alike', async () => {
    const inputs = ['a', 'b'].map(key => ({ ...seriesInput(() => 3), key }));
    const found = () => unitLeaks('traffic-intensity', inputs);
    expect(await found()).toMatchObject({ verdict: 'fail', sentence: expect.stringContaining('give the labels away') });
    expect(await found()).toEqual(await found());
  });

  test('passes hoarders with ids as all have them, and notices ids of another kind', async () => {
    const asked = (id: (label: number) => string) => unitLeaks('stock-exhaustion', [customersInput(id)]);
    expect((await asked(index => `u-${idOf(`hoarder ${index}`)}`)).verdict).toBe('pass');
    expect((await asked(index => `u-${idOf(`hoarder ${index}`).slice(1)}`)).verdict).toBe('fail');
  });

  test('does not judge a few labels by luck', async () => {
    const input = seriesInput(() => integer(0, 20));
    const few = { ...input, positives: new Map([...input.positives].slice(0, 4)) };
    expect(await unitLeaks('traffic-intensity', [few])).toMatchObject({
      verdict: 'undecided',
      sentence: expect.stringMatching(/^too few to tell: 4 labels, expected at least 6/),
    });
    const none = { ...input, positives: new Map() };
    expect((await unitLeaks('traffic-intensity', [none])).verdict).toBe('undecided');
    const short = new Map([...input.positives].map(([id, places]) => [id, places.slice(0, 1)] as const));
    const { sentence } = await unitLeaks('traffic-intensity', [{ ...input, positives: short }]);
    expect(sentence).toBe('too few to tell: 4 positive training units, expected at least 8');
  });
});

describe('messageLeaks', () => {
  const others = Array.from({ length: 1500 }, (_, index) => idOf(`other ${index}`));
  const asked = (caused: readonly string[]) => messageLeaks([{ caused, others, otherCount: 90_000 }]);
  const ids = Array.from({ length: 600 }, (_, index) => idOf(`caused ${index}`));

  test('passes ids that say nothing', async () => {
    expect((await asked(ids)).verdict).toBe('pass');
  });

  test('notices ids that begin or end in another way, or are longer', async () => {
    expect((await asked(ids.map(id => `f${id.slice(1)}`))).verdict).toBe('fail');
    expect((await asked(ids.map(id => `${id.slice(1)}0`))).verdict).toBe('fail');
    expect((await asked(ids.map(id => `${id}${id.slice(0, 1)}`))).verdict).toBe('fail');
  });

  test('does not judge a few messages', async () => {
    expect((await asked(ids.slice(0, 99))).sentence).toBe(
      'message ids: too few to tell: 99 caused messages, expected at least 100',
    );
  });
});

function record(changes: Partial<EventRecord>): EventRecord {
  return {
    timeMs: span.startMs,
    topic: 'cart-events',
    partition: 0,
    offset: 0,
    kind: 'event',
    type: 'CartCreated',
    source: '/services/cart',
    id: idOf('a'),
    correlationId: 't-1',
    causationId: '',
    key: 'c-1',
    userId: 'u-1',
    productId: '',
    orderId: '',
    quantity: undefined,
    price: undefined,
    data: {},
    ...changes,
  };
}

describe('truthWords', () => {
  const search = (changes: Partial<EventRecord>) => {
    const { push, result } = wordSearch([label('bot-7', 1, 2, { variant: 'slow-hoarder' })], [label('sale-1', 1, 2)]);
    push(record(changes));
    return truthWords([result()]);
  };

  test('passes rows without a word of the truth, and words that only hold one', () => {
    expect(search({ data: { name: 'Robot-78 stock' } }).verdict).toBe('pass');
  });

  test.each<[string, Partial<EventRecord>]>([
    ['the id of a label', { correlationId: 'bot-7' }],
    ['that of a near miss', { key: 'c/sale-1' }],
    ['the name of an anomaly', { source: '/stock-exhaustion' }],
    ['a variant, deep in the payload', { data: { lines: [{ note: 'Slow-Hoarder' }] } }],
    ['a flag', { data: { anomaly: false } }],
  ])('notices %s', (_, changes) => {
    expect(search(changes)).toMatchObject({ verdict: 'fail', sentence: expect.stringContaining(idOf('a')) });
  });
});

test('truthWords searches nothing where there is no truth: the word anomaly may be what data are about', () => {
  const { push, result } = wordSearch([], []);
  push(record({ topic: 'anomaly-events' }));
  expect(truthWords([result()])).toMatchObject({ verdict: 'undecided', figures: { rows: 0 } });
});

describe('rowOrder', () => {
  /** Rows of one partition, one in twenty caused; an offset is moved back where `isLate`. */
  function ordered(isLate: (index: number, isCaused: boolean) => boolean) {
    const watch = orderWatch();
    for (let index = 0; index < 4000; index += 1) {
      const isCaused = index % 20 === 0;
      const offset = 10 * index - (isLate(index, isCaused) ? 15 : 0);
      watch.push(record({ timeMs: span.startMs + index, offset }), isCaused);
    }
    return rowOrder([watch.result()]);
  }

  test('passes offsets that follow time, and late ones of all kinds alike', () => {
    expect(ordered(() => false).verdict).toBe('pass');
    expect(ordered(index => index % 41 === 0)).toMatchObject({
      verdict: 'pass',
      figures: { pValue: expect.any(Number) },
    });
  });

  test('notices caused messages that were written afterwards', () => {
    expect(ordered((_, isCaused) => isCaused).verdict).toBe('fail');
    expect(ordered((index, isCaused) => isCaused && index % 40 === 0).verdict).toBe('fail');
  });

  test('notices rows out of order', () => {
    const watch = orderWatch();
    for (let timeMs = 1002; timeMs > 0; timeMs--) watch.push(record({ timeMs, offset: timeMs }), false);
    expect(rowOrder([watch.result()])).toMatchObject({
      verdict: 'fail',
      sentence: '1,001 rows are out of order (time, topic, partition, offset)',
      figures: { misplaced: 1001 },
    });
  });
});

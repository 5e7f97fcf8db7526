import { describe, expect, test } from 'vitest';
import type { EventRecord } from '../../../src/data/dataset/record.ts';
import { isAbout, messageChain } from '../../../src/lab/report/message-chain.ts';

/** "b<a" is message b, caused by a. */
function messages(...ids: readonly string[]): readonly EventRecord[] {
  return ids.map((text, index): EventRecord => {
    const [id = '', causationId = ''] = text.split('<');
    return {
      ...{ timeMs: index, topic: 'cart-events', partition: 0, offset: index, kind: 'event', type: `Type${id}` },
      ...{ source: '/services/cart', id, correlationId: 'c', causationId, key: 'k', userId: 'u-1', productId: 'p-1' },
      ...{ orderId: '', quantity: undefined, price: undefined, data: {} },
    };
  });
}

const everything = { isWanted: () => true, labelOf: () => undefined, needsLabel: false };
const idsOf = (found: ReturnType<typeof messageChain>) => found?.chain.map(({ id }) => id);

describe('messageChain', () => {
  test('is the longest chain that ends in a wanted message', () => {
    const records = messages('a', 'b<a', 'x', 'c<b', 'y<x', 'd<c');
    expect(idsOf(messageChain(records, everything))).toEqual(['a', 'b', 'c', 'd']);
    const wanted = { ...everything, isWanted: ({ id }: EventRecord) => id === 'b' || id === 'x' };
    expect(messageChain(records, wanted)).toMatchObject({ messages: 2, caused: 0, leftOut: 0 });
    expect(idsOf(messageChain(records, wanted))).toEqual(['a', 'b']);
  });

  test('ends in what the anomaly caused, where it caused something', () => {
    const records = messages('a', 'b<a', 'c<b', 'x', 'y<x');
    const labelOf = ({ id }: EventRecord) => (id === 'y' ? 'label-1' : undefined);
    const found = messageChain(records, { ...everything, labelOf });
    expect(found?.chain.map(({ id, label }) => [id, label])).toEqual([
      ['x', undefined],
      ['y', 'label-1'],
    ]);
    expect(found?.caused).toBe(1);
  });

  test('is empty where nothing was caused and an ordinary chain would show nothing', () => {
    const found = messageChain(messages('a', 'b<a'), { ...everything, needsLabel: true });
    expect(found).toEqual({ messages: 2, caused: 0, leftOut: 0, chain: [] });
    expect(messageChain([], everything)).toBeUndefined();
  });

  test('names a cause that came before, leaves out the middle of a long chain, and ends where causes go round', () => {
    expect(messageChain(messages('b<a'), everything)?.missingCause).toBe('a');
    const long = messages('m0', ...Array.from({ length: 19 }, (_, index) => `m${index + 1}<m${index}`));
    const found = messageChain(long, everything);
    expect(found?.leftOut).toBe(8);
    expect(idsOf(found)?.join(' ')).toBe('m0 m1 m2 m3 m4 m5 m14 m15 m16 m17 m18 m19');
    expect(idsOf(messageChain(messages('a<b', 'b<a'), everything))).toHaveLength(2);
  });
});

test('isAbout looks at what the entity is', () => {
  const [record] = messages('a');
  if (record === undefined) throw new TypeError('there is a record');
  const about = (type: Parameters<typeof isAbout>[0]['type'], id: string) => isAbout({ type, id }, record);
  expect([about('user', 'u-1'), about('product', 'p-1'), about('service', 'cart'), about('shop', 'shop')]).toEqual(
    Array(4).fill(true),
  );
  expect([about('user', 'u-2'), about('product', 'p-2'), about('service', 'order')]).toEqual(Array(3).fill(false));
});

import { expect, test } from 'vitest';
import { parseInParts } from '../../../../src/broker/kafka/values/json-in-parts.ts';
import { randomStreams } from '../../../../src/shop/engine/random.ts';

const stream = randomStreams(1).stream('json');
const integer = (most: number) => stream.integer(0, most);

function pick<Value>(values: readonly Value[]): Value {
  const value = values[integer(values.length - 1)];
  if (value === undefined) throw new TypeError('nothing to pick from');
  return value;
}

const words = ['1', '-2.5', 'null', 'true', '""', '"a,b"', '"]}"', '"\\""', '"\\\\"', '"long text that is a part"'];
const names = ['a', 'b', '0', '__proto__', 'constructor', ',', ']'];

function jsonOf(depth: number): string {
  if (depth === 0 || integer(3) === 0) return pick(words);
  const blank = pick(['', ' ', '\n']);
  const members = Array.from({ length: integer(5) }, () => `${blank}${jsonOf(depth - 1)}${blank}`);
  return integer(1) === 0
    ? `[${members}]`
    : `{${members.map(member => `${blank}${JSON.stringify(pick(names))}${blank}:${member}`)}}`;
}

/** With a few characters less, more, or others. */
function damaged(json: string): string {
  const at = integer(json.length);
  return (
    json.slice(0, at) +
    pick(['', ',', '[', ']', '{', '}', '"', ':', '1', ' ', '[]', '{}']) +
    json.slice(at + integer(1))
  );
}

function parsed(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch (error) {
    if (error instanceof SyntaxError) return 'no JSON';
    throw error;
  }
}

test('parseInParts refuses and reads what JSON.parse does, whatever the length of a part', () => {
  const counts = { read: 0, refused: 0 };
  for (let round = 0; round < 10_000; round++) {
    const whole = jsonOf(4);
    const text = round % 2 === 0 ? whole : damaged(whole);
    const expected = parsed(() => JSON.parse(text));
    counts[expected === 'no JSON' ? 'refused' : 'read'] += 1;
    const found = parsed(() => parseInParts(text, new Set(), JSON.parse, integer(20)));
    expect(found, text).toEqual(expected);
  }
  expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(2000);
});

test('parseInParts keeps what paths name and the first members', () => {
  const list = Array.from({ length: 1000 }, (_, index) => ({ id: index, tags: [index] }));
  const others = Object.fromEntries(list.map(({ id }) => [`k${id}`, id]));
  const text = JSON.stringify({ list, ...others, sku: 'x' });
  const kept = Object(parseInParts(text, new Set(['list', '999', 'sku']), JSON.parse, 100));
  expect(kept).toMatchObject({ sku: 'x', k0: 0, k28: 28 });
  expect(Object.keys(kept)).toHaveLength(31);
  expect([kept.list[0], kept.list[29], kept.list[999]]).toEqual([list[0], list[29], list[999]]);
  expect(Object.keys(kept.list)).toHaveLength(31);
});

test('parseInParts keeps columns of a schema that paths name, and not each object of a long list', () => {
  const columns = Array.from({ length: 500 }, (_, index) => `{"field":"k${index}"}`);
  const kept = (text: string) => Object.entries(Object(parseInParts(text, new Set(['k400']), JSON.parse, 100)));
  expect(kept(`[${columns}]`).slice(30)).toEqual([['400', { field: 'k400' }]]);
  expect(kept(`[${'{"field":"k400"},'.repeat(5000)}0]`)).toHaveLength(1000);
});

test('parseInParts has the last of several members of one name', () => {
  const many = Array.from({ length: 100 }, (_, index) => `"k${index}":0`).join();
  const read = (text: string) => parseInParts(text, new Set(['a']), JSON.parse, 40);
  expect(read(`{"a":[${'1,'.repeat(50)}1],${many},"a":2}`)).toMatchObject({ a: 2 });
  expect(read(`{${many},"a":2,"a":{"a":3,"long":"${'x'.repeat(50)}"}}`)).toMatchObject({ a: { a: 3 } });
});

test('parseInParts has the same members, first, whatever the length of a part', () => {
  const list = `[${Array.from({ length: 50 }, (_, index) => (index === 7 ? `{"a":[${'1,'.repeat(99)}1]}` : index))}]`;
  for (let length = 1; length < 400; length++) {
    const kept: unknown[] = Object(parseInParts(list, new Set(['a', '40']), JSON.parse, length));
    expect(kept.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([kept[29], kept[40]]).toEqual([29, 40]);
  }
});

test('parseInParts parses no text that is much longer than a part', () => {
  let longest = 0;
  const parse = (json: string) => {
    longest = Math.max(longest, json.length);
    return JSON.parse(json);
  };
  const many = '{"a":[1,{}]},'.repeat(1000);
  parseInParts(`{"list":[${many}0],"nested":[[[[${many}0]]]]}`, new Set(['list']), parse, 100);
  expect(longest).toBeLessThan(200);
});

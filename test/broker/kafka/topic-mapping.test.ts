import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type MappingFile, readTopicMapping, topicMapping } from '../../../src/broker/kafka/topic-mapping.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function read(value: unknown, mapping: Partial<MappingFile>, timestamp = '1000') {
  const record = {
    offset: '7',
    timestamp,
    key: Buffer.from('the-key'),
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    headers: { kind: Buffer.from('Clicked') },
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
  };
  const all = { version: 1, type: 'topic', entity: 'key', time: 'timestamp', ...mapping } as const;
  const unread: string[] = [];
  const message = topicMapping(all).messageOf(record, {
    ...{ topic: 'clicks', partition: 2, place: () => 'clicks/2' },
    onUnread: what => unread.push(what),
  });
  return { message, unread };
}

function messageOf(value: unknown, mapping: Partial<MappingFile>) {
  return read(value, mapping).message;
}

describe('topicMapping', () => {
  test('takes topic, key and timestamp by default', () => {
    expect(messageOf({ a: 1 }, {})).toMatchObject({
      ...{ kind: 'event', type: 'clicks', id: 'clicks/2/7', source: '/topics/clicks', subject: 'the-key', time: 1000 },
      ...{ correlationid: '', causationid: '', data: { a: 1 } },
    });
  });

  test('follows paths through objects and lists, and headers', () => {
    const message = messageOf({ lines: [{ sku: 'p-1' }] }, { type: 'header:kind', entity: 'lines.0.sku' });
    expect(message).toMatchObject({ type: 'Clicked', subject: 'p-1' });
  });

  test.each([
    ['2026-01-05T10:00:00+01:00', Date.parse('2026-01-05T09:00:00Z')],
    [1_767_600_000, 1_767_600_000_000],
    ['1767600000.25', 1_767_600_000_250],
    [1_767_600_000_123, 1_767_600_000_123],
    [1_767_600_000_123_456, 1_767_600_000_123],
    ['1767600000123456789', 1_767_600_000_123],
    ['', 1000],
    ['soon', 1000],
    [null, 1000],
    [-5, 1000],
    // What a time is that was never set.
    [0, 1000],
    ['1970-01-01T00:00:00Z', 1000],
    ['0001-01-01T00:00:00Z', 1000],
    ['0001-01-01T00:00:00.001Z', Date.parse('0001-01-01T00:00:00.001Z')],
    [1e40, 1000],
    ['+012345-01-01T00:00:00Z', 1000],
    ['2026-01-05T10:00:00', 1000],
    ['2026-02-30T10:00:99Z', 1000],
  ])('reads the time %j', (at, expected) => {
    const { message, unread } = read({ at }, { time: 'at' });
    expect(message.time).toBe(expected);
    expect(unread).toEqual(expected === 1000 ? ["no time at at: the record's timestamp was taken"] : []);
  });

  test.each([
    // Old data that are loaded today, and a stamp that is none.
    ['2001-07-01T00:00:00Z', '2026-03-02T00:00:00Z', false],
    ['2026-03-02T00:00:00Z', '1970-01-01T00:00:00Z', false],
    ['2026-12-31T00:00:00Z', '2026-03-02T00:00:00Z', false],
    ['2027-03-04T00:00:00Z', '2026-03-02T00:00:00Z', true],
    ['2099-01-01T00:00:00Z', '2026-03-02T00:00:00Z', true],
  ])('takes the time %s of a record stamped %s, unless it lies far after it', (at, stamped, isUnread) => {
    const { message, unread } = read({ at }, { time: 'at' }, String(Date.parse(stamped)));
    expect(message.time).toBe(Date.parse(isUnread ? stamped : at));
    expect(unread).toEqual(
      isUnread ? ["the time at at lies more than a year after the record's timestamp, which was taken"] : [],
    );
  });

  test.each([
    ['12.50', 12.5],
    [12.5, 12.5],
    ['-1e2', -100],
    ['zwölf', undefined],
    ['12,50', undefined],
    ['0x10', undefined],
    [' ', undefined],
    [true, undefined],
    [[5], undefined],
  ])('reads the price %j as %j, and tells what it cannot read', (cost, price) => {
    const { message, unread } = read({ cost, price: 99 }, { fields: { price: 'cost' } });
    expect(message.data).toEqual({ cost, price: price ?? null });
    expect(unread).toEqual(price === undefined ? ['price at cost is no number: it was left empty'] : []);
  });

  test('reads no price of a number that JSON cannot hold', () => {
    const { message, unread } = read('{"cost":1e400}', { fields: { price: 'cost' } });
    expect(message.data).not.toHaveProperty('price');
    expect(unread).toHaveLength(1);
  });

  test('tells of each path at which there is nothing', () => {
    const fields = { userId: 'who.id', quantity: 'n', orderId: 'order' };
    const { message, unread } = read({ order: {}, n: null }, { type: 'event', entity: 'who.id', time: 'at', fields });
    expect(message).toMatchObject({ type: 'clicks', subject: 'the-key', time: 1000 });
    expect(unread).toEqual([
      "no type at event: the topic's name was taken",
      "no entity at who.id: the record's key was taken",
      "no time at at: the record's timestamp was taken",
      'no userId at who.id: it was left empty',
      'no quantity at n: it was left empty',
      'orderId at order is no text: it was left empty',
    ]);
  });

  test('keeps a payload whose own field is what cannot be read', () => {
    expect(messageOf({ price: '12,50' }, { fields: { price: 'price' } }).data).toEqual({ price: '12,50' });
  });

  test('rejects a record that has no time at all', async () => {
    await expectCqshopError(
      () => read({}, { time: 'at' }, '99999999999999999'),
      'BROKER_CORRUPT',
      'clicks/2',
      'timestamp',
    );
  });

  test('fills the columns of a dataset without losing the payload', () => {
    const message = messageOf(
      { who: 5, cost: '2.5', x: [1] },
      { fields: { userId: 'who', price: 'cost', orderId: 'none' } },
    );
    expect(message.data).toEqual({ who: 5, cost: '2.5', x: [1], userId: '5', price: 2.5 });
  });
});

describe('readTopicMapping', () => {
  test.each([
    ['version: 1\ntyp: a\n', 'typ is unknown', 'did you mean type?'],
    ['version: 2\n', 'version is 2', 'expected 1'],
    ['', 'it is null', 'expected'],
    ['version: 1\nfields: { customer: id }\n', 'fields.customer is unknown', 'userId'],
    ['a: [', 'line', 'no YAML'],
  ])('rejects %j', async (content, ...parts) => {
    const file = join(temporaryDirectory(), 'mapping.yaml');
    writeFileSync(file, content);
    await expectCqshopError(() => readTopicMapping(file), 'USAGE', file, ...parts);
  });

  test('rejects a file that is not there', async () => {
    await expectCqshopError(() => readTopicMapping('no-such-file.yaml'), 'USAGE', 'there is no such file');
  });

  test('tells two mappings apart', () => {
    const dir = temporaryDirectory();
    const [a, b] = ['version: 1\n', 'version: 1\ntype: x\n'].map((content, index) => {
      writeFileSync(join(dir, `${index}`), content);
      return readTopicMapping(join(dir, `${index}`)).fingerprint;
    });
    expect(a).not.toBe(b);
  });
});

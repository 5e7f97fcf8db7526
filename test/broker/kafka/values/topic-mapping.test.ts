import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reasonOf } from '../../../../src/base/errors.ts';
import { messageOf as messageIn } from '../../../../src/broker/kafka/reading/decode-record.ts';
import { readTopicMapping } from '../../../../src/broker/kafka/values/mapping-file.ts';
import { UnreadableRecord } from '../../../../src/broker/kafka/values/payload.ts';
import { type MappingFile, topicMapping } from '../../../../src/broker/kafka/values/topic-mapping.ts';
import { expectCqshopError } from '../../../support/cqshop-error.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

type Given = { readonly key?: string | Buffer; readonly timestamp?: string; readonly headers?: Record<string, Buffer> };

function read(value: unknown, mapping: Partial<MappingFile>, given: Given = {}) {
  const { key = 'the-key', timestamp = '1000', headers = { kind: Buffer.from('Clicked') } } = given;
  const record = {
    ...{ offset: '7', timestamp, key: Buffer.from(key), headers },
    value: Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    ...{ isControlRecord: false, batchContext: { producerId: '-1', inTransaction: false } },
  };
  const unread: string[] = [];
  const decoded = topicMapping({ version: 1, ...mapping }).messageOf(record, {
    ...{ topic: 'clicks', partition: 2 },
    onUnread: (what, example) => unread.push(example === '' ? what : `${what} (${example})`),
  });
  return { message: messageIn({ offset: 7, ...decoded }), dataJson: decoded.dataJson, unread };
}

function messageOf(value: unknown, mapping: Partial<MappingFile>, given: Given = {}) {
  return read(value, mapping, given).message;
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

  test.each(['json', 'cloudevents', 'debezium'] as const)('follows paths through a large value (%s)', decoder => {
    const lines = Array.from({ length: 60_000 }, (_, index) => ({ sku: index }));
    const others = Object.fromEntries(lines.map(({ sku }) => [`k${sku}`, sku]));
    const payload = { ...others, lines, customer: { note: 'x'.repeat(100_000), id: 'c-1' } };
    const [value, at] = {
      json: [payload, ''] as const,
      cloudevents: [
        { specversion: '1.0', data_base64: Buffer.from(JSON.stringify(payload)).toString('base64') },
        'data.',
      ] as const,
      debezium: [{ schema: {}, payload: { after: JSON.stringify(payload), op: 'c' } }, 'row.'] as const,
    }[decoder];
    const { message } = read(value, {
      ...{ decoder, entity: `${at}customer.id` },
      fields: { orderId: `${at}lines.59999.sku`, quantity: `${at}k50000`, price: `${at}lines.3.sku` },
    });
    expect(message).toMatchObject({ subject: 'c-1', columns: { orderId: '59999', quantity: '50000', price: '3' } });
  });

  test('shows nothing that a terminal would obey', () => {
    const { unread } = read({ at: '\u001b[2J\r\n\u202e\u{e0041}ü😀' }, { time: 'at' });
    expect(unread).toEqual([
      "no time at at: the record's timestamp was taken (\\u001b[2J\\u000d\\u000a\\u202e\\udb40\\udc41ü😀)",
    ]);
    const broken = new UnreadableRecord('it is bad', `\u0007${'x'.repeat(300)}`);
    expect(broken.detail).toBe(`\\u0007${'x'.repeat(199)}…`);
  });

  test('takes no text of more than a million characters for a column', () => {
    const long = 'x'.repeat(1024 * 1024 + 1);
    const { message, unread } = read(
      { id: long, price: `0.${'1'.repeat(1024 * 1024)}` },
      { entity: 'id', type: 'id', fields: { userId: 'id' } },
    );
    expect(message).toMatchObject({ type: 'clicks', subject: 'the-key', columns: {} });
    expect(unread).toEqual([
      "no type at id: the topic's name was taken",
      "no entity at id: the record's key was taken",
      `userId at id is no text: it was left empty (${'x'.repeat(60)}…)`,
      `price at price is no number: it was left empty (0.${'1'.repeat(58)}…)`,
    ]);
  });

  test.each([
    ['2026-01-05T10:00:00+01:00', Date.parse('2026-01-05T09:00:00Z')],
    [1_767_600_000, 1_767_600_000_000],
    ['1767600000.25', 1_767_600_000_250],
    [1_767_600_000_123_456, 1_767_600_000_123],
    ['0001-01-01T00:00:00.001Z', Date.parse('0001-01-01T00:00:00.001Z')],
  ])('reads the time %j', (at, expected) => {
    const { message, unread } = read({ at }, { time: 'at' });
    expect(message.time).toBe(expected);
    expect(unread).toEqual([]);
  });

  test.each([
    // What a time is that was never set, and what no time is.
    ...[0, '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '', 'soon', null, -5, true, {}, 1e40],
    ...['2026-01-05T10:00:00', '2026-02-30T10:00:00Z', 639081036000000000, 46083.5],
    // A date and a clock, not the year 1976.
    ...['202603021430', 202603021430],
  ])('takes the timestamp for the time %j', at => {
    const { message, unread } = read({ at }, { time: 'at' });
    expect(message.time).toBe(1000);
    expect(unread).toEqual([expect.stringMatching(/^no time at at: the record's timestamp was taken/)]);
  });

  test('reads a time without an offset in the zone of the mapping, and shows one that it cannot read', () => {
    const mapping = { time: 'at', zone: 'Europe/Berlin' };
    expect(messageOf({ at: '2026-01-05 10:00:00' }, mapping).time).toBe(Date.parse('2026-01-05T09:00:00Z'));
    expect(read({ at: '30 Feb' }, mapping).unread).toEqual([
      "no time at at: the record's timestamp was taken (30 Feb)",
    ]);
  });

  test.each([
    // Old data that are loaded today, and a stamp that is none.
    ['2001-07-01T00:00:00Z', '2026-03-02T00:00:00Z', false],
    ['2026-03-02T00:00:00Z', '1970-01-01T00:00:00Z', false],
    ['2026-12-31T00:00:00Z', '2026-03-02T00:00:00Z', false],
    ['2027-03-04T00:00:00Z', '2026-03-02T00:00:00Z', true],
    ['2099-01-01T00:00:00Z', '2026-03-02T00:00:00Z', true],
  ])('takes the time %s of a record stamped %s, unless it lies far after it', (at, stamped, isUnread) => {
    const { message, unread } = read({ at }, { time: 'at' }, { timestamp: String(Date.parse(stamped)) });
    expect(message.time).toBe(Date.parse(isUnread ? stamped : at));
    expect(unread).toEqual(
      isUnread ? [`the time at at lies more than a year after the record's timestamp, which was taken (${at})`] : [],
    );
  });

  test.each(['12.50', '12.50e1', '-0.10000000000000000555', '73314510714175489', '+5'])(
    'reads the price %s as it was sent, whether its path is given or not',
    digits => {
      for (const value of [`{"price":"${digits}"}`, ...(digits.startsWith('+') ? [] : [`{"price":${digits}}`])]) {
        for (const mapping of [{}, { fields: { price: 'price' } }]) {
          const { message, unread, dataJson } = read(value, mapping);
          expect([message.columns, unread, dataJson]).toEqual([{ price: digits }, [], value]);
        }
      }
    },
  );

  test.each(['"zwölf"', '"12,50"', '"0x10"', '" "', 'true', '[5]', '{"$numberDecimal":"12.5"}', '1e400'])(
    'reads no price of %s, and says so',
    text => {
      const { message, unread, dataJson } = read(`{"price":${text}}`, {});
      expect([message.columns, dataJson]).toEqual([{}, `{"price":${text}}`]);
      expect(unread).toEqual([expect.stringMatching(/^price at price is no number: it was left empty \(/)]);
    },
  );

  test('keeps ids apart that no double can distinguish', () => {
    const ids = ['1700000000000000642', '1700000000000000643', '327267367867168100000', '1e400'];
    for (const id of ids) {
      const { subject, columns } = messageOf(`{"userId":${id},"at":1772409600000123456}`, { entity: 'userId' });
      expect([subject, columns]).toEqual([id, { userId: id }]);
    }
  });

  test('keeps text apart from a number, whatever it begins with', () => {
    const entityOf = (value: string) => messageOf(value, { entity: 'id' }).subject;
    expect(entityOf('{"id":12}')).toBe('12');
    expect(entityOf('{"id":"\\u0000#12"}')).toBe('\u0000#12');
    expect(entityOf('{"a":1.0,"id":"\\u0000"}')).toBe('\u0000');
    expect(messageOf('{"price":"\\u0000#12"}', {}).columns).toEqual({});
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
      'orderId at order is no text: it was left empty ({})',
      'no quantity at n: it was left empty',
    ]);
  });

  test('rejects a record that has no time at all', () => {
    expect(() => read({}, { time: 'at' }, { timestamp: '99999999999999999' })).toThrow(UnreadableRecord);
    expect(() => read({}, {}, { timestamp: '-1' })).toThrow('it has no time');
  });

  test('fills the columns of a dataset from the payload, which stays what was sent', () => {
    const value = { who: 5, cost: '2.5', x: [1], productId: 9, quantity: '2', orderId: true };
    const { message, dataJson } = read(value, { fields: { userId: 'who', price: 'cost' } });
    expect(message.columns).toEqual({ userId: '5', price: '2.5', productId: '9', quantity: '2', orderId: 'true' });
    expect(dataJson).toBe(JSON.stringify(value));
  });

  test('names a key that begins with U+0000', () => {
    const value = '{"\\u0000id" : "\\u0000#1"}';
    expect(messageOf(value, { entity: '"\\u0000id"' }).subject).toBe('\u0000#1');
  });

  test('names a key with dots in quotes', () => {
    const value = { 'service.name': 'checkout', attributes: { 'app.order.amount': 12.5 }, 'a"b': 'quoted' };
    const mapping = { type: '"service.name"', entity: '"a\\"b"', fields: { price: 'attributes."app.order.amount"' } };
    expect(messageOf(value, mapping)).toMatchObject({
      ...{ type: 'checkout', subject: 'quoted', columns: { price: '12.5' } },
    });
  });

  test('enters the JSON of a key, and takes the first of several paths that leads to something', () => {
    const mapping = { entity: ['after.id', 'before.id', 'key:id'] };
    const given = { key: '{"id":73314510714175489}' };
    expect(messageOf({ after: { id: 5 } }, mapping, given).subject).toBe('5');
    expect(messageOf({ after: null, before: { id: 6 } }, mapping, given).subject).toBe('6');
    expect(messageOf({}, mapping, given).subject).toBe('73314510714175489');
    expect(read({}, mapping).unread).toEqual(["no entity at after.id, before.id, key:id: the record's key was taken"]);
  });

  test('takes a reserved word for the record, and says where the value has a field of that name', () => {
    const value = { timestamp: '2014-07-01T00:00:00Z', topic: 'Checkout', key: 'cust-1' };
    const words = { type: 'topic', entity: 'key', time: 'timestamp' };
    const { message, unread } = read(value, words);
    expect(message).toMatchObject({ type: 'clicks', subject: 'the-key', time: 1000 });
    expect(unread).toEqual(
      ['topic', 'key', 'timestamp'].map(
        word => `${word} means the record's ${word}, although the value has a field ${word}: value:${word} names it`,
      ),
    );
    const named = read(value, { type: 'value:topic', entity: 'value:key', time: 'value:timestamp' });
    expect(named.message).toMatchObject({ type: 'Checkout', subject: 'cust-1', time: Date.parse('2014-07-01') });
    expect([named.unread, read(value, {}).unread]).toEqual([[], []]);
  });

  test('keeps binary keys and headers apart', () => {
    const keys = ['00000000000000c8', '00000000000000c9', '0000000000000041', '91919191919191919191919191919191'];
    const headers = (bytes: string) => ({ id: Buffer.from(bytes, 'hex') });
    for (const bytes of keys) {
      const { message, unread } = read(
        {},
        { type: 'header:id' },
        { key: Buffer.from(bytes, 'hex'), headers: headers(bytes) },
      );
      expect([message.subject, message.type]).toEqual([bytes, bytes]);
      expect(unread).toEqual([`the key is not text: it was written as hexadecimal digits (${bytes})`]);
    }
  });

  test('is not misled by the names that every object has', () => {
    const value = '{"__proto__":{"userId":"evil"},"toString":"x"}';
    expect(messageOf(value, { entity: '__proto__.userId', type: 'toString' })).toMatchObject({
      ...{ subject: 'evil', type: 'x', columns: {} },
    });
    const list = read({ at: [1, 2] }, { entity: 'at.length', type: 'at.1' });
    expect(list.message).toMatchObject({ type: '2', subject: 'the-key' });
    expect(list.unread).toHaveLength(1);
    expect(read({}, { entity: 'constructor.name', type: 'header:__proto__' }).unread).toHaveLength(2);
    expect(messageOf('{"userId":"u-1","userId":"u-2"}', {}).columns).toEqual({ userId: 'u-2' });
  });
});

/** The lines of the message of what some work throws. */
async function messageOfError(work: () => unknown): Promise<readonly string[]> {
  const error = await Promise.resolve().then(work).catch(reasonOf);
  return String(error).split('\n');
}

describe('readTopicMapping', () => {
  test.each([
    ['version: 1\ntyp: a\n', 'typ is unknown', 'did you mean type?'],
    ['version: 2\n', 'version is 2', 'expected 1'],
    ['', 'it is null', 'expected'],
    ['version: 1\nfields: { customer: id }\n', 'fields.customer is unknown', 'userId'],
    ['a: [', 'line', 'not YAML'],
    ['version: 1\ntype: a..b\n', 'type is "a..b"', 'a path'],
    ["version: 1\nentity: [id, '\"x']\n", 'entity', 'a path'],
    ['version: 1\nzone: Mars/Olympus\n', 'zone', 'a time zone such as Europe/Berlin'],
  ])('rejects %j', async (content, ...parts) => {
    const file = join(temporaryDirectory(), 'mapping.yaml');
    writeFileSync(file, content);
    await expectCqshopError(() => readTopicMapping(file), 'USAGE', file, ...parts);
  });

  test('reports every mistake of a file at once', async () => {
    const file = join(temporaryDirectory(), 'mapping.yaml');
    writeFileSync(
      file,
      'typ: a\nentiti: b\ntime: a..b\nzone: Mars\nfields: { prise: p }\navro: { registry: "http://me:s/x@h" }\n',
    );
    const [first, ...others] = await messageOfError(() => readTopicMapping(file));
    expect(first).toMatch(`Cannot use mapping ${file}: avro.registry has an @ that ends no user, expected http://`);
    expect(others).toEqual([
      '  there is no version, expected 1',
      '  time is "a..b", expected a path such as customer.id, or "customer.id" in quotes for one key',
      '  zone is "Mars", expected a time zone such as Europe/Berlin',
      '  fields.prise is unknown, expected userId, productId, orderId, quantity or price; did you mean price?',
      expect.stringMatching(/^ {2}typ is unknown, expected .*; did you mean type\?$/),
      expect.stringMatching(/^ {2}entiti is unknown, expected .*; did you mean entity\?$/),
      '  avro is there, expected avro with decoder: avro, and only then',
    ]);
  });

  test('of a decoder that is unknown, it says nothing about avro', async () => {
    const file = join(temporaryDirectory(), 'mapping.yaml');
    writeFileSync(file, 'version: 1\ndecoder: avrro\navro: { registry: "http://h" }\n');
    const lines = await messageOfError(() => readTopicMapping(file));
    expect(lines).toEqual([expect.stringContaining('decoder is "avrro"')]);
  });

  test('reports every schema that cannot be read', async () => {
    const file = join(temporaryDirectory(), 'mapping.yaml');
    writeFileSync(file, 'version: 1\ndecoder: avro\navro: { schemas: { 1: a.avsc, 2: b.avsc } }\n');
    const lines = await messageOfError(() => readTopicMapping(file));
    expect(lines.map(line => line.replace(/.*[/]/, ''))).toEqual([
      'a.avsc: there is no such file, expected an Avro schema',
      'b.avsc: there is no such file, expected an Avro schema',
    ]);
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

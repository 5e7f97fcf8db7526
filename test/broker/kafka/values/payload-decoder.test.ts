import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import avro from 'avsc';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FetchedRecord } from '../../../../src/broker/kafka/library/broker-cluster.ts';
import { decimalText } from '../../../../src/broker/kafka/values/avro.ts';
import { readTopicMapping } from '../../../../src/broker/kafka/values/mapping-file.ts';
import { UnreadableRecord } from '../../../../src/broker/kafka/values/payload.ts';
import { type MappingFile, topicMapping } from '../../../../src/broker/kafka/values/topic-mapping.ts';
import { expectCqshopError } from '../../../support/cqshop-error.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

type Given = {
  readonly key?: string | Buffer;
  readonly value: string | Buffer | null;
  readonly headers?: Record<string, string>;
};

function recordOf({ key = 'k', value, headers = {} }: Given): FetchedRecord {
  return {
    ...{ offset: '7', timestamp: '1772409600000', key: Buffer.from(key) },
    value: value === null ? null : Buffer.from(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
    ...{ isControlRecord: false, batchContext: { producerId: '-1', inTransaction: false } },
  };
}

function read(mapping: MappingFile, given: Given) {
  const unread: string[] = [];
  const decoded = topicMapping(mapping).messageOf(recordOf(given), {
    ...{ topic: 'orders', partition: 0 },
    onUnread: what => unread.push(what),
  });
  const { type, subject, time, columns } = decoded.attributes;
  return { type, subject, time: new Date(time).toISOString(), columns, data: decoded.dataJson, unread };
}

describe('decoder: cloudevents', () => {
  const mapping: MappingFile = { version: 1, decoder: 'cloudevents' };
  const attributes = { type: 'order.placed', subject: 'c-1', time: '2026-01-05T10:00:00.123456789Z' };
  const expected = {
    type: 'order.placed',
    subject: 'c-1',
    time: '2026-01-05T10:00:00.123Z',
    columns: { price: '5.0' },
  };

  test('reads an event in structured mode', () => {
    const value = `{"specversion":"1.0","id":"a1","source":"/o",${JSON.stringify(attributes).slice(1, -1)},"data":{"price":5.0}}`;
    const headers = { 'content-type': 'application/cloudevents+json; charset=UTF-8' };
    expect(read(mapping, { value, headers })).toEqual({ ...expected, data: value, unread: [] });
  });

  test('reads an event in binary mode', () => {
    const named = Object.entries({ specversion: '1.0', id: 'a1', source: '/o', ...attributes });
    const headers = Object.fromEntries(named.map(([name, text]) => [`ce_${name}`, text]));
    const data = '{"price":5.0}';
    expect(read(mapping, { value: data, headers })).toEqual({ ...expected, data, unread: [] });
  });

  test('takes key and timestamp where an event has neither subject nor time, and refuses what is none', () => {
    const headers = { ce_specversion: '1.0', ce_type: 'ping' };
    expect(read(mapping, { value: '1', headers })).toMatchObject({
      ...{ type: 'ping', subject: 'k', time: '2026-03-02T00:00:00.000Z', unread: [] },
    });
    expect(() => read(mapping, { value: '{"a":1}' })).toThrow(UnreadableRecord);
    expect(() => read(mapping, { value: `[{"specversion":"1.0"}]` })).toThrow('it is a batch of CloudEvents');
  });

  test.each([null, ''])('reads an event in binary mode without a payload (%j)', value => {
    const named = Object.entries({ specversion: '1.0', id: 'a1', source: '/o', ...attributes });
    const headers = Object.fromEntries(named.map(([name, text]) => [`ce_${name}`, text]));
    expect(read(mapping, { value, headers })).toEqual({ ...expected, columns: {}, data: '{}', unread: [] });
    expect(read(mapping, { value: null })).toMatchObject({ type: 'orders', data: '{}' });
  });

  test('reads a payload in base64, and takes a payload for no event because of a field of it', () => {
    const data = Buffer.from('{"price":5.0}').toString('base64');
    const value = `{"specversion":"1.0","id":"a1","source":"/o",${JSON.stringify(attributes).slice(1, -1)},"data_base64":"${data}"}`;
    expect(read(mapping, { value })).toEqual({ ...expected, data: value, unread: [] });
    const headers = { ce_specversion: '1.0', ce_type: 'spec' };
    expect(read(mapping, { value: '{"specversion":"2.0","price":1}', headers })).toMatchObject({
      ...{ type: 'spec', columns: { price: '1' } },
    });
  });
});

describe('decoder: debezium', () => {
  const mapping: MappingFile = { version: 1, decoder: 'debezium' };
  const key = '{"schema":{},"payload":{"id":73314510714175489}}';
  const source = '"source":{"ts_ms":1767607200000,"table":"orders"}';

  test('reads a change and its delete as events of one entity, with their schema or without', () => {
    const created = `{"schema":{},"payload":{"before":null,"after":{"id":73314510714175489,"price":12.50},${source},"op":"c"}}`;
    const deleted = `{"before":{"id":73314510714175489,"price":"12.50"},"after":null,${source},"op":"d"}`;
    const expected = { subject: '73314510714175489', time: '2026-01-05T10:00:00.000Z', columns: { price: '12.50' } };
    expect(read(mapping, { key, value: created })).toEqual({ ...expected, type: 'c', data: created, unread: [] });
    expect(read(mapping, { key: 'no JSON', value: deleted })).toMatchObject({ ...expected, type: 'd' });
    expect(read(mapping, { key, value: null })).toMatchObject({ subject: '73314510714175489', data: '{}' });
    expect(() => read(mapping, { key, value: '{"id":1}' })).toThrow(UnreadableRecord);
  });
});

describe('decoder: debezium, values', () => {
  const mapping: MappingFile = { version: 1, decoder: 'debezium' };
  const column = (field: string, name: string, parameters?: object) => ({ type: 'bytes', name, parameters, field });
  const decimal = 'org.apache.kafka.connect.data.Decimal';
  const row = {
    type: 'struct',
    fields: [
      column('price', decimal, { scale: '2' }),
      { ...column('quantity', 'io.debezium.data.VariableScaleDecimal'), type: 'struct' },
      { field: 'parts', type: 'array', items: column('', decimal, { scale: '0' }) },
    ],
  };
  const schema = {
    type: 'struct',
    fields: [
      { ...row, field: 'before' },
      { ...row, field: 'after' },
    ],
  };

  test.each([
    ['"BOI="', '{"scale":1,"value":"fw=="}', '12.50', '12.7'],
    ['12.500', 'null', '12.500', undefined],
    ['"1234"', '{"scale":0,"value":"////"}', '-26588.24', '-1'],
    ['"1234"', '{"scale":-3,"value":"AQ=="}', '-26588.24', '1e3'],
    ['"1234"', '{"scale":999999999,"value":"AQ=="}', '-26588.24', '1e-999999999'],
  ])('reads decimals of its schema: price %s, quantity %s', (price, quantity, expectedPrice, expectedQuantity) => {
    const after = `{"id":1,"price":${price},"quantity":${quantity},"parts":["AQ=="]}`;
    const value = `{"schema":${JSON.stringify(schema)},"payload":{"op":"c","before":null,"after":${after}}}`;
    const { columns, data } = read({ ...mapping, fields: { orderId: 'after.parts.0' } }, { value });
    expect(columns).toEqual({
      ...{ orderId: '1', price: expectedPrice },
      ...(expectedQuantity === undefined ? {} : { quantity: expectedQuantity }),
    });
    expect(data).toBe(value);
  });

  test('reads decimals of a large value whose schema is large, too', () => {
    const others = Array.from({ length: 2000 }, (_, index) => ({ type: 'string', optional: true, field: `k${index}` }));
    const wide = { type: 'struct', fields: [...others, column('price', decimal, { scale: '2' })] };
    const whole = { type: 'struct', fields: [{ ...wide, field: 'before' }, ...others, { ...wide, field: 'after' }] };
    const payload = { op: 'c', before: null, after: { id: 1, text: 'x'.repeat(1024 * 1024), price: 'BOI=' } };
    expect(read(mapping, { value: JSON.stringify({ schema: whole, payload }) }).columns).toEqual({ price: '12.50' });
  });

  test('names a decimal that is too long', () => {
    const quantity = `{"scale":1,"value":"${Buffer.alloc(64 * 1024 + 1).toString('base64')}"}`;
    const value = `{"schema":${JSON.stringify(schema)},"payload":{"op":"c","after":{"quantity":${quantity}}}}`;
    expect(() => read(mapping, { value })).toThrow('a decimal in its value is longer than 64 KiB');
  });

  test('takes no old value where the new one is null, and reads a row that is text', () => {
    const value = '{"op":"u","before":{"id":1,"price":5},"after":{"id":1,"price":null}}';
    expect(read(mapping, { value }).columns).toEqual({});
    const ofMongo = '{"op":"c","after":"{\\"id\\":12,\\"price\\":7.0}"}';
    expect(read(mapping, { value: ofMongo })).toMatchObject({ subject: '12', columns: { price: '7.0' } });
  });
});

/** As a program writes it that has never heard of cqshop: with the library, from values of JavaScript. */
const orderSchema = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'userId', type: 'string' },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'weight', type: 'double' },
    { name: 'raw', type: 'bytes' },
  ],
} as const;

const long = avro.types.LongType.__with({
  ...{ fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(), fromJSON: BigInt, toJSON: String },
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  ...{ isValid: (value: unknown) => typeof value === 'bigint', compare: () => 0 },
});
// The library's types have lists that may be changed.
const writer = avro.Type.forSchema(
  JSON.parse(JSON.stringify(orderSchema).replace('{"type":"long","logicalType":"timestamp-micros"}', '"long"')),
  { registry: { long } },
);
const order = {
  ...{ id: 73314510714175489n, userId: 'u-1', price: Buffer.from('04e2', 'hex'), at: 1772445600123456n },
  ...{ note: 'ü', weight: 0.1, raw: Buffer.from([0, 255]) },
};
const body = writer.toBuffer(order);
const withId = (id: number) => Buffer.concat([Buffer.from([0, 0, 0, 0, id]), body]);
const asJson =
  '{"id":73314510714175489,"userId":"u-1","price":12.50,"at":1772445600123456,"note":"ü","weight":0.1,"raw":"AP8="}';
const mapped = { entity: 'userId', time: 'at', fields: { orderId: 'id' } } as const;

describe('decoder: avro', () => {
  test('reads values by a schema, and by the id before them, with all digits', () => {
    const expected = {
      ...{ subject: 'u-1', time: '2026-03-02T10:00:00.123Z', data: asJson, unread: [] },
      columns: { userId: 'u-1', orderId: '73314510714175489', price: '12.50' },
    };
    const one: MappingFile = { version: 1, decoder: 'avro', avro: { schema: { ...orderSchema } }, ...mapped };
    expect(read(one, { value: body })).toMatchObject(expected);
    const byId: MappingFile = { ...one, avro: { schemas: { 42: { ...orderSchema } } } };
    expect(read(byId, { value: withId(42) })).toMatchObject(expected);
    expect(read({ ...byId, entity: 'key:userId' }, { key: withId(42), value: withId(42) }).subject).toBe('u-1');
    for (const value of [withId(7), body, withId(42).subarray(0, 20), Buffer.concat([withId(42), body])]) {
      expect(() => read(byId, { value })).toThrow(UnreadableRecord);
    }
  });

  test('gets schemas from a registry, once each', async () => {
    const asked: string[] = [];
    const known = new Set(['/api/schemas/ids/42']);
    const registry = createServer((request, response) => {
      asked.push(request.url ?? '');
      const isKnown = known.has(request.url ?? '');
      response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isKnown ? { schema: JSON.stringify(orderSchema) } : { error_code: 40403 }));
    });
    await new Promise<void>(resolve => {
      registry.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => void registry.close());
    const { port } = registry.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/`;
    const mapping = topicMapping({ version: 1, decoder: 'avro', avro: { registry: url }, ...mapped });
    const records = [withId(42), withId(7), withId(42)].map(value => recordOf({ value }));
    const readable = async () => {
      await mapping.prepare(records, {});
      return records.map(record => {
        try {
          return mapping.messageOf(record, { topic: 'orders', partition: 0 }).dataJson;
        } catch (error) {
          return error instanceof UnreadableRecord ? `${error.what}, ${error.detail}` : error;
        }
      });
    };
    expect(await readable()).toEqual([asJson, 'its Avro schema is not known, schema id 7', asJson]);
    expect(asked.sort()).toEqual(['/api/schemas/ids/42', '/api/schemas/ids/7']);
    // A follower goes on for weeks; meanwhile the schema is registered.
    known.add('/api/schemas/ids/7');
    expect(await readable()).toEqual([asJson, asJson, asJson]);
    expect(await readable()).toEqual([asJson, asJson, asJson]);
    expect(asked.sort()).toEqual(['/api/schemas/ids/42', '/api/schemas/ids/7', '/api/schemas/ids/7']);
  });

  test('reads what JSON has no word for, and refuses text that is not UTF-8', () => {
    const field = (name: string, type: unknown, more = {}) => ({ name, type, ...more });
    const fields = [
      field('f', 'float', { default: 1 }),
      field('zero', 'double'),
      field('text', { type: 'string', logicalType: 'decimal', precision: 4, scale: 2 }),
      field('union', ['string', 'null', 'float'], { default: null }),
      field('d', { type: 'bytes', logicalType: 'decimal', precision: 4, scale: 2 }, { default: '\u0001' }),
    ];
    const mapping: MappingFile = {
      version: 1,
      decoder: 'avro',
      avro: { schema: { type: 'record', name: 'R', fields } },
    };
    const value = (text: string) =>
      Buffer.from(`cdcc9f41 0000000000000080 0a${text} 04cdcc4c3e 0404e2`.replaceAll(' ', ''), 'hex');
    expect(read(mapping, { value: value('31322e3530') }).data).toBe(
      '{"f":19.975,"zero":-0,"text":"12.50","union":0.2,"d":12.50}',
    );
    expect(() => read(mapping, { value: value('31ff2e3530') })).toThrow('a text in its value is not UTF-8');
  });

  test.each([
    ['array', { type: 'array', items: 'int' }],
    ['map', { type: 'map', values: 'int' }],
  ])('makes no more items of an Avro %s than its value has bytes', (_, schema) => {
    const mapping: MappingFile = { version: 1, decoder: 'avro', avro: { schema } };
    // A thousand million items; the same with the size of their block behind the number; and a number beyond all.
    for (const hex of ['8080808008', 'ffffffff0f00', '80808080808080808001']) {
      expect(() => read(mapping, { value: Buffer.from(hex, 'hex') })).toThrow('not what its Avro schema says');
    }
  });

  test('reads lists and maps of Avro in one block or in several, of two million items at most', () => {
    const schema = { type: 'array', items: { type: 'map', values: 'int' } };
    const mapping: MappingFile = { version: 1, decoder: 'avro', avro: { schema } };
    // Two blocks of one map, the second with its size; the second map has two blocks, too.
    const value = Buffer.from('0202026106000110020262080104026304 00 00'.replaceAll(' ', ''), 'hex');
    expect(read(mapping, { value }).data).toBe('[{"a":3},{"b":4,"c":2}]');
    const mostOf = (items: number) => {
      const type = avro.Type.forSchema({ type: 'array', items: 'int' });
      return { value: type.toBuffer(new Array(items).fill(0)) };
    };
    const ints: MappingFile = { version: 1, decoder: 'avro', avro: { schema: { type: 'array', items: 'int' } } };
    expect(read(ints, mostOf(2_000_000)).data).toHaveLength(4_000_001);
    expect(() => read(ints, mostOf(2_000_001))).toThrow('its lists and maps hold more than 2000000 items');
  });

  test('keeps a key __proto__ of an Avro map', () => {
    const schema = { type: 'map', values: { type: 'map', values: 'int' } };
    const mapping: MappingFile = { version: 1, decoder: 'avro', avro: { schema } };
    const key = Buffer.from('__proto__');
    const value = Buffer.concat([Buffer.from([2, 2 * key.length]), key, Buffer.from('020261060000', 'hex')]);
    expect(read(mapping, { value }).data).toBe('{"__proto__":{"a":3}}');
  });

  test('reads an Avro value of no bytes', () => {
    const empty = { type: 'record', name: 'Ping', fields: [] };
    const mapping: MappingFile = { version: 1, decoder: 'avro', avro: { schemas: { 3: empty } } };
    expect(read(mapping, { value: Buffer.from([0, 0, 0, 0, 3]) }).data).toBe('{}');
    expect(() => read(mapping, { value: Buffer.from([0, 0, 0, 3]) })).toThrow('its value has no id of an Avro schema');
  });

  test('takes schemas from files beside the mapping, and keeps them for the manifest', () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'order.avsc'), JSON.stringify(orderSchema));
    writeFileSync(join(dir, 'mapping.yaml'), 'version: 1\ndecoder: avro\navro: { schemas: { 42: order.avsc } }\n');
    const { file } = readTopicMapping(join(dir, 'mapping.yaml'));
    expect(file.avro?.schemas).toEqual({ 42: orderSchema });
    expect(read(file, { value: withId(42) }).data).toBe(asJson);
  });

  test.each([
    ['decoder: avro\n', 'there is no avro'],
    ['decoder: json\navro: { schema: a.avsc }\n', 'avro is there'],
    ['decoder: avro\navro: { schema: a.avsc }\n', 'a.avsc: there is no such file'],
    ['decoder: avro\navro: { schema: { type: recrod } }\n', 'a schema cannot be used'],
    [
      'decoder: avro\navro: { schema: { type: record, name: R, fields: [{ name: __proto__, type: int }] } }\n',
      'a field is called __proto__',
    ],
    [
      'decoder: avro\navro: { registry: "ftp://me:secret@host" }\n',
      'avro.registry is "ftp://host", expected http://host',
    ],
    ['decoder: avro\navro: { registry: "http://me:se/cret@host" }\n', 'has an @ that ends no user, expected'],
    ['decoder: protobuf\n', 'decoder is "protobuf"'],
  ])('rejects the mapping %j', async (text, message) => {
    const path = join(temporaryDirectory(), 'mapping.yaml');
    writeFileSync(path, `version: 1\n${text}`);
    await expectCqshopError(() => readTopicMapping(path), 'USAGE', message);
  });

  test.each([
    ['04e2', 2, '12.50'],
    ['fb1e', 2, '-12.50'],
    ['05', 3, '0.005'],
    ['00ffffffffffffffffffff', 0, '1208925819614629174706175'],
    ['', 2, '0.00'],
    ['01', 128, `0.${'0'.repeat(127)}1`],
    ['04e2', 129, '1250e-129'],
    ['fb1e', 2_147_483_647, '-1250e-2147483647'],
    ['04e2', -2, '1250e2'],
  ])('decimalText: %s with scale %i is %s', (hex, scale, text) => {
    expect(decimalText(Buffer.from(hex, 'hex'), scale)).toBe(text);
  });
});

// What people publish who have never heard of cqshop.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { codecNames } from '../../../src/broker/kafka/library/codecs.ts';
import { compressionOf } from '../../../src/broker/kafka/library/kafkajs.ts';
import { readManifest } from '../../../src/data/dataset/manifest.ts';
import { bareKafkajs } from '../../support/kafka/bare-kafkajs.ts';
import { describeKafka, runCli, sharedUrl } from '../../support/kafka/broker.ts';
import { type AnyRecord, makeTopic, publishBatch, publishRecords } from '../../support/kafka/publish-records.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

type Row = Readonly<Record<string, string>>;

async function collected(topic: string, mapping: string, ...flags: readonly string[]) {
  const dir = temporaryDirectory();
  const file = join(dir, 'mapping.yaml');
  writeFileSync(file, mapping);
  const out = join(dir, 'data');
  const at = ['--broker', sharedUrl, '--out', out];
  const result = await runCli(['collect', ...at, '--topics', topic, '--mapping', file, ...flags]);
  if (result.code !== 0) console.error(result.stderr);
  if (result.code !== 0) return { ...result, rows: [], manifest: undefined };
  const rows: Row[] = parse(readFileSync(join(out, 'events.csv')), { columns: true });
  const verified = await runCli(['collect', ...at, '--verify']);
  expect(verified).toMatchObject({ code: 0 });
  return { ...result, rows, manifest: readManifest(out) };
}

async function collectedFrom(topic: string, records: readonly AnyRecord[], mapping = 'version: 1\n') {
  await makeTopic(topic);
  await publishRecords(topic, records);
  return collected(topic, mapping);
}

describeKafka('topics of other systems', () => {
  test('a payload stays the text that was sent, and its numbers their digits', async () => {
    const values = [
      '{"id":73314510714175488,"userId":1700000000000000642,"at":1772409600000123456,"price":12.50}',
      '{"id":73314510714175489,"userId":1700000000000000643,"at":1772409600000123457,"price":0.10000000000000000555}',
      '{\n  "userId": 1e400,\r\n  "10": 1, "2": "a\\u0000,\\"b\\""\r}',
      '{"userId":"ü"\r}',
      ...['[1,2.0]', '"text"', 'null', '12'],
    ];
    const mapping = 'version: 1\nentity: userId\ntime: at\nfields: { orderId: id }\n';
    const { rows } = await collectedFrom(
      'wild-numbers',
      values.map((value, index) => ({ key: `k-${index}`, value })),
      mapping,
    );
    const inOrder = rows.toSorted((a, b) => Number(a.offset) - Number(b.offset));
    expect(inOrder.map(({ data }) => data)).toEqual(values);
    expect(inOrder.map(({ key, user_id, order_id, price }) => [key, user_id, order_id, price]).slice(0, 4)).toEqual([
      ['1700000000000000642', '1700000000000000642', '73314510714175488', '12.50'],
      ['1700000000000000643', '1700000000000000643', '73314510714175489', '0.10000000000000000555'],
      ['1e400', '1e400', '', ''],
      ['ü', 'ü', '', ''],
    ]);
    expect(inOrder[1]?.time).toBe('2026-03-02T00:00:00.000Z');
  });

  test('a record that cannot be read is counted by its cause, and the rest goes on', async () => {
    const records: AnyRecord[] = [
      ...[{ value: '{"a":0}' }, { value: '{"score": NaN, "max": Infinity}' }, { value: '' }],
      ...[{ value: Buffer.from('000000002a06616263', 'hex') }, { value: Buffer.from('{"name":"Müller"}', 'latin1') }],
      ...[{ value: '{"a":1' }, { value: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }, { value: '{"b":NaN}' }],
      ...[{ key: 'gone', value: null }, { value: '\ufeff{"a":1}' }, { value: '{"a":3}' }],
    ];
    const { rows, manifest, stderr } = await collectedFrom('wild-unreadable', records);
    expect(rows.map(({ data }) => data)).toEqual(['{"a":0}', '{}', '{"a":1}', '{"a":3}']);
    expect(manifest?.unreadable).toEqual({
      'its value holds NaN or Infinity, which JSON does not have': { messages: 2, first: 'wild-unreadable/0 offset 1' },
      'its value is empty': { messages: 1, first: 'wild-unreadable/0 offset 2' },
      'its value looks like Avro with a schema id, or like Protobuf': {
        messages: 1,
        first: 'wild-unreadable/0 offset 3: schema id 42',
      },
      'its value is not UTF-8': { messages: 1, first: 'wild-unreadable/0 offset 4' },
      'its value is no JSON': { messages: 1, first: 'wild-unreadable/0 offset 5' },
      'its value is nested more than 2000 levels deep': { messages: 1, first: 'wild-unreadable/0 offset 6' },
    });
    expect(manifest?.partitions).toMatchObject([{ from: 0, to: 11, messages: 4 }]);
    expect(stderr).toContain(
      'left out 2 records: its value holds NaN or Infinity, which JSON does not have, first wild-unreadable/0 offset 1',
    );
    const strict = await collected('wild-unreadable', 'version: 1\n', '--strict');
    expect(strict).toMatchObject({ code: 1 });
    expect(strict.stderr).toContain('wild-unreadable/0 offset 1');
    expect(strict.stderr).toContain('its value holds NaN or Infinity');
  });

  test('what a transaction holds back that is still open is counted', async () => {
    await makeTopic('wild-open', {}, 2);
    const producer = bareKafkajs().producer({ transactionalId: 'wild-open', maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'wild-open', messages: [{ partition: 1, value: '{"open":1}' }] });
    await publishRecords('wild-open', [{ value: '{"behind":1}', partition: 1 }]);
    const note = 'left out 2 offsets in or after a transaction that is still open, first wild-open/1 offset 0';
    const nothing = await collected('wild-open', 'version: 1\n');
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining(note)]);
    await publishRecords('wild-open', [{ value: '{"before":1}', partition: 0 }]);
    const { rows, stderr } = await collected('wild-open', 'version: 1\n');
    expect(rows.map(({ data }) => data)).toEqual(['{"before":1}']);
    expect(stderr).toContain(note);
    await transaction.abort();
    await producer.disconnect();
    const later = await collected('wild-open', 'version: 1\n');
    expect(later.rows.map(({ data }) => data)).toEqual(['{"before":1}', '{"behind":1}']);
    expect(later.stderr).not.toContain('transaction');
  });

  test('a topic without any message that can be read ends with the cause', async () => {
    const { code, stderr } = await collectedFrom('wild-nothing', [{ value: 'NaN' }, { value: 'x' }]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('its value holds NaN or Infinity')]);
  });

  test('keys that are not text stay distinct', async () => {
    const keys = ['00000000000000c8', '00000000000000c9', '0000000000000041', '92929292929292929292929292929292'];
    const records = keys.map(key => ({ key: Buffer.from(key, 'hex'), value: '{}' }));
    const { rows, manifest } = await collectedFrom('wild-keys', records);
    expect(rows.map(({ key }) => key)).toEqual(keys);
    expect(manifest).toMatchObject({ unread: { 'the key is not text: it was written as hexadecimal digits': 4 } });
  });

  test('an event of somebody else with a kind of its own is read by the mapping', async () => {
    const headers = {
      ...{ 'content-type': 'application/json', ce_specversion: '1.0', ce_id: 'a1', ce_source: '/orders' },
      ...{ ce_type: 'com.example.order.placed', ce_time: '2026-01-05T10:00:00Z', ce_kind: 'event' },
    };
    const value = '{"customer":{"id":"c-1"},"at":"2026-01-05T10:00:00Z","total":5}';
    const records = ['event', 'order'].map(kind => ({ key: 'p-1', value, headers: { ...headers, ce_kind: kind } }));
    const mapping = 'version: 1\ntype: header:ce_type\nentity: customer.id\ntime: at\nfields: { price: total }\n';
    const { rows } = await collectedFrom('wild-events', records, mapping);
    const expected = { type: 'com.example.order.placed', key: 'c-1', price: '5', time: '2026-01-05T10:00:00.000Z' };
    expect(rows).toMatchObject([expected, expected]);
  });

  test('a warning names a topic whose times span decades', async () => {
    const records = ['1990-04-02T00:00:00Z', '2026-03-02T00:00:00Z'].map(at => ({ value: JSON.stringify({ at }) }));
    const { stderr } = await collectedFrom('wild-decades', records, 'version: 1\ntime: at\n');
    expect(stderr).toContain('the times of wild-decades span 4 decades, from 1990-04-02');
  });

  test('topics with every legal name are collected, whatever the file system makes of it', async () => {
    const names = ['wild-Orders', 'wild-orders', `wild-${'a'.repeat(244)}`, `wild-${'a'.repeat(243)}b`];
    for (const name of names) {
      await makeTopic(name);
      await publishRecords(name, [{ value: JSON.stringify({ name }) }]);
    }
    const { rows } = await collected(names.join(), 'version: 1\n');
    expect(rows.map(({ topic }) => topic).sort()).toEqual(names.toSorted());
    for (const { topic, data } of rows) expect(data).toBe(JSON.stringify({ name: topic }));
  });

  test.each(codecNames)('batches that a producer has packed with %s are read', async codec => {
    const topic = `wild-codec-${codec}`;
    await makeTopic(topic);
    const values = Array.from({ length: 500 }, (_, index) => JSON.stringify({ index, text: 'a'.repeat(200) }));
    await publishRecords(
      topic,
      values.map(value => ({ value })),
      codec,
    );
    const { rows } = await collected(topic, 'version: 1\n');
    expect(rows.map(({ data }) => data)).toEqual(values);
  });

  test.each(codecNames.slice(1))('batches that the broker itself has packed with %s are read', async codec => {
    const topic = `wild-broker-${codec}`;
    await makeTopic(topic, { 'compression.type': codec });
    const values = Array.from({ length: 5000 }, (_, index) =>
      JSON.stringify({ index, text: 'abc'.repeat(index % 50) }),
    );
    await publishRecords(
      topic,
      values.map(value => ({ value })),
    );
    const { rows } = await collected(topic, 'version: 1\n');
    expect(rows.map(({ data }) => data)).toEqual(values);
  });

  test('doctor says which topics are compressed with which codec', async () => {
    for (const [name, codec] of [
      ['orders', 'lz4'],
      ['clicks', 'zstd'],
      ['carts', 'lz4'],
      ['plain', 'none'],
    ] as const) {
      await makeTopic(`packed-${name}`);
      await publishRecords(`packed-${name}`, [{ value: '{}' }, { value: '{}' }], codec);
    }
    await makeTopic('packed-committed');
    const producer = bareKafkajs().producer({ transactionalId: 'packed', maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({
      topic: 'packed-committed',
      messages: [{ value: '{}' }],
      compression: compressionOf('gzip'),
    });
    await transaction.commit();
    await producer.disconnect();
    const { stdout } = await runCli(['doctor', '--broker', sharedUrl, '--topic-prefix', 'packed-']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '5 topics with 10 messages; compressed with gzip: packed-committed; compressed with lz4: packed-carts, packed-orders; compressed with zstd: packed-clicks',
    );
  });

  test('a run that simulate packs with any codec is the same dataset', async () => {
    const dir = temporaryDirectory();
    const run = async (...words: readonly string[]) =>
      expect(await runCli(words, { cwd: dir })).toMatchObject({ code: 0 });
    writeFileSync(
      join(dir, 'tiny.yaml'),
      'version: 1\nname: tiny\ndescription: A day.\nseed: 1\nstart: 2026-03-02\ndays: 1\nscale: 0.05\nanomalies: []\n',
    );
    await run('simulate', 'tiny.yaml');
    await run('collect', '--out', 'embedded');
    for (const codec of codecNames) {
      const topics = ['--topic-prefix', `run-${codec}-`, '--broker', sharedUrl];
      await run('simulate', 'tiny.yaml', ...topics, '--compression', codec);
      await run('collect', ...topics, '--out', codec);
      expect(readFileSync(join(dir, codec, 'events.csv'))).toEqual(readFileSync(join(dir, 'embedded/events.csv')));
    }
  });

  test('one batch of 200,000 records is read', async () => {
    const values = Array.from({ length: 200_000 }, (_, index) => `{"n":${index}}`);
    await makeTopic('wild-large-batch');
    await publishBatch('wild-large-batch', values);
    const { manifest } = await collected('wild-large-batch', 'version: 1\n');
    expect(manifest).toMatchObject({ messages: 200_000 });
  });
});

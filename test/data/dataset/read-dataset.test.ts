import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import { parseMessageLine } from '../../../src/broker/message-line.ts';
import { collect } from '../../../src/data/collector/collect.ts';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { readCaused, readLabels, readNearMisses } from '../../../src/data/dataset/read-truth.ts';
import { type EventRecord, eventColumns } from '../../../src/data/dataset/record.ts';
import { recordOf } from '../../../src/data/dataset/record-of.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { syntheticBroker, writeSyntheticRun } from '../../support/synthetic-run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const shared = temporaryDirectory(afterAll);

beforeAll(() => collectVisits(shared, 40));

/** Makes a dataset of 8 messages a visit in `dir/one`. */
async function collectVisits(dir: string, visits: number): Promise<void> {
  writeSyntheticRun(join(dir, 'broker'), { visits });
  await collect(openEmbeddedSource(join(dir, 'broker')), { out: join(dir, 'one') });
}

/** A copy of the dataset of 40 visits. */
function copied(): { dir: string; out: string } {
  const dir = temporaryDirectory();
  const out = join(dir, 'one');
  cpSync(join(shared, 'one'), out, { recursive: true });
  return { dir, out };
}

async function readAll(out: string, verify?: boolean): Promise<EventRecord[]> {
  const dataset = await readDataset(out, verify === undefined ? {} : { verify });
  const records: EventRecord[] = [];
  for await (const batch of dataset.records()) records.push(...batch);
  return records;
}

function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

/** A change for `edit`. */
const replacing = (before: string | RegExp, after: string) => (text: string) => text.replace(before, after);

const plain = (record: EventRecord) => ({ ...record, data: record.data });

describe('readDataset', () => {
  test('gives back what recordOf makes of the messages, over many blocks', async () => {
    const dir = temporaryDirectory();
    await collectVisits(dir, 400);
    const lines = readFileSync(join(dir, 'broker/warehouse-events/1.jsonl'), 'utf8').trimEnd().split('\n');
    const expected = lines.map(line => {
      const { offset, message } = parseMessageLine(line, () => 'here');
      return plain(recordOf({ topic: 'warehouse-events', partition: 1, offset, message }));
    });
    const records = await readAll(join(dir, 'one'));
    expect(records.length).toBe(3200);
    expect(
      records.filter(({ topic, partition }) => topic === 'warehouse-events' && partition === 1).map(plain),
    ).toEqual(expected);
    expect(expected[0]).toMatchObject({ kind: 'event', userId: expect.stringContaining('user-'), orderId: '' });
    expect(typeof expected[0]?.price).toBe('number');
  });

  test('may be read several times', async () => {
    const { out } = copied();
    const dataset = await readDataset(out);
    const count = async () => {
      let records = 0;
      for await (const batch of dataset.records()) records += batch.length;
      return records;
    };
    expect([await count(), await count()]).toEqual([320, 320]);
  });

  test('tells a missing dataset from an unfinished one', async () => {
    const { dir, out } = copied();
    await expectCqshopError(() => readDataset(join(dir, 'two')), 'DATASET_NOT_FOUND', 'no such directory');
    mkdirSync(join(dir, 'two.partial'));
    await expectCqshopError(() => readDataset(join(dir, 'two')), 'DATASET_NOT_FOUND', 'unfinished', '--out');
    await expectCqshopError(() => readDataset(join(dir, 'two.partial')), 'DATASET_NOT_FOUND', 'unfinished');
    rmSync(join(out, 'manifest.json'));
    await expectCqshopError(() => readDataset(out), 'DATASET_NOT_FOUND', 'no manifest.json');
  });

  test('names a truncated, a missing and an altered file, with what was expected and found', async () => {
    const { out } = copied();
    const { files } = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    const path = join(out, 'events.csv');
    const whole = readFileSync(path);
    truncateSync(path, 5000);
    const bytes = String(files['events.csv'].bytes);
    await expectCqshopError(() => readDataset(out), 'DATASET_CORRUPT', 'events.csv has 5000 bytes', bytes);
    writeFileSync(path, whole);
    edit(path, replacing('user-1', 'user-9'));
    await expectCqshopError(() => readAll(out), 'DATASET_CORRUPT', 'events.csv', files['events.csv'].sha256, 'altered');
    expect((await readAll(out, false)).length).toBe(320);
    writeFileSync(path, whole);
    edit(join(out, 'labels.jsonl'), replacing('blatant', 'bleatan'));
    const labels = async () => readLabels(await readDataset(out));
    await expectCqshopError(labels, 'DATASET_CORRUPT', 'labels.jsonl', 'altered');
    renameSync(join(out, 'caused.csv'), join(out, 'effects.csv'));
    await expectCqshopError(() => readDataset(out, { verify: false }), 'DATASET_CORRUPT', 'caused.csv is missing');
  });

  test.each([
    ['no JSON', (text: string) => text.slice(0, 200), 'manifest.json, line 8: it is not JSON'],
    ['another format', replacing('"format": 1', '"format": 2'), 'format is 2, expected 1; another'],
    ['a number as text', replacing('"messages": 320', '"messages": "320"'), 'messages is "320", expected a number'],
    ['a short hash', replacing(/"sha256": "../, '"sha256": "'), 'sha256 is "'],
    ['an offset below 0', replacing('"from": 0', '"from": -1'), 'partitions[0].from is -1'],
  ])('rejects a manifest with %s', async (_, change, message) => {
    const { out } = copied();
    edit(join(out, 'manifest.json'), change);
    await expectCqshopError(() => readDataset(out), 'DATASET_CORRUPT', message);
  });

  test.each([
    ['messages', 'messages', replacing('"messages": 320', '"messages": 321')],
    [
      'a type',
      'counts 79 CartLineUpdated in cart-events, expected 80',
      replacing('"CartLineUpdated": 80', '"CartLineUpdated": 79'),
    ],
    [
      'a type that there is none of',
      'counts 3 CartBought in cart-events, expected 0',
      replacing('"CartLineUpdated"', '"CartBought": 3,\n"CartLineUpdated"'),
    ],
    ['a topic', 'cart-happenings', replacing('"cart-events": {', '"cart-happenings": {')],
    [
      'the messages of a partition',
      'of cart-events/0',
      replacing(/("cart-events",\s+"partition": 0,[^}]*"messages": )/, '$11'),
    ],
    [
      'the first offset of a partition',
      'offset 0 of cart-events/0',
      replacing(/("cart-events",\s+"partition": 0,\s+"from": )0/, '$11'),
    ],
    [
      'the offset after the last of a partition',
      'of cart-events/0',
      replacing(/("cart-events",\s+"partition": 0,[^}]*"to": )\d+/, '$11'),
    ],
    ['a partition', 'cart-events/7', replacing(/("cart-events",\s+"partition": )0/, '$17')],
  ])('tells a manifest in which %s was altered, once all events were read', async (_, message, change) => {
    const { out } = copied();
    edit(join(out, 'manifest.json'), change);
    const altered = 'the manifest was altered';
    await expectCqshopError(() => readAll(out), 'DATASET_CORRUPT', 'manifest.json', message, altered);
    expect((await readAll(out, false)).length).toBe(320);
  });

  test('reads a dataset with messages of a type __proto__', async () => {
    const broker = openEmbeddedSource(join(syntheticBroker({ visits: 4 }), 'broker'));
    const out = join(temporaryDirectory(), 'one');
    const renamed = (lines: Uint8Array) =>
      Buffer.from(String(Buffer.from(lines)).replaceAll('ProductReserved', '__proto__'));
    const source = {
      ...broker,
      async *read(ranges: Parameters<typeof broker.read>[0]) {
        for await (const batch of broker.read(ranges)) yield { ...batch, lines: renamed(batch.lines) };
      },
    };
    await collect(source, { out });
    expect((await readAll(out)).filter(({ type }) => type === '__proto__')).not.toEqual([]);
  });

  test('tells a manifest in which the number of labels or near misses was altered', async () => {
    const { out } = copied();
    edit(join(out, 'manifest.json'), replacing('"labels": 1', '"labels": 0'));
    edit(join(out, 'manifest.json'), replacing('"nearMisses": 1', '"nearMisses": 2'));
    const dataset = await readDataset(out);
    await expectCqshopError(() => readLabels(dataset), 'DATASET_CORRUPT', '0 rows of labels.jsonl, expected 1');
    await expectCqshopError(
      () => readNearMisses(dataset),
      'DATASET_CORRUPT',
      '2 rows of near_misses.jsonl, expected 1',
    );
  });

  test.each([
    ['a missing column', replacing('product_id,', ''), 'column product_id is missing'],
    ['columns in another order', replacing('time,topic', 'topic,time'), 'its columns are topic,time'],
    ['no header', (text: string) => text.slice(text.indexOf('\n') + 1), 'column time is missing'],
    ['nothing in it', () => '', 'column time is missing'],
    ['a short row', replacing(/\n.*\n/, '\na,b\n'), 'line 2'],
    ['a time that is none', replacing(/(\n.*\n)[^,]*/, '$1yesterday'), 'line 3'],
    ['an offset that is not a number', replacing(/(\n[^,]*,[^,]*,\d+,)\d+/, '$1x'), 'line 2'],
    ['an open quote', (text: string) => `${text}"`, 'Quote Not Closed'],
  ])('rejects events.csv with %s', async (_, change, message) => {
    const { out } = copied();
    edit(join(out, 'events.csv'), change);
    await expectCqshopError(() => readAll(out, false), 'DATASET_CORRUPT', 'events.csv', message);
  });

  test('parses data when it is asked for, and names the message whose data is damaged', async () => {
    const { out } = copied();
    edit(join(out, 'events.csv'), text => text.replace('"{""cartId""', '"{cartId'));
    const records = await readAll(out, false);
    const [damaged, next] = records;
    expect(next?.data.cartId).toBeTypeOf('string');
    expect(next?.data).toBe(next?.data);
    await expectCqshopError(() => damaged?.data, 'DATASET_CORRUPT', damaged?.id ?? 'an id');
  });

  test('takes fields with newlines and quotes', async () => {
    const { out } = copied();
    edit(join(out, 'events.csv'), text => text.replace(/\/customers/, '"/cust""o\nmers"'));
    expect((await readAll(out, false))[0]?.source).toBe('/cust"o\nmers');
  });
});

describe('readCaused', () => {
  test('keeps every relation of a message', async () => {
    const { out } = copied();
    const caused = 'message_id,label_id,relation\na,one,direct\nb,one,prevented\na,two,effect\n';
    writeFileSync(join(out, 'caused.csv'), caused);
    const dataset = await readDataset(out, { verify: false });
    const by = (labelId: string, relation: string) => ({ labelId, relation });
    expect([...(await readCaused(dataset))]).toEqual([
      ['a', [by('one', 'direct'), by('two', 'effect')]],
      ['b', [by('one', 'prevented')]],
    ]);
    writeFileSync(join(out, 'caused.csv'), 'message_id,label_id,relation\na,one,maybe\n');
    await expectCqshopError(() => readCaused(dataset), 'DATASET_CORRUPT', 'caused.csv, line 2', 'relation');
    writeFileSync(join(out, 'caused.csv'), 'id,label\n');
    await expectCqshopError(() => readCaused(dataset), 'DATASET_CORRUPT', 'its columns are id,label');
  });
});

test('eventColumns are the header of events.csv', async () => {
  const { out } = copied();
  expect(readFileSync(join(out, 'events.csv'), 'utf8').split('\n')[0]).toBe(eventColumns.join());
});

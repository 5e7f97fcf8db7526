// Whatever is published: nothing crashes, and every offset is accounted for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { IHeaders, Message, Transaction } from 'kafkajs';
import { expect, test } from 'vitest';
import { type CodecName, codecNames } from '../../../src/broker/kafka/library/codecs.ts';
import { compressionOf } from '../../../src/broker/kafka/library/kafkajs.ts';
import { openKafkaSource } from '../../../src/broker/kafka/reading/kafka-source.ts';
import { topicMapping } from '../../../src/broker/kafka/values/topic-mapping.ts';
import { collect } from '../../../src/data/collector/collect.ts';
import { verifyDataset } from '../../../src/data/collector/verify-dataset.ts';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { bareKafkajs } from '../../support/kafka/bare-kafkajs.ts';
import { connectShared, describeKafka, sharedConnection } from '../../support/kafka/broker.ts';
import { makeTopic } from '../../support/kafka/publish-records.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const partitionCount = 3;
const batches = 60;

type Draw = {
  readonly integer: (least: number, most: number) => number;
  readonly pick: <Value>(values: readonly Value[]) => Value;
  readonly bytes: (length: number) => Buffer;
};

function drawing(seed: number): Draw {
  const stream = randomStreams(seed).stream('fuzz');
  const integer = (least: number, most: number) => stream.integer(least, most);
  return {
    integer,
    pick: values => {
      const value = values[integer(0, values.length - 1)];
      if (value === undefined) throw new TypeError('nothing to pick from');
      return value;
    },
    bytes: length => Buffer.from(Array.from({ length }, () => integer(0, 255))),
  };
}

const numbers = ['0', '-0', '12.50', '1e400', '73314510714175489', 'NaN', '01', '1772445600', '1772445600000123456'];
const texts = [
  '""',
  '"x"',
  '"2026-03-02T10:00:00Z"',
  '"2026-02-30T10:00:00Z"',
  '"\\ud800"',
  '"a\\nb"',
  '"\u2028"',
  '"',
];
const fieldNames = ['id', 'at', 'userId', 'price', '__proto__', 'constructor', 'key', 'topic', 'a.b', ''];

function jsonish({ integer, pick }: Draw, depth = 0): string {
  const nested = () => jsonish({ integer, pick } as Draw, depth + 1);
  const list = (one: () => string) =>
    Array.from({ length: integer(0, 3) }, one).join(pick([',', ', ', ',\n', ',\r\n']));
  if (depth > 3) return pick([...numbers, ...texts]);
  return pick([
    () => `{${list(() => `${JSON.stringify(pick(fieldNames))}:${nested()}`)}}`,
    () => `{${list(() => `${JSON.stringify(pick(fieldNames))}:${pick([...numbers, ...texts])}`)}}`,
    () => `[${list(nested)}]`,
    () => pick([...numbers, ...texts, 'null', 'true']),
  ])();
}

function anyValue(draw: Draw): Buffer | null {
  const { integer, pick, bytes } = draw;
  return pick<() => Buffer | null>([
    () => Buffer.from(jsonish(draw)),
    () => Buffer.from(jsonish(draw)),
    () => Buffer.from(JSON.stringify({ id: integer(0, 9), at: integer(0, 2e9), note: 'x'.repeat(integer(0, 2000)) })),
    () => Buffer.from(`\ufeff${jsonish(draw)}`),
    () => Buffer.from(jsonish(draw), 'utf16le'),
    () => Buffer.from(`{"name":"M\u00fcller","n":${integer(0, 9)}}`, 'latin1'),
    () => Buffer.from(`${'['.repeat(integer(1990, 2010))}${']'.repeat(2000)}`),
    () => Buffer.concat([Buffer.from([0]), bytes(integer(0, 20))]),
    () => bytes(integer(0, 50)),
    () => Buffer.from(`{"big":"${'y'.repeat(integer(0, 300_000))}"}`),
    () => null,
  ])();
}

function anyMessage(draw: Draw): Message {
  const { integer, pick, bytes } = draw;
  const headers: IHeaders = {};
  for (let count = integer(0, 3); count > 0; count--) {
    const name = pick(['t', 'ce_kind', 'ce_id', 'ce_type', 'ce_specversion', 'content-type', '__proto__', 'é']);
    headers[name] = pick<() => string | Buffer | string[]>([
      () => bytes(5),
      () => 'event',
      () => ['1', '2'],
      () => '',
    ])();
  }
  return {
    key: pick<() => Buffer | string | null>([
      () => bytes(8),
      () => '{"id":1}',
      () => `u-${integer(0, 9)}`,
      () => null,
    ])(),
    value: anyValue(draw),
    headers,
    partition: integer(0, partitionCount - 1),
    timestamp: String(pick([0, 1, 1772409600000, integer(0, 2 ** 41), 253402300799999])),
  };
}

/** The definition of a readable value, by means that cqshop does not use. */
function readableText(value: Buffer | string | null): string | undefined {
  if (value === null) return '{}';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value));
    let deepest = 0;
    const depthOf = (one: unknown, depth: number): void => {
      const stack = [{ one, depth }];
      for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
        deepest = Math.max(deepest, top.depth);
        if (typeof top.one !== 'object' || top.one === null) continue;
        for (const child of Object.values(top.one)) stack.push({ one: child, depth: top.depth + 1 });
      }
    };
    const parsed: unknown = JSON.parse(text);
    depthOf([parsed], 0);
    const isNested = typeof parsed === 'object' && parsed !== null;
    return deepest - (isNested ? 0 : 1) > 2000 ? undefined : text;
  } catch {
    return undefined;
  }
}

async function publishAnything(topic: string, draw: Draw) {
  // Idempotent: a producer that sends again what was not answered would otherwise double a record.
  const plain = bareKafkajs().producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 });
  const transactional = bareKafkajs().producer({ transactionalId: topic, maxInFlightRequests: 1 });
  await Promise.all([plain.connect(), transactional.connect()]);
  const sent = { readable: [] as string[], unreadable: 0, aborted: 0, marks: 0 };
  try {
    for (let batch = 0; batch < batches; batch++) {
      const messages = Array.from({ length: draw.integer(1, 30) }, () => anyMessage(draw));
      const codec: CodecName = draw.pick(codecNames);
      const request = { topic, messages, compression: compressionOf(codec) };
      const fate = draw.pick(['plain', 'plain', 'committed', 'aborted'] as const);
      if (fate === 'plain') await plain.send(request);
      else {
        const transaction: Transaction = await transactional.transaction();
        await transaction.send(request);
        await (fate === 'committed' ? transaction.commit() : transaction.abort());
        sent.marks += new Set(messages.map(({ partition }) => partition)).size;
      }
      if (fate === 'aborted') sent.aborted += messages.length;
      else {
        const texts = messages.map(({ value }) => readableText(value));
        sent.readable.push(...texts.filter(text => text !== undefined));
        sent.unreadable += texts.filter(text => text === undefined).length;
      }
    }
  } finally {
    await Promise.all([plain.disconnect(), transactional.disconnect()]);
  }
  return sent;
}

const mapping = topicMapping({
  version: 1,
  type: 'header:t',
  entity: ['id', 'key:id', 'key'],
  time: ['at', 'timestamp'],
  zone: 'Europe/Berlin',
});

let attempts = 0;

describeKafka('anything that a producer may publish', () => {
  // The broker is shared: what kafkajs does when it is busy is not what is tested.
  test.each([1, 2, 3])('read + unreadable + aborted are all offsets (seed %i)', { retry: 2 }, async seed => {
    attempts += 1;
    const name = `${seed}-${attempts}`;
    const topic = `fuzz-${name}`;
    await makeTopic(topic, {}, partitionCount);
    // Whoever connects has the codecs registered.
    await connectShared();
    const sent = await publishAnything(topic, drawing(seed));
    const source = openKafkaSource(sharedConnection, { mapping, topicPrefix: 'fuzz-' });
    const out = join(temporaryDirectory(), 'data');
    try {
      const { manifest } = await collect(source, { out, topics: [name], mapping: mapping.file });
      const unreadable = Object.values(manifest.unreadable ?? {}).reduce((sum, { messages }) => sum + messages, 0);
      const offsets = manifest.partitions.reduce((sum, { from, to }) => sum + to - from, 0);
      const counts = { read: manifest.messages, unreadable, aborted: sent.aborted, marks: sent.marks, offsets };
      console.log(`seed ${seed}: ${JSON.stringify(counts)}`);
      expect(manifest.messages + unreadable + sent.aborted + sent.marks).toBe(offsets);
      expect(unreadable).toBe(sent.unreadable);
      const rows: { data: string }[] = parse(readFileSync(join(out, 'events.csv')), { columns: true });
      expect(rows.map(({ data }) => data).sort()).toEqual(sent.readable.sort());
      expect((await verifyDataset(await readDataset(out), source)).differences).toEqual([]);
    } finally {
      await source.close();
    }
  });
});

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeFailure } from '../../../src/base/errors.ts';
import { openEmbeddedLog } from '../../../src/broker/embedded/embedded-log.ts';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import type { Message } from '../../../src/broker/message.ts';
import { formatMessageLine, parseMessageLine } from '../../../src/broker/message-line.ts';
import type { MessageSource, PartitionRange } from '../../../src/broker/message-source.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { writeSyntheticRun } from '../../support/synthetic-run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const topics = new Map([['cart-events', 2]]);

function messageOf(index: number, padding = 0): Message {
  return {
    kind: 'event',
    type: 'CartCreated',
    id: index.toString(16).padStart(16, '0'),
    source: '/services/cart',
    subject: `cart-${index}`,
    time: 1_700_000_000_000 + index,
    correlationid: 'c',
    causationid: '',
    data: { index, padding: 'x'.repeat(padding) },
  };
}

function writeMessages(dir: string, count: number, padding = 0): void {
  const log = openEmbeddedLog(dir, { topics, clusterId: 'one' });
  for (let offset = 0; offset < count; offset++) {
    log.append({ topic: 'cart-events', partition: 0, offset, message: messageOf(offset, padding) });
  }
  log.close();
}

async function readOffsets(source: MessageSource, range: PartitionRange): Promise<number[]> {
  const offsets: number[] = [];
  for await (const batch of source.read([range])) {
    const lines = new TextDecoder().decode(batch.lines).split('\n').slice(0, -1);
    expect(lines.length).toBe(batch.messages);
    for (const line of lines) offsets.push(parseMessageLine(line, () => 'here').offset);
    expect(batch.nextOffset).toBe((offsets.at(-1) ?? 0) + 1);
  }
  return offsets;
}

describe('openEmbeddedLog', () => {
  test('gives the same bytes for the same messages', () => {
    const dir = temporaryDirectory();
    writeSyntheticRun(join(dir, 'a'));
    writeSyntheticRun(join(dir, 'b'));
    for (const file of ['broker.json', 'cart-events/0.jsonl', 'cqshop-truth/0.jsonl']) {
      expect(readFileSync(join(dir, 'b', file))).toEqual(readFileSync(join(dir, 'a', file)));
    }
    expect(JSON.parse(readFileSync(join(dir, 'a', 'broker.json'), 'utf8'))).toMatchObject({
      format: 1,
      topics: { 'cart-events': { partitions: 3 } },
    });
  });

  test('rejects topics that hold messages and names the ways out', async () => {
    const dir = temporaryDirectory();
    writeMessages(dir, 1);
    const before = readFileSync(join(dir, 'cart-events/0.jsonl'));
    await expectCqshopError(
      () => writeMessages(dir, 1),
      'BROKER_NOT_EMPTY',
      'cart-events',
      '--topic-prefix',
      '--broker',
      'delete',
    );
    expect(readFileSync(join(dir, 'cart-events/0.jsonl'))).toEqual(before);
  });

  test('takes over topics that a killed run left empty, with their new id and partitions', async () => {
    const dir = temporaryDirectory();
    openEmbeddedLog(dir, { topics: new Map([['cart-events', 5]]), clusterId: 'killed' }).close();
    writeMessages(dir, 3);
    const source = openEmbeddedSource(dir);
    expect(await source.clusterId()).toBe('one');
    expect(await source.partitions()).toEqual([
      { topic: 'cart-events', partition: 0, low: 0, high: 3 },
      { topic: 'cart-events', partition: 1, low: 0, high: 0 },
    ]);
  });

  test('keeps runs of several prefixes in one directory', async () => {
    const dir = temporaryDirectory();
    writeSyntheticRun(dir, { visits: 5, topicPrefix: 'first.' });
    writeSyntheticRun(dir, { visits: 9, topicPrefix: 'second.', seed: 2 });
    const high = async (topicPrefix: string) => {
      const partitions = await openEmbeddedSource(dir, { topicPrefix }).partitions();
      return partitions
        .filter(({ topic }) => topic === 'cart-events')
        .reduce((sum, partition) => sum + partition.high, 0);
    };
    expect([await high('first.'), await high('second.')]).toEqual([20, 36]);
    await expectCqshopError(() => writeSyntheticRun(dir, { topicPrefix: 'first.' }), 'BROKER_NOT_EMPTY', 'first.');
  });

  test('names a directory that cannot be written', async () => {
    const dir = temporaryDirectory();
    writeFileSync(join(dir, 'file'), '');
    await expectCqshopError(
      () => writeMessages(join(dir, 'file', 'broker'), 1),
      'WRITE_FAILED',
      'file/broker',
      'expected a directory',
    );
  });

  test('writes RunFinished after everything else', () => {
    const dir = temporaryDirectory();
    const log = openEmbeddedLog(dir, {
      topics: new Map([
        ['cqshop-truth', 1],
        ['warehouse-events', 1],
      ]),
      clusterId: 'one',
    });
    log.append({ topic: 'warehouse-events', partition: 0, offset: 0, message: messageOf(0) });
    log.append({ topic: 'cqshop-truth', partition: 0, offset: 0, message: messageOf(1, 100_000) });
    expect(readFileSync(join(dir, 'warehouse-events/0.jsonl'), 'utf8')).not.toBe('');
    log.close();
  });

  test('takes offsets in order only', () => {
    const dir = temporaryDirectory();
    const log = openEmbeddedLog(dir, { topics, clusterId: 'one' });
    const append = (partition: number, offset: number) =>
      log.append({ topic: 'cart-events', partition, offset, message: messageOf(0) });
    append(0, 0);
    expect(() => append(0, 0)).toThrow(TypeError);
    expect(() => append(7, 0)).toThrow(TypeError);
    log.close();
  });
});

describe('openEmbeddedSource', () => {
  test('finds any offset, across blocks and with lines longer than a block', async () => {
    const dir = temporaryDirectory();
    writeMessages(dir, 5000, 150);
    const source = openEmbeddedSource(dir);
    for (const [from, to] of [
      [0, 5000],
      [1, 2],
      [4999, 5000],
      [1717, 3131],
      [12, 12],
    ] as const) {
      const expected = Array.from({ length: to - from }, (_, index) => from + index);
      expect(await readOffsets(source, { topic: 'cart-events', partition: 0, from, to })).toEqual(expected);
    }
    const long = temporaryDirectory();
    writeMessages(long, 4, 400_000);
    expect(await readOffsets(openEmbeddedSource(long), { topic: 'cart-events', partition: 0, from: 2, to: 4 })).toEqual(
      [2, 3],
    );
  });

  test('does not see a last line that is not whole yet', async () => {
    const dir = temporaryDirectory();
    writeMessages(dir, 3);
    const line = formatMessageLine(3, messageOf(3));
    const file = join(dir, 'cart-events/0.jsonl');
    const high = async () => (await openEmbeddedSource(dir).partitions())[0]?.high;
    appendFileSync(file, line.slice(0, 40));
    expect(await high()).toBe(3);
    appendFileSync(file, line.slice(40));
    expect(await high()).toBe(4);
    const empty = temporaryDirectory();
    writeMessages(empty, 0);
    appendFileSync(join(empty, 'cart-events/0.jsonl'), line.slice(0, 10));
    expect((await openEmbeddedSource(empty).partitions())[0]?.high).toBe(0);
  });

  test('says what is wrong with a directory that is no broker', async () => {
    const dir = temporaryDirectory();
    await expectCqshopError(() => openEmbeddedSource(dir), 'BROKER_NOT_FOUND', dir, 'cqshop simulate');
    writeFileSync(join(dir, 'broker.json'), '{"format":2}');
    await expectCqshopError(
      () => openEmbeddedSource(dir),
      'BROKER_CORRUPT',
      'format is 2, expected 1',
      `delete ${dir} if`,
    );
    expect(existsSync(join(dir, 'broker.json'))).toBe(true);
  });

  test('names a partition whose last line is garbage', async () => {
    const dir = temporaryDirectory();
    writeMessages(dir, 2);
    appendFileSync(join(dir, 'cart-events/0.jsonl'), 'garbage\n');
    await expectCqshopError(
      () => openEmbeddedSource(dir).partitions(),
      'BROKER_CORRUPT',
      'cart-events/0.jsonl',
      'garbage',
    );
  });
});

describe('parseMessageLine', () => {
  test('is the inverse of formatMessageLine for any text and payload', () => {
    const message = fc.record({
      kind: fc.constantFrom('event' as const, 'command' as const),
      type: fc.string(),
      id: fc.string(),
      source: fc.string({ unit: 'grapheme' }),
      subject: fc.constantFrom('cart-1', ',"data":', '","data":{'),
      time: fc.maxSafeInteger(),
      correlationid: fc.string(),
      causationid: fc.string(),
      data: fc.dictionary(
        fc.string().filter(key => key !== '__proto__'),
        fc.oneof(fc.string(), fc.integer(), fc.boolean()),
      ),
    });
    fc.assert(
      fc.property(message, fc.nat(), (given, offset) => {
        const line = formatMessageLine(offset, given);
        expect(line.indexOf('\n')).toBe(line.length - 1);
        const parsed = parseMessageLine(line.slice(0, -1), () => 'here');
        expect({ ...parsed.message, offset: undefined }).toEqual({ ...given, offset: undefined });
        expect(parsed.offset).toBe(offset);
        expect(JSON.parse(parsed.dataJson)).toEqual(given.data);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test.each([['{"offset":1'], ['7'], ['{"offset":1,"time":1.5}'], ['null']])('rejects %s', async line => {
    await expectCqshopError(() => parseMessageLine(line, () => 'cart-events/0'), 'BROKER_CORRUPT', 'cart-events/0');
  });
});

describe('writeFailure', () => {
  test('explains a full disk', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    await expectCqshopError(
      () => {
        throw writeFailure('message log a', full);
      },
      'WRITE_FAILED',
      'Cannot write message log a: the disk is full',
    );
  });
});

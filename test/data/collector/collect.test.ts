import { execFile, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CqshopError } from '../../../src/base/errors.ts';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import { formatMessageLine, parseMessageLine } from '../../../src/broker/message-line.ts';
import type { MessageSource } from '../../../src/broker/message-source.ts';
import { type Collected, collect } from '../../../src/data/collector/collect.ts';
import type { CollectOptions } from '../../../src/data/collector/collect-options.ts';
import { verifyDataset } from '../../../src/data/collector/verify-dataset.ts';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import { readCaused, readLabels, readNearMisses } from '../../../src/data/dataset/read-truth.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { syntheticBroker, writeSyntheticRun } from '../../support/synthetic-run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const cli = fileURLToPath(new URL('../../../bin/cqshop.js', import.meta.url));
const collectProcess = fileURLToPath(new URL('../../support/collect-process.js', import.meta.url));
const killAtChange = new URL('../../support/kill-at-change.js', import.meta.url).href;

function collectFrom(
  dir: string,
  options: Partial<CollectOptions> & { out: string },
  topicPrefix = '',
): Promise<Collected> {
  const source = openEmbeddedSource(join(dir, 'broker'), { topicPrefix });
  return collect(source, { checkpointBytes: 50_000, ...options });
}

function run(words: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    execFile(process.execPath, [cli, ...words], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function filesOf(dir: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(dir)
      .sort()
      .map(name => [name, readFileSync(join(dir, name), 'base64')]),
  );
}

async function eventsOf(out: string) {
  const records = [];
  for await (const batch of (await readDataset(out)).records()) records.push(...batch);
  return records;
}

/** Every message of the default topics, read from the log's files and sorted, as a dataset must have them. */
function messagesInOrder(broker: string): { id: string; place: string }[] {
  const rows = ['application-command-topic', 'cart-events', 'warehouse-events'].flatMap(topic =>
    readdirSync(join(broker, topic)).flatMap(file =>
      readFileSync(join(broker, topic, file), 'utf8')
        .trimEnd()
        .split('\n')
        .map(line => ({ topic, partition: Number.parseInt(file, 10), ...JSON.parse(line) })),
    ),
  );
  rows.sort(
    (a, b) =>
      a.time - b.time ||
      (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition || a.offset - b.offset),
  );
  return rows.map(row => ({ id: row.id, place: `${row.time} ${row.topic} ${row.partition} ${row.offset}` }));
}

describe('collect', () => {
  test('writes every message of the default topics in order, and the truth apart from them', async () => {
    const dir = temporaryDirectory();
    const { causedIds } = writeSyntheticRun(join(dir, 'broker'));
    const out = join(dir, 'datasets/one');
    const { manifest } = await collectFrom(dir, { out });
    const records = await eventsOf(out);
    expect(records.map(r => ({ id: r.id, place: `${r.timeMs} ${r.topic} ${r.partition} ${r.offset}` }))).toEqual(
      messagesInOrder(join(dir, 'broker')),
    );
    expect(records.some(record => record.causationId !== '' && record.data.note === 'Müller, "groß"\n✓')).toBe(true);
    const dataset = await readDataset(out);
    const caused = await readCaused(dataset);
    expect([...caused.keys()].sort()).toEqual(causedIds);
    expect(new Set([...caused.values()].flat().map(({ labelId, relation }) => `${labelId} ${relation}`))).toEqual(
      new Set(['hoard direct']),
    );
    expect((await readLabels(dataset)).map(({ id }) => id)).toEqual(['hoard']);
    expect((await readNearMisses(dataset)).map(({ id }) => id)).toEqual(['sale']);
    expect(manifest).toMatchObject({ messages: records.length, complete: true, scenario: 'synthetic', seed: 1 });
    expect(manifest.topics['cart-events']).toEqual({ CartLineUpdated: 600, ProductAddedToCart: 600 });
    expect(readdirSync(join(dir, 'datasets'))).toEqual(['one']);
  });

  test('gives the same bytes elsewhere and under another name', async () => {
    const [a, b] = [temporaryDirectory(), temporaryDirectory()];
    writeSyntheticRun(join(a, 'broker'));
    writeSyntheticRun(join(b, 'broker'));
    await collectFrom(a, { out: join(a, 'one') });
    await collectFrom(b, { out: join(b, 'deep/er/two/'), checkpointBytes: 1000 });
    expect(filesOf(join(b, 'deep/er/two'))).toEqual(filesOf(join(a, 'one')));
  });

  test('collects named topics, and rejects unknown ones with the nearest', async () => {
    const dir = syntheticBroker();
    const { manifest } = await collectFrom(dir, { out: join(dir, 'one'), topics: ['cart-commands'] });
    expect(Object.keys(manifest.topics)).toEqual(['cart-commands']);
    await expectCqshopError(
      () => collectFrom(dir, { out: join(dir, 'two'), topics: ['cart-event'] }),
      'USAGE',
      'expected one of its 16, such as cart-events, ',
      'did you mean cart-events?',
    );
    const error = await collectFrom(dir, { out: join(dir, 'two'), topics: ['arehous'] }).catch(String);
    expect(error).toContain('such as warehouse-commands, warehouse-events, ');
    expect(error).not.toContain('user-management');
  });

  test('leaves the topics of other prefixes alone', async () => {
    const dir = syntheticBroker({ visits: 10 });
    writeSyntheticRun(join(dir, 'broker'), { visits: 20, topicPrefix: 'other-' });
    const plain = await collectFrom(dir, { out: join(dir, 'plain') });
    const other = await collectFrom(dir, { out: join(dir, 'other') }, 'other-');
    expect([plain.manifest.messages, other.manifest.messages]).toEqual([80, 160]);
    expect(Object.keys(other.manifest.topics)).toEqual(Object.keys(plain.manifest.topics));
  });

  test('marks a run that was cut off', async () => {
    const dir = syntheticBroker({ isFinished: false });
    expect((await collectFrom(dir, { out: join(dir, 'one') })).manifest.complete).toBe(false);
    expect(readFileSync(join(dir, 'one/README.md'), 'utf8')).toContain('cut off');
  });

  test('rejects a broker without messages', async () => {
    const dir = temporaryDirectory();
    mkdirSync(join(dir, 'broker'));
    writeFileSync(
      join(dir, 'broker/broker.json'),
      '{"format":1,"clusterId":"a","topics":{"cart-events":{"partitions":1}}}',
    );
    const collecting = (options: Partial<CollectOptions>) => () =>
      collectFrom(dir, { out: join(dir, 'one'), ...options });
    await expectCqshopError(
      collecting({}),
      'BROKER_EMPTY',
      'cqshop simulate',
      '--topic-prefix names those of a prefix',
    );
    await expectCqshopError(
      () => collectFrom(dir, { out: join(dir, 'one') }, 'z-'),
      'BROKER_EMPTY',
      'with the prefix z- hold no message',
    );
    const named = await collecting({ topics: ['cart-events'] })().catch(error => error);
    expect(named).toMatchObject({
      code: 'BROKER_EMPTY',
      message: expect.stringContaining('no message is in cart-events'),
    });
    expect(named.message).not.toContain('simulate');
    await expectCqshopError(collecting({ mapping: { version: 1 } }), 'BROKER_EMPTY', 'expected --topics');
  });

  test('refuses to replace a dataset without --overwrite, and anything else always', async () => {
    const dir = syntheticBroker({ visits: 10 });
    const out = join(dir, 'one');
    await collectFrom(dir, { out });
    const before = filesOf(out);
    await expectCqshopError(() => collectFrom(dir, { out }), 'DATASET_EXISTS', '--overwrite');
    rmSync(join(dir, 'broker'), { recursive: true });
    writeSyntheticRun(join(dir, 'broker'), { visits: 10, seed: 2 });
    await collectFrom(dir, { out, overwrite: true });
    expect(filesOf(out)).not.toEqual(before);
    expect(readdirSync(dir).sort()).toEqual(['broker', 'one']);
    mkdirSync(join(dir, 'letters'));
    writeFileSync(join(dir, 'letters/dear'), '');
    await expectCqshopError(
      () => collectFrom(dir, { out: join(dir, 'letters'), overwrite: true }),
      'DATASET_EXISTS',
      'something else',
    );
  });

  test('never deletes the work of an unfinished evaluation', async () => {
    const dir = syntheticBroker({ visits: 5 });
    const out = join(dir, 'one');
    const piece = join(`${out}.partial`, 'a'.repeat(64));
    mkdirSync(`${out}.partial`);
    writeFileSync(piece, '');
    for (const overwrite of [false, true])
      await expectCqshopError(
        () => collectFrom(dir, { out, overwrite }),
        'DATASET_EXISTS',
        'unfinished `cqshop evaluate`',
      );
    expect(existsSync(piece)).toBe(true);
  });

  test('names a place that cannot be written', async () => {
    const dir = syntheticBroker({ visits: 5 });
    writeFileSync(join(dir, 'file'), '');
    await expectCqshopError(() => collectFrom(dir, { out: join(dir, 'file/one') }), 'WRITE_FAILED', 'file/one');
  });

  test('names a garbage line in the middle of a log', async () => {
    const dir = syntheticBroker();
    const file = join(dir, 'broker/cart-events/1.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[10] = '{"offset":10,"time":garb';
    writeFileSync(file, lines.join('\n'));
    await expectCqshopError(
      () => collectFrom(dir, { out: join(dir, 'one') }),
      'BROKER_CORRUPT',
      'cart-events/1 after offset 9',
    );
    expect(existsSync(join(dir, 'one'))).toBe(false);
  });

  test('rejects messages far out of order from an ordered log, and sorts those of a live broker', async () => {
    const dir = syntheticBroker({ visits: 40 });
    await collectFrom(dir, { out: join(dir, 'ordered') });
    const file = join(dir, 'broker/cart-events/0.jsonl');
    const messages = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => parseMessageLine(line, () => file));
    const shuffled = messages.map((_, index) => messages[index ^ 3] ?? messages[index]);
    writeFileSync(file, shuffled.map((line, offset) => (line ? formatMessageLine(offset, line.message) : '')).join(''));
    await expectCqshopError(
      () => collectFrom(dir, { out: join(dir, 'one') }),
      'BROKER_CORRUPT',
      'cart-events/0',
      'order of their times',
    );
    rmSync(join(dir, 'one.partial'), { recursive: true });
    const live: MessageSource = { ...openEmbeddedSource(join(dir, 'broker')), isTimeOrdered: false };
    await collect(live, { out: join(dir, 'one') });
    const times = (await eventsOf(join(dir, 'one'))).map(({ timeMs }) => timeMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times).toEqual((await eventsOf(join(dir, 'ordered'))).map(({ timeMs }) => timeMs));
    expect(await verifyDataset(await readDataset(join(dir, 'one')), live)).toMatchObject({ differences: [] });
  });

  test('sorts a partition that a backfill of last year, and one of the year before, come in late', async () => {
    const dir = syntheticBroker({ visits: 40 });
    const file = join(dir, 'broker/cart-events/0.jsonl');
    const first = readFileSync(file, 'utf8').split('\n')[0] ?? '';
    const { message } = parseMessageLine(first, () => file);
    const yearMs = 365 * 86_400_000;
    const ages = [...Array(12_000).fill(0), ...Array(12_000).fill(1), 2, 1, 0, 2];
    const lines = ages.map((age: number, offset) => {
      return formatMessageLine(offset, { ...message, id: `id-${offset}`, time: message.time - age * yearMs + offset });
    });
    writeFileSync(file, lines.join(''));
    // Topics of somebody else, of whom no run says how many messages there are.
    rmSync(join(dir, 'broker/cqshop-truth'), { recursive: true });
    const live: MessageSource = { ...openEmbeddedSource(join(dir, 'broker')), isTimeOrdered: false };
    const { manifest } = await collect(live, { out: join(dir, 'one') });
    const events = await eventsOf(join(dir, 'one'));
    expect(events).toHaveLength(manifest.messages);
    const times = events.map(({ timeMs }) => timeMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(events.filter(({ topic, partition }) => topic === 'cart-events' && partition === 0)).toHaveLength(
      ages.length,
    );
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(existsSync(join(dir, 'one.partial'))).toBe(false);
    expect(await verifyDataset(await readDataset(join(dir, 'one')), live)).toMatchObject({ differences: [] });
  });
});

describe('collect, interrupted', () => {
  test('gives the same dataset after a crash between any two steps', async () => {
    const dir = syntheticBroker({ visits: 25 });
    const steps: string[] = [];
    await collectFrom(dir, { out: join(dir, 'whole'), checkpointBytes: 20_000, onStep: step => steps.push(step) });
    expect(new Set(steps).size).toBeGreaterThan(15);
    const whole = filesOf(join(dir, 'whole'));
    for (let crashAt = 0; crashAt < steps.length; crashAt++) {
      const out = join(dir, `crash-${crashAt}`);
      let count = 0;
      const crash = (step: string) => {
        if (count++ === crashAt) throw new Error(`crash at ${step}`);
      };
      await expect(collectFrom(dir, { out, checkpointBytes: 20_000, onStep: crash })).rejects.toThrow('crash at');
      if (steps[crashAt] === 'partial removed')
        await expectCqshopError(() => collectFrom(dir, { out }), 'DATASET_EXISTS');
      else await collectFrom(dir, { out, checkpointBytes: 20_000 });
      expect(filesOf(out), `crash at ${steps[crashAt]}`).toEqual(whole);
      expect(existsSync(`${out}.partial`), `crash at ${steps[crashAt]}`).toBe(false);
      rmSync(out, { recursive: true });
    }
  });

  test('replaces a dataset or keeps the old one, whenever it crashes', async () => {
    const dir = temporaryDirectory();
    const out = join(dir, 'one');
    writeSyntheticRun(join(dir, 'broker'), { visits: 5 });
    await collectFrom(dir, { out });
    const old = filesOf(out);
    rmSync(join(dir, 'broker'), { recursive: true });
    writeSyntheticRun(join(dir, 'broker'), { visits: 6 });
    await collectFrom(dir, { out: join(dir, 'new') });
    const replaced = filesOf(join(dir, 'new'));
    for (const name of [
      'manifest written',
      'renaming announced',
      'old dataset moved',
      'dataset renamed',
      'name synced',
    ]) {
      const crash = (step: string) => {
        if (step === name) throw new Error('crash');
      };
      await expect(collectFrom(dir, { out, overwrite: true, onStep: crash })).rejects.toThrow('crash');
      const found = existsSync(out) ? filesOf(out) : undefined;
      expect([JSON.stringify(old), JSON.stringify(replaced), undefined]).toContain(found && JSON.stringify(found));
      await collectFrom(dir, { out, overwrite: true });
      expect(filesOf(out)).toEqual(replaced);
      expect(existsSync(`${out}.partial`)).toBe(false);
    }
  });

  test('gives the same dataset after kill -9 at 20 moments', async () => {
    const dir = syntheticBroker({ visits: 600 });
    await collectFrom(dir, { out: join(dir, 'whole') });
    const whole = filesOf(join(dir, 'whole'));
    const collectTo = (out: string, killAt?: number) => {
      const words = ['--import', killAtChange, collectProcess, join(dir, 'broker'), out];
      const env = { ...process.env, ...(killAt === undefined ? {} : { KILL_AT: String(killAt) }) };
      return spawnSync(process.execPath, words, { encoding: 'utf8', env });
    };
    const { status, stderr } = collectTo(join(dir, 'counted'));
    const changes = Number(/(\d+) changes\n$/.exec(stderr)?.[1]);
    expect(status).toBe(0);
    expect(changes).toBeGreaterThan(150);
    const random = randomStreams(11).stream('kills');
    let kills = 0;
    for (let round = 0; kills < 20 && round < 20; round++) {
      const out = join(dir, `killed-${round}`);
      for (let call = 0; call < 4 && !existsSync(out); call++) {
        if (collectTo(out, random.integer(1, changes)).signal === 'SIGKILL') kills += 1;
      }
      if (!existsSync(join(out, 'manifest.json')) || existsSync(`${out}.partial`))
        expect(collectTo(out).status).toBe(0);
      expect(filesOf(out)).toEqual(whole);
    }
    expect(kills).toBeGreaterThanOrEqual(20);
  });

  test('counts what was collected before as it counts what a dataset holds, without the truth', async () => {
    const dir = syntheticBroker({ visits: 5 });
    const crash = (step: string) => {
      if (step === 'target created') throw new Error('killed');
    };
    await expect(collectFrom(dir, { out: join(dir, 'one'), onStep: crash })).rejects.toThrow('killed');
    const { resumedMessages, manifest } = await collectFrom(dir, { out: join(dir, 'one') });
    expect(resumedMessages).toBe(manifest.messages);
  });

  test('keeps its checkpoint on Ctrl-C and goes on from there', async () => {
    const dir = syntheticBroker();
    await collectFrom(dir, { out: join(dir, 'whole') });
    const interrupt = new AbortController();
    const stopped = collectFrom(dir, {
      out: join(dir, 'one'),
      signal: interrupt.signal,
      onProgress: ({ messages }) => {
        if (messages > 500) interrupt.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const { resumedMessages } = await collectFrom(dir, { out: join(dir, 'one') });
    expect(resumedMessages).toBeGreaterThan(500);
    expect(filesOf(join(dir, 'one'))).toEqual(filesOf(join(dir, 'whole')));
  });

  async function interrupted(dir: string, out: string, options: Partial<CollectOptions> = {}): Promise<void> {
    const crash = (step: string) => {
      if (step === 'labels written') throw new Error('crash');
    };
    await expect(collectFrom(dir, { out, ...options, onStep: crash })).rejects.toThrow('crash');
    // As if the crash had come before everything was there.
    const path = join(`${out}.partial`, 'checkpoint.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"finishing"', '"collecting"'));
  }

  test.each([true, false])(
    'says that a dataset that was being finished has no later messages, where there may be any',
    async isFinished => {
      const dir = syntheticBroker({ visits: 5, isFinished });
      const out = join(dir, 'one');
      const crash = (step: string) => {
        if (step === 'labels written') throw new Error('crash');
      };
      await expect(collectFrom(dir, { out, onStep: crash })).rejects.toThrow('crash');
      const { notes } = await collectFrom(dir, { out, follow: true });
      const note = expect.stringMatching(/^the interrupted call had read everything, .* is not in .*one$/);
      expect(notes).toEqual(isFinished ? [] : [note]);
    },
  );

  test('rejects to resume from another cluster, other topics or other messages', async () => {
    const dir = temporaryDirectory();
    const out = join(dir, 'one');
    writeSyntheticRun(join(dir, 'broker'), { visits: 20 });
    await interrupted(dir, out);
    await expectCqshopError(() => collectFrom(dir, { out, topics: ['cart-events'] }), 'BROKER_MISMATCH', 'cart-events');
    const clusterId = JSON.parse(readFileSync(join(dir, 'broker/broker.json'), 'utf8')).clusterId;
    rmSync(join(dir, 'broker'), { recursive: true });
    writeSyntheticRun(join(dir, 'broker'), { visits: 20, seed: 2 });
    await expectCqshopError(() => collectFrom(dir, { out }), 'BROKER_MISMATCH', clusterId);
    rmSync(join(dir, 'broker'), { recursive: true });
    writeSyntheticRun(join(dir, 'broker'), { visits: 20, seed: 2, clusterId });
    await expectCqshopError(() => collectFrom(dir, { out }), 'BROKER_MISMATCH', 'another message');
    rmSync(join(dir, 'broker'), { recursive: true });
    writeSyntheticRun(join(dir, 'broker'), { visits: 2, clusterId });
    await expectCqshopError(() => collectFrom(dir, { out }), 'BROKER_MISMATCH', 'fewer messages');
    expect((await collectFrom(dir, { out, overwrite: true })).resumedMessages).toBe(0);
  });

  test('says how to go on when there was no room for what was collected', async () => {
    const dir = syntheticBroker({ visits: 200 });
    const words = ['collect', '--broker', `embedded:${dir}/broker`, '--out', `${dir}/one`];
    // Files of at most 200 KiB: enough for each partition, not for all of them in one.
    const limited = (...more: readonly string[]) => {
      const argv = [process.execPath, cli, ...words, ...more];
      return spawnSync('bash', ['-c', 'ulimit -f 200; exec "$@"', 'bash', ...argv], { encoding: 'utf8' });
    };
    const kept = `the messages collected so far are in ${dir}/one.partial; `;
    const restarted = limited('--overwrite');
    expect(restarted).toMatchObject({ status: 1, stderr: expect.stringContaining('Cannot write dataset') });
    expect(restarted.stderr).toContain(`${kept}the same command without --overwrite continues from there`);
    expect(limited().stderr).toContain(`${kept}the same command continues from there`);
    expect(await run(words)).toMatchObject({ code: 0, stderr: expect.stringMatching(/^resumed after/m) });
    expect(limited('--overwrite').stderr).toContain(
      `${dir}/one is unchanged; the same command starts again from the beginning`,
    );
  });

  test('says that it was the mapping that was another one', async () => {
    const dir = temporaryDirectory();
    const out = join(dir, 'one');
    writeSyntheticRun(join(dir, 'broker'), { visits: 20 });
    const source = openEmbeddedSource(join(dir, 'broker'));
    const from = (clusterId: string, onStep?: (step: string) => void) =>
      collect({ ...source, clusterId: async () => clusterId }, { out, onStep });
    await expect(
      from('abc+aaaa', step => {
        if (step === 'labels written') throw new Error('crash');
      }),
    ).rejects.toThrow('crash');
    for (const now of ['abc+bbbb', 'abc']) {
      await expectCqshopError(
        () => from(now),
        'BROKER_MISMATCH',
        'begun with another --mapping',
        'expected the same one',
      );
    }
    await expectCqshopError(() => from('xyz+aaaa'), 'BROKER_MISMATCH', 'begun from cluster abc, this is xyz,');
  });

  test('starts again with --overwrite whatever was begun, also when the broker has lost messages since', async () => {
    const dir = temporaryDirectory();
    const out = join(dir, 'one');
    writeSyntheticRun(join(dir, 'broker'), { visits: 20 });
    const whole = openEmbeddedSource(join(dir, 'broker'));
    await interrupted(dir, out);
    const path = join(`${out}.partial`, 'checkpoint.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"runFinished": true', '"runFinished": false'));
    const cut: MessageSource = {
      ...whole,
      read: async function* (ranges) {
        if (ranges.some(({ topic, from, to }) => topic === 'cart-events' && from > 0 && from < to))
          throw new CqshopError('MESSAGES_LOST', 'Cannot read cart-events/0');
        yield* whole.read(ranges);
      },
    };
    const again = (overwrite: boolean) => collect(cut, { out, overwrite });
    await expectCqshopError(
      () => again(false),
      'MESSAGES_LOST',
      'Cannot read cart-events/0',
      'collect with --overwrite',
    );
    const { resumedMessages, manifest } = await again(true);
    expect({ resumedMessages, messages: manifest.messages }).toEqual({ resumedMessages: 0, messages: 160 });
  });

  test('rejects a damaged checkpoint or partition file and says how to begin again', async () => {
    const dir = temporaryDirectory();
    const out = join(dir, 'one');
    writeSyntheticRun(join(dir, 'broker'), { visits: 20 });
    await interrupted(dir, out);
    truncateSync(join(`${out}.partial`, 'cart-events-0.jsonl'), 100);
    await expectCqshopError(
      () => collectFrom(dir, { out }),
      'DATASET_CORRUPT',
      'cart-events-0.jsonl has 100 bytes',
      '--overwrite',
    );
    truncateSync(join(`${out}.partial`, 'checkpoint.json'), 100);
    await expectCqshopError(() => collectFrom(dir, { out }), 'DATASET_CORRUPT', 'checkpoint.json', 'delete');
    await collectFrom(dir, { out, overwrite: true });
    expect(existsSync(join(out, 'manifest.json'))).toBe(true);
  });

  test('names a message of the truth that was edited in an unfinished dataset', async () => {
    const dir = temporaryDirectory();
    const out = join(dir, 'one');
    writeSyntheticRun(join(dir, 'broker'), { visits: 20 });
    await interrupted(dir, out);
    const path = join(`${out}.partial`, 'cqshop-truth-0.jsonl');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"variant":', '"varient":'));
    await expectCqshopError(
      () => collectFrom(dir, { out }),
      'BROKER_CORRUPT',
      'truth message cqshop-truth/0 at offset ',
      'there is no variant in LabelDeclared, expected text',
      '--overwrite',
    );
  });

  test('takes over the lock of a dead process, not that of a living one', async () => {
    const dir = syntheticBroker({ visits: 5 });
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    try {
      writeFileSync(join(dir, 'one.lock'), `${child.pid}\n`);
      await expectCqshopError(() => collectFrom(dir, { out: join(dir, 'one') }), 'LOCKED', String(child.pid));
    } finally {
      const gone = new Promise(resolve => child.on('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    await collectFrom(dir, { out: join(dir, 'one') });
    for (const content of ['', 'nonsense', String(process.pid)]) {
      writeFileSync(join(dir, 'one.lock'), content);
      await collectFrom(dir, { out: join(dir, 'one'), overwrite: true });
    }
    expect(readdirSync(dir).sort()).toEqual(['broker', 'one']);
  });
});

describe('collect with follow', () => {
  test('waits for RunFinished and has every message', async () => {
    const dir = syntheticBroker({ visits: 30 });
    await collectFrom(dir, { out: join(dir, 'whole') });
    const file = join(dir, 'broker/cqshop-truth/0.jsonl');
    const cart = join(dir, 'broker/cart-events/0.jsonl');
    const [truth, events] = [readFileSync(file, 'utf8'), readFileSync(cart, 'utf8')];
    const half = (text: string) => text.slice(0, text.length / 2);
    writeFileSync(file, half(truth));
    writeFileSync(cart, half(events));
    let isCompleted = false;
    await collectFrom(dir, {
      out: join(dir, 'one'),
      follow: true,
      onStep: step => {
        if (step !== 'checkpoint committed' || isCompleted) return;
        isCompleted = true;
        appendFileSync(file, truth.slice(truth.length / 2));
        appendFileSync(cart, events.slice(events.length / 2));
      },
    });
    expect(filesOf(join(dir, 'one'))).toEqual(filesOf(join(dir, 'whole')));
  });

  test('finishes the dataset on Ctrl-C', async () => {
    const dir = syntheticBroker({ visits: 30, isFinished: false });
    const interrupt = new AbortController();
    const onStep = (step: string) => {
      if (step === 'checkpoint committed') interrupt.abort();
    };
    const { manifest } = await collectFrom(dir, {
      out: join(dir, 'one'),
      follow: true,
      signal: interrupt.signal,
      onStep,
    });
    expect(manifest.complete).toBe(false);
    expect(manifest.messages).toBeGreaterThan(0);
  });

  test('rejects with an AbortError on Ctrl-C before the first message, since there is nothing to finish', async () => {
    const dir = temporaryDirectory();
    mkdirSync(join(dir, 'broker'));
    writeFileSync(
      join(dir, 'broker/broker.json'),
      '{"format":1,"clusterId":"a","topics":{"cart-events":{"partitions":1}}}',
    );
    const out = join(dir, 'one');
    const signal = AbortSignal.abort();
    await expect(collectFrom(dir, { out, follow: true, signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(readdirSync(dir)).toEqual(['broker']);
  });

  test('ends by itself when an interrupted live run has ended, after what came last', async () => {
    const dir = syntheticBroker({ visits: 30, isFinished: false });
    const whole = openEmbeddedSource(join(dir, 'broker'));
    const control = (type: string, offset: number) =>
      formatMessageLine(offset, {
        ...{ kind: 'event', type, id: `${offset}`, source: '/control', subject: 'control', time: 0 },
        ...{ correlationid: '', causationid: '', data: {} },
      });
    const said = ['RunOpened', 'RunEnded', 'RunOpened', 'RunEnded'].map(control);
    let looks = 0;
    const live: MessageSource = {
      ...whole,
      // The run is announced as ended before the last messages of a service in another process are there.
      partitions: async () => {
        looks += 1;
        const ranges = (await whole.partitions()).map(range =>
          looks < 6 ? { ...range, high: range.high >> 1 } : range,
        );
        return [...ranges, { topic: 'cqshop-control', partition: 0, low: 0, high: looks < 5 ? 3 : 4 }];
      },
      read: async function* (ranges) {
        const ofControl = ranges.filter(({ topic }) => topic === 'cqshop-control');
        for (const { from, to, ...at } of ofControl) {
          const lines = Buffer.from(said.slice(from, to).join(''));
          if (from < to) yield { ...at, nextOffset: to, messages: to - from, lines };
        }
        yield* whole.read(ranges.filter(range => !ofControl.includes(range)));
      },
    };
    const { manifest } = await collect(live, { out: join(dir, 'one'), follow: true });
    expect(manifest).toMatchObject({ messages: 240, complete: false });
  });
});

describe('verifyDataset', () => {
  test('finds equal what is equal, and names the first differences', async () => {
    const dir = syntheticBroker({ visits: 50 });
    const out = join(dir, 'one');
    await collectFrom(dir, { out });
    const verify = async () => verifyDataset(await readDataset(out), openEmbeddedSource(join(dir, 'broker')));
    expect(await verify()).toEqual({ messages: 400, differences: [], later: { messages: 0, truth: 0 } });
    const file = join(dir, 'broker/cart-events/1.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n');
    lines[7] = (lines[7] ?? '').replace(/"id":"[0-9a-f]{16}"/, '"id":"0123456789abcdef"');
    writeFileSync(file, lines.join('\n'));
    expect((await verify()).differences).toEqual([
      expect.stringMatching(/^cart-events\/1 offset 7: .*0123456789abcdef in the broker$/),
    ]);
    writeFileSync(file, `${lines.slice(0, 20).join('\n')}\n`);
    expect((await verify()).differences).toEqual([
      expect.stringContaining('cart-events/1: the broker has offsets 0 to 20'),
    ]);
  });

  test.each([
    [
      'cart-events/1.jsonl',
      /"quantity":\d+/,
      '"quantity":77',
      /^cart-events\/1 offset 0: quantity of message .* 77 in/,
    ],
    ['cart-events/1.jsonl', /"time":(\d+)\d/, '"time":$10', /^cart-events\/1 offset 0: time of message /],
    ['cart-events/1.jsonl', /"cartId":"/, '"cartId":"x', /^cart-events\/1 offset 0: data of message /],
    ['cqshop-truth/0.jsonl', /"variant":"one-fast"/, '"variant":"another"', /^labels.jsonl: /],
  ])('finds other content under the same ids in %s (%s)', async (file, from, to, difference) => {
    const dir = syntheticBroker({ visits: 20 });
    const out = join(dir, 'one');
    await collectFrom(dir, { out });
    const path = join(dir, 'broker', file);
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, before.replace(from, to));
    expect(readFileSync(path, 'utf8')).not.toBe(before);
    const { differences } = await verifyDataset(await readDataset(out), openEmbeddedSource(join(dir, 'broker')));
    expect(differences).toEqual([expect.stringMatching(difference)]);
  });

  test('names no more than ten differences, however many there are and wherever', async () => {
    const dir = syntheticBroker({ visits: 50 });
    const out = join(dir, 'one');
    await collectFrom(dir, { out });
    for (const file of ['cart-events/0.jsonl', 'warehouse-events/1.jsonl']) {
      const path = join(dir, 'broker', file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"id":"[0-9a-f]{4}/g, '"id":"ffff'));
    }
    const { differences } = await verifyDataset(await readDataset(out), openEmbeddedSource(join(dir, 'broker')));
    expect(differences).toHaveLength(10);
  });

  test('counts what the broker has beyond a dataset that was cut off, and rejects one that says it is complete', async () => {
    const dir = syntheticBroker({ visits: 20 });
    const cut = (file: string, lines: number) => {
      const path = join(dir, 'broker', file);
      const whole = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        `${whole
          .split('\n')
          .slice(0, -1 - lines)
          .join('\n')}\n`,
      );
      return () => writeFileSync(path, whole);
    };
    const restore = [cut('cart-events/0.jsonl', 2), cut('cqshop-truth/0.jsonl', 1)];
    const out = join(dir, 'one');
    await collectFrom(dir, { out });
    for (const one of restore) one();
    const verify = async () => verifyDataset(await readDataset(out), openEmbeddedSource(join(dir, 'broker')));
    expect(await verify()).toEqual({ messages: 158, differences: [], later: { messages: 2, truth: 1 } });
    const said = await run(['collect', '--verify', '--broker', `embedded:${dir}/broker`, '--out', out]);
    expect(said).toMatchObject({ code: 0 });
    expect(said.stdout).toContain('158 messages, the same as in');
    expect(said.stdout).toContain('which has 2 messages and 1 of the truth more');
    const manifest = join(out, 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"complete": false', '"complete": true'));
    expect((await verify()).differences).toEqual([expect.stringContaining('the dataset says that it is complete')]);
  });
});

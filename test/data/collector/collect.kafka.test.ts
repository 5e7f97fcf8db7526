import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import { recordOfMessage } from '../../../src/broker/kafka/kafka-records.ts';
import { openKafkaSource } from '../../../src/broker/kafka/reading/kafka-source.ts';
import { createRunTopics, deleteRunTopics, withAdmin } from '../../../src/broker/kafka/run-topics.ts';
import type { Message } from '../../../src/broker/message.ts';
import { collect } from '../../../src/data/collector/collect.ts';
import type { CollectOptions } from '../../../src/data/collector/collect-options.ts';
import { readManifest } from '../../../src/data/dataset/manifest.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import {
  connectShared,
  copySlices,
  copyToKafka,
  describeKafka,
  filesOf,
  patiently,
  runCli,
  sharedConnection,
  sharedUrl,
  startCli,
  underPrefix,
} from '../../support/kafka/broker.ts';
import { type AnyRecord, makeTopic, publishRecords } from '../../support/kafka/publish-records.ts';
import { syntheticBroker } from '../../support/synthetic-run.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

async function collectShared(topicPrefix: string, options: CollectOptions) {
  const source = openKafkaSource(sharedConnection, { topicPrefix });
  try {
    return await collect(source, { checkpointBytes: 50_000, ...options });
  } finally {
    await source.close();
  }
}

/** What a file holds; '' while it is not there. Another process may make it, and delete it, at any time. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Begins a collection and has it fail at a step, as a crash would. */
async function collectUntil(topicPrefix: string, out: string, step: string, count = 1): Promise<void> {
  let left = count;
  const onStep = (now: string) => {
    if (now === step && --left === 0) throw new Error('crash');
  };
  await expect(collectShared(topicPrefix, { out, onStep })).rejects.toThrow('crash');
}

describeKafka('collect from Kafka', () => {
  test('killed with -9 again and again while the topics grow has every message once', async () => {
    const dir = syntheticBroker({ visits: 1500 });
    await collect(openEmbeddedSource(join(dir, 'broker')), { out: join(dir, 'embedded') });
    const client = await connectShared();
    const words = ['collect', '--broker', sharedUrl, '--topic-prefix', 'kill-', '--follow', '--out', 'kafka'];
    const random = randomStreams(11).stream('kills');
    const lock = () => textOf(join(dir, 'kafka.lock'));
    const checkpoint = () => textOf(join(dir, 'kafka.partial/checkpoint.json'));
    const slices = 12;
    let kills = 0;
    for await (const slice of copySlices(join(dir, 'broker'), client, { topicPrefix: 'kill-', slices })) {
      // The last slice ends the run, and with it the collection.
      if (slice === slices - 1) break;
      const before = checkpoint();
      const { child, ended } = startCli(words, { cwd: dir });
      // In turn soon after it has begun, and soon after it has committed what was new.
      const isFarEnough = () => (slice % 2 === 0 ? lock().startsWith(`${child.pid}\n`) : checkpoint() !== before);
      await vi.waitUntil(() => child.exitCode !== null || isFarEnough(), patiently);
      await setTimeout(random.integer(0, 400));
      child.kill('SIGKILL');
      const { code } = await ended;
      kills += code === null ? 1 : 0;
    }
    const last = await runCli(words, { cwd: dir });
    expect(last).toMatchObject({ code: 0 });
    expect(last.stderr).toMatch(/resumed after [\d,]+ messages/);
    expect(kills).toBe(11);
    expect(filesOf(join(dir, 'kafka'))).toEqual(filesOf(join(dir, 'embedded')));
    const verified = await runCli([...words.filter(word => word !== '--follow'), '--verify'], { cwd: dir });
    expect(verified).toMatchObject({ code: 0, stderr: '' });
  });

  test('goes on from its checkpoint, and only with the cluster that it was begun from', async () => {
    const dir = syntheticBroker();
    const client = await connectShared();
    await copyToKafka(join(dir, 'broker'), client, 'resume-');
    const out = join(dir, 'one');
    await collectUntil('resume-', out, 'checkpoint committed', 2);
    const path = join(`${out}.partial`, 'checkpoint.json');
    const checkpoint = JSON.parse(readFileSync(path, 'utf8'));
    expect(checkpoint.clusterId).toBe(client.clusterId);
    writeFileSync(path, JSON.stringify({ ...checkpoint, clusterId: 'another-cluster' }));
    await expectCqshopError(() => collectShared('resume-', { out }), 'BROKER_MISMATCH', client.clusterId);
    writeFileSync(path, JSON.stringify(checkpoint));
    expect((await collectShared('resume-', { out })).resumedMessages).toBeGreaterThan(0);
    await collect(openEmbeddedSource(join(dir, 'broker')), { out: join(dir, 'embedded') });
    expect(filesOf(out)).toEqual(filesOf(join(dir, 'embedded')));
  });

  test('rejects to skip messages that retention has deleted', async () => {
    const dir = syntheticBroker();
    const client = await connectShared();
    const out = join(dir, 'one');
    for await (const slice of copySlices(join(dir, 'broker'), client, { topicPrefix: 'gap-', slices: 2 })) {
      // With half of every partition there, whatever the checkpoint has reached, there is more to come.
      if (slice === 0) await collectUntil('gap-', out, 'checkpoint committed');
    }
    const { partitions } = JSON.parse(readFileSync(join(`${out}.partial`, 'checkpoint.json'), 'utf8'));
    const [half] = partitions.filter((state: { topic: string }) => state.topic === 'cart-events');
    await withAdmin(client, 'delete records of', async admin => {
      // kafkajs knows the leaders of topics only after it was asked for something else.
      await admin.fetchTopicOffsets('gap-cart-events');
      await admin.deleteTopicRecords({
        topic: 'gap-cart-events',
        partitions: [{ partition: half.partition, offset: String(half.nextOffset + 1) }],
      });
    });
    await expectCqshopError(
      () => collectShared('gap-', { out }),
      'MESSAGES_LOST',
      `gap-cart-events/${half.partition} of ${sharedUrl}`,
      'its retention has deleted messages',
    );
    expect(readFileSync(join(`${out}.partial`, 'checkpoint.json'), 'utf8')).toContain(client.clusterId);
    await expectCqshopError(() => collectShared('gap-', { out }), 'MESSAGES_LOST', 'collect with --overwrite');
    // A new collection fails for another reason: the run itself is no longer whole.
    await expectCqshopError(
      () => collectShared('gap-', { out, overwrite: true }),
      'MESSAGES_LOST',
      `cart-events/${half.partition} of ${sharedUrl}`,
      `begins at offset ${half.nextOffset + 1}`,
    );
    expect(existsSync(`${out}.partial`)).toBe(false);
  });

  test('counts and leaves out stray records in every topic of a run, its truth too', async () => {
    const dir = syntheticBroker({ visits: 20 });
    await collect(openEmbeddedSource(join(dir, 'broker')), { out: join(dir, 'embedded') });
    await copyToKafka(join(dir, 'broker'), await connectShared(), 'strewn-');
    const truth = (type: string, data: Message['data']): AnyRecord => {
      const event = { kind: 'event', type, id: 'stray', source: '/elsewhere', subject: 'run' } as const;
      const message = { ...event, time: 0, correlationid: '', causationid: '', data };
      const { key, value, headers } = recordOfMessage(message, 0);
      return { key, value, headers, timestamp: message.time };
    };
    const nonsense: readonly AnyRecord[] = [
      ...[{ value: '{"type":"RunFinished","messages":1}' }, { value: '{"type":"RunEnded"}' }, { value: null }],
      ...[{ value: 'nonsense' }, { key: Buffer.from([0xff]), value: Buffer.from([0xff]), headers: { ce_id: '' } }],
    ];
    const inTruth = [truth('toString', { a: 1 }), truth('RunStarted', { scenario: 7 }), truth('RunFinished', {})];
    const strewn = ['cart-events', 'application-command-topic', 'cart-commands', 'cqshop-truth', 'cqshop-control'];
    await makeTopic('strewn-cqshop-control');
    for (const topic of strewn) await publishRecords(`strewn-${topic}`, nonsense);
    await publishRecords('strewn-cqshop-truth', inTruth);

    // Messages of other systems are read by a mapping, but not in the topics that only cqshop has.
    writeFileSync(join(dir, 'mapping.yaml'), 'version: 1\ntype: type\n');
    const at = ['collect', '--broker', sharedUrl, '--topic-prefix', 'strewn-'];
    const { code, stderr } = await runCli(at, { cwd: dir });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const out = join(dir, 'datasets/synthetic');
    const { complete, messages, unreadable } = readManifest(out);
    expect({ complete, messages, unreadable }).toEqual({
      ...{ complete: true, messages: 160 },
      unreadable: {
        'it is no message of cqshop (--mapping FILE describes messages of other systems)': expect.objectContaining({
          messages: 3 * nonsense.length,
        }),
        'its type is none of the topic': { messages: 1, first: expect.stringMatching(/^cqshop-truth.* toString$/) },
        'its payload is not as its type has it': {
          messages: 2,
          first: expect.stringMatching(/^cqshop-truth\/0 offset \d+: scenario is 7 in RunStarted$/),
        },
      },
    });
    expect(stderr).toContain('or another program writes to its topics');
    const [ours, whole] = [filesOf(out), filesOf(join(dir, 'embedded'))];
    for (const name of ['events.csv', 'caused.csv', 'labels.jsonl', 'near_misses.jsonl']) {
      expect(ours[name] === whole[name]).toBe(true);
    }
    expect(await runCli([...at, '--verify', '--out', out], { cwd: dir })).toMatchObject({ code: 0 });
    expect(await runCli([...at, '--strict', '--out', 'strict'], { cwd: dir })).toMatchObject({ code: 1 });
    const mapped = await runCli([...at, '--mapping', 'mapping.yaml', '--follow', '--out', 'mapped'], { cwd: dir });
    expect(mapped).toMatchObject({ code: 0 });
    expect(readManifest(join(dir, 'mapped'))).toMatchObject({ labels: 1, complete: true });
  });

  test('refuses a run if a topic was deleted or recreated before the first collection', async () => {
    const dir = syntheticBroker({ visits: 20 });
    const client = await connectShared();
    await copyToKafka(join(dir, 'broker'), client, 'lost-');
    await deleteRunTopics(underPrefix(client, 'lost-'), ['cart-events']);
    const attempt = () => collectShared('lost-', { out: join(dir, 'one'), overwrite: true });
    await expectCqshopError(attempt, 'MESSAGES_LOST', 'it has no cart-events');
    await createRunTopics(underPrefix(client, 'lost-'), new Map([['cart-events', 3]]));
    await expectCqshopError(attempt, 'MESSAGES_LOST', 'the run published 200 messages, 120 are there');
  });

  test('fails if a topic is deleted or recreated during the collection', async () => {
    const dir = syntheticBroker({ isFinished: false });
    const client = await connectShared();
    await copyToKafka(join(dir, 'broker'), client, 'vanish-');
    let deleting: Promise<void> | undefined;
    const following = collectShared('vanish-', {
      out: join(dir, 'one'),
      follow: true,
      // All is there, and is committed before the next look at the broker.
      onProgress: ({ messages, total }) => {
        if (messages === total) deleting ??= deleteRunTopics(underPrefix(client, 'vanish-'), ['cart-events']);
      },
    });
    await expectCqshopError(() => following, 'MESSAGES_LOST', 'vanish-cart-events/');
    await deleting;
    await expectCqshopError(
      () => collectShared('vanish-', { out: join(dir, 'one') }),
      'BROKER_MISMATCH',
      'cart-events/',
    );
  });

  test('follows until it is interrupted, and then has a dataset', async () => {
    const dir = syntheticBroker({ visits: 50, isFinished: false });
    await copyToKafka(join(dir, 'broker'), await connectShared(), 'follow-');
    const interrupt = new AbortController();
    const { manifest } = await collectShared('follow-', {
      out: join(dir, 'one'),
      follow: true,
      signal: interrupt.signal,
      onProgress: ({ messages, total }) => {
        if (messages === total) interrupt.abort();
      },
    });
    expect(manifest).toMatchObject({ messages: 400, complete: false });
  });

  test('interrupted before there is a run, --follow says that there is no dataset, and ends with 130', async () => {
    const dir = temporaryDirectory();
    const words = ['collect', '--broker', sharedUrl, '--topic-prefix', 'never-', '--follow', '--out', 'one'];
    const { child, ended } = startCli(words, { cwd: dir });
    // It listens to signals before it takes its lock.
    await vi.waitUntil(() => child.exitCode !== null || existsSync(join(dir, 'one.lock')), patiently);
    child.kill('SIGINT');
    expect(await ended).toEqual({
      code: 130,
      stdout: '',
      stderr: 'nothing had been collected yet, so there is no dataset\ninterrupted\n',
    });
    expect(readdirSync(dir)).toEqual([]);
  });

  test.each([
    ['kafka://127.0.0.1:9', /no broker listens there/],
    ['kafka://no-such-host.invalid:9092', /there is no such host/],
    ['kafka://127.0.0.1:9,127.0.0.1:10', /no broker listens there/],
  ])(
    'says within seconds, in one line, that %s cannot be reached',
    async (url, why) => {
      const dir = temporaryDirectory();
      for (const words of [
        ['collect', '--out', 'x'],
        ['simulate', 'clean'],
      ]) {
        const { code, stderr, stdout } = await runCli([...words, '--broker', url, '--quiet'], {
          cwd: dir,
          // A name server that does not answer is not waited for.
          env: { KAFKAJS_LOG_LEVEL: 'debug', RES_OPTIONS: 'timeout:1 attempts:1' },
        });
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
        expect(stderr).toMatch(why);
        expect(stderr).toMatch(new RegExp(`^error: Cannot reach ${url}: .*\\n$`));
      }
    },
    // Twice, on a slow machine too, in less than the 90 s for which one that was reached before is waited for.
    80_000,
  );
});

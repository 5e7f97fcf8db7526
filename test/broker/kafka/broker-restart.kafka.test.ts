import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { comesBackSoon, startKafka } from '../../../scripts/kafka.js';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import { connectKafka } from '../../../src/broker/kafka/connect-kafka.ts';
import { openKafkaSource } from '../../../src/broker/kafka/reading/kafka-source.ts';
import { withAdmin } from '../../../src/broker/kafka/run-topics.ts';
import { detectionTopic } from '../../../src/broker/topics.ts';
import { collect } from '../../../src/data/collector/collect.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import { copySlices, describeKafka, filesOf, patiently, startCli } from '../../support/kafka/broker.ts';
import { syntheticBroker } from '../../support/synthetic-run.ts';

describeKafka('a broker that is killed and started again', () => {
  test('under a run that is being published and a collection that follows loses and doubles nothing', async () => {
    const dir = syntheticBroker({ visits: 600 });
    await collect(openEmbeddedSource(join(dir, 'broker')), { out: join(dir, 'embedded') });
    const place = join(dir, 'kafka-data');
    let broker = await startKafka({ dir: place, properties: comesBackSoon });
    const { port } = broker;
    try {
      const connection = { brokers: [broker.bootstrap] };
      const client = await connectKafka(connection);
      const slices = copySlices(join(dir, 'broker'), client, { topicPrefix: '', slices: 4 });
      await slices.next();
      const source = openKafkaSource(connection);
      // Reached once, a broker is waited for.
      await source.clusterId();
      const collecting = collect(source, { out: join(dir, 'kafka'), follow: true });
      collecting.catch(() => undefined);
      let kills = 0;
      for (let slice = slices.next(); ; slice = slices.next()) {
        // The broker goes while the slice is on its way, and comes back.
        const [{ done }] = await Promise.all([slice, restart()]);
        if (done === true) break;
      }
      await collecting;
      await source.close();
      expect(kills).toBe(4);
      expect(filesOf(join(dir, 'kafka'))).toEqual(filesOf(join(dir, 'embedded')));

      async function restart(): Promise<void> {
        await broker.kill();
        kills += 1;
        broker = await startKafka({ dir: place, port, properties: comesBackSoon });
      }
    } finally {
      await broker.stop();
    }
  });

  test('is waited for no longer after Ctrl-C, which loses nothing, also while it is frozen', async () => {
    const dir = syntheticBroker({ visits: 20, isFinished: false });
    const broker = await startKafka({ dir: join(dir, 'kafka-data') });
    const url = `kafka://${broker.bootstrap}`;
    const connection = { brokers: [broker.bootstrap] };
    try {
      const client = await connectKafka(connection);
      for await (const _ of copySlices(join(dir, 'broker'), client, { topicPrefix: '', slices: 1 }));
      const following = [
        startCli(['collect', '--broker', url, '--follow', '--out', 'one'], { cwd: dir }),
        startCli(['detect', 'stock-exhaustion', '--broker', url, '--follow'], { cwd: dir }),
      ];
      const isDetecting = () =>
        withAdmin(client, 'list', async admin => (await admin.listTopics()).includes(detectionTopic));
      const hasCollected = () => existsSync(join(dir, 'one.partial/checkpoint.json'));
      await vi.waitUntil(async () => hasCollected() && (await isDetecting()), patiently);
      const interrupt = new AbortController();
      let interruptedMs = Number.NaN;
      const source = openKafkaSource(connection, { giveUp: interrupt.signal });
      const dumping = collect(source, {
        ...{ out: join(dir, 'two'), signal: interrupt.signal, checkpointBytes: 1000 },
        onStep: step => {
          if (step !== 'checkpoint committed' || interrupt.signal.aborted) return;
          process.kill(broker.pid, 'SIGSTOP');
          interruptedMs = performance.now();
          interrupt.abort();
          for (const { child } of following) child.kill('SIGINT');
        },
      });
      await expect(dumping).rejects.toMatchObject({ name: 'AbortError' });
      await source.close();
      expect(existsSync(join(dir, 'two.partial/checkpoint.json'))).toBe(true);
      const [collected, detected] = await Promise.all(following.map(({ ended }) => ended));
      // A question that is waited for takes half a minute until it counts as not answered.
      expect(performance.now() - interruptedMs).toBeLessThan(30_000);
      expect(detected).toMatchObject({ code: 0 });
      expect(collected).toMatchObject({ code: 0, stdout: expect.stringContaining('messages 160') });
      expect(collected?.stderr).toContain(`${url} did not answer`);
      expect(JSON.parse(readFileSync(join(dir, 'one/manifest.json'), 'utf8'))).toMatchObject({ complete: false });
    } finally {
      await broker.kill();
    }
  });

  test('is given up when it does not come back, with one line that names it', async () => {
    const dir = syntheticBroker({ visits: 20, isFinished: false });
    const broker = await startKafka({ dir: join(dir, 'kafka-data') });
    const url = `kafka://${broker.bootstrap}`;
    try {
      const connection = { brokers: [broker.bootstrap] };
      for await (const _ of copySlices(join(dir, 'broker'), await connectKafka(connection), {
        topicPrefix: '',
        slices: 1,
      }));
      const source = openKafkaSource(connection, { patienceMs: 5000 });
      const collecting = collect(source, {
        out: join(dir, 'kafka'),
        follow: true,
        onProgress: ({ messages, total }) => {
          if (messages === total) void broker.kill();
        },
      });
      await expectCqshopError(() => collecting, 'BROKER_UNREACHABLE', `${url}: `);
      await source.close();
    } finally {
      await broker.kill();
    }
  });

  test('is missed by each follower within ten seconds, in one line, and its return is said in another', async () => {
    const dir = syntheticBroker({ visits: 20, isFinished: false });
    let broker = await startKafka({ dir: join(dir, 'kafka-data'), properties: comesBackSoon });
    const { port } = broker;
    const url = `kafka://${broker.bootstrap}`;
    try {
      const client = await connectKafka({ brokers: [broker.bootstrap] });
      for await (const _ of copySlices(join(dir, 'broker'), client, { topicPrefix: '', slices: 1 }));
      const followers = [
        startCli(['collect', '--broker', url, '--follow', '--out', 'one'], { cwd: dir }),
        startCli(['detect', 'stock-exhaustion', '--broker', url, '--follow'], { cwd: dir }),
        startCli(['serve', '--broker', url]),
      ].map(follower => {
        const said: string[] = [];
        follower.child.stderr?.on('data', chunk => said.push(String(chunk)));
        return { ...follower, text: () => said.join('') };
      });
      const isDetecting = () =>
        withAdmin(client, 'list', async admin => (await admin.listTopics()).includes(detectionTopic));
      const hasCollected = () => existsSync(join(dir, 'one.partial/checkpoint.json'));
      const isWaiting = () => followers[2]?.text().includes('waiting for a run') === true;
      await vi.waitUntil(async () => hasCollected() && isWaiting() && (await isDetecting()), patiently);
      const haveAllSaid = (text: string) => () => followers.every(follower => follower.text().includes(text));
      await broker.kill();
      const goneMs = performance.now();
      await vi.waitUntil(haveAllSaid(`${url} does not answer; waiting`), patiently);
      expect(performance.now() - goneMs).toBeLessThan(10_000);
      broker = await startKafka({ dir: join(dir, 'kafka-data'), port, properties: comesBackSoon });
      await vi.waitUntil(haveAllSaid(`${url} answers again`), patiently);
      for (const { child } of followers) child.kill('SIGINT');
      expect(await Promise.all(followers.map(async ({ ended }) => (await ended).code))).toEqual([0, 0, 130]);
      for (const { text } of followers) expect(text().match(/does not answer|answers again/g)).toHaveLength(2);
    } finally {
      await broker.kill();
    }
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningKafka, startKafka } from '../../scripts/kafka.js';
import { randomStreams } from '../../src/kernel/random.ts';
import { wallMs } from '../../src/live/live-clock.ts';
import { liveTopics, simulateLive } from '../../src/live/live-run.ts';
import { connectKafka } from '../../src/messaging/kafka/connect-kafka.ts';
import type { KafkaConnection } from '../../src/messaging/kafka/kafka-connection.ts';
import { createRunTopics } from '../../src/messaging/kafka/run-topics.ts';
import { partitionsPerTopic } from '../../src/simulation/shop-run.ts';
import { describeKafka, startCli } from '../kafka/support.ts';
import { anomaly, scenarioFor } from '../support/run-scenario.ts';
import { audit, readRun } from './audit.ts';

/** How many faults; CQSHOP_FAULTS=200 for a night. */
const faults = Number(process.env.CQSHOP_FAULTS ?? 12);
const seed = Number(process.env.CQSHOP_FAULT_SEED ?? 1);
const kinds = ['kill', 'rebalance', 'restart-broker', 'freeze', 'kill', 'kill-broker'] as const;

const speed = 300;
const sessionTimeoutMs = 2000;
const faultEveryMs = 5000;
const calmMs = 15_000;
/** A rebalance is somebody who comes, or one who leaves of so many. */
const processesAtMost = 3;
const hourMs = 3_600_000;
/** So long (18 s of the wall clock) that faults fall into it, and messages wait however long a broker is away. */
const outage = anomaly({
  id: 'outage',
  anomaly: 'workload-shape',
  variant: 'service-outage',
  target: 'warehouse',
  at: '0d18h30m',
  duration: '1h30m',
});
const limitMs = 2 * faults * faultEveryMs + 2 * calmMs + 60_000;

describeKafka('services in processes of their own, which die', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-faults-'));
  let broker: RunningKafka;
  let connection: KafkaConnection;

  beforeAll(async () => {
    broker = await startKafka({ dir });
    connection = { brokers: [broker.bootstrap] };
  });

  afterAll(async () => {
    await broker?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  test(
    'lose no message, double no effect and break no law, however often and whenever',
    async () => {
      const random = randomStreams(seed).stream('faults');
      const client = await connectKafka(connection);
      const topicPrefix = 'faults-';
      await createRunTopics(client, { topics: liveTopics, topicPrefix });
      const serve = () =>
        startCli([
          ...['serve', '--broker', `kafka://${broker.bootstrap}`, '--topic-prefix', topicPrefix],
          ...['--session-timeout', String(sessionTimeoutMs)],
        ]);
      const processes = [serve(), serve()];
      const day = await scenarioFor('clean', { days: 1, scale: 2, anomalies: [outage], nearMisses: [] });
      const startMs = day.startMs + 17 * hourMs;
      const endMs = startMs + (faults * faultEveryMs * 1.3 + 2 * calmMs) * speed;
      const over = new AbortController();
      let leftMs = Number.POSITIVE_INFINITY;
      const done: string[] = [];
      const notes: string[] = [];
      const note = (text: string) => notes.push(`${Math.round((wallMs() - beganMs) / 100) / 10} s: ${text}`);
      const beganMs = wallMs();
      let lastFaultMs = startMs;
      const limit = setTimeout(limitMs, undefined, { ref: false }).then(() => {
        throw new Error('the run did not end in time');
      });
      limit.catch(() => undefined);
      const strike = async () => {
        while (leftMs === Number.POSITIVE_INFINITY) await setTimeout(100, undefined, { signal: over.signal });
        // The last fault leaves time to recover, and to be told from what the end of the run cuts off.
        for (let fault = 0; fault < faults && leftMs > calmMs + 1.5 * faultEveryMs; fault++) {
          await setTimeout(faultEveryMs * (0.5 + random.uniform()), undefined, { signal: over.signal });
          const kind = kinds[fault % kinds.length] ?? 'kill';
          const index = random.integer(0, processes.length - 1);
          done.push(kind);
          lastFaultMs = endMs - leftMs * speed;
          note(`${kind} ${index}`);
          if (kind === 'kill') {
            const victim = processes[index];
            victim?.child.kill('SIGKILL');
            await victim?.ended;
            processes[index] = serve();
          } else if (kind === 'freeze') {
            // Long enough for others to take over: it must not go on as if nothing had been.
            processes[index]?.child.kill('SIGSTOP');
            await setTimeout(2 * sessionTimeoutMs);
            processes[index]?.child.kill('SIGCONT');
          } else if (kind === 'rebalance' && processes.length < processesAtMost) {
            processes.push(serve());
          } else if (kind === 'rebalance') {
            const [leaver] = processes.splice(index, 1);
            leaver?.child.kill('SIGINT');
            expect(await leaver?.ended).toMatchObject({ code: 130 });
          } else {
            await (kind === 'kill-broker' ? broker.kill() : broker.stop());
            broker = await startKafka({ dir, port: broker.port });
          }
        }
      };
      const striking = strike();
      striking.catch(() => undefined);
      try {
        const living = simulateLive(
          client,
          { ...day, startMs, endMs },
          {
            topicPrefix,
            speed,
            external: true,
            withoutAnomalies: false,
            sessionTimeoutMs,
            signal: over.signal,
            onProgress: share => {
              leftMs = ((1 - share) * (endMs - startMs)) / speed;
            },
            onNote: note,
          },
        );
        const result = await Promise.race([limit, living]);
        note('the run is over');
        await Promise.race([limit, striking]);
        const served = await Promise.race([limit, Promise.all(processes.map(({ ended }) => ended))]);
        const run = await readRun(connection, topicPrefix);
        const findings = audit(run, { seed: day.seed, partitions: partitionsPerTopic });
        const { lost, doubled, broken, repeated, undoneMs } = findings;
        console.log(
          `${done.length} faults (${done.join(', ')}), ${result.messages} messages: lost ${lost.length}, doubled ${doubled.length}, ` +
            `laws broken ${broken.length}, commands given again and recognised ${repeated}, ` +
            `undone at the end: the last ${Math.max(0, Math.round((endMs - undoneMs) / speed / 100) / 10)} s`,
        );
        expect(findings).toMatchObject({ lost: [], doubled: [], broken: [] });
        // The shop was well again after the last fault.
        expect(undoneMs).toBeGreaterThan(lastFaultMs);
        expect(result.doubled).toBe(0);
        expect(done.length).toBeGreaterThanOrEqual(faults / 2);
        expect(result.messages).toBeGreaterThan(1000);
        expect(result.labels).toMatchObject([{ id: 'outage', target: 'warehouse' }]);
        for (const { code, stderr } of served) expect({ code, stderr }).toMatchObject({ code: 0 });
      } catch (error) {
        const killed = await Promise.all(
          processes.map(({ child, ended }) => {
            const code = child.exitCode;
            child.kill('SIGKILL');
            return ended.then(({ stderr }) => `exit code ${code}\n${stderr}`);
          }),
        );
        console.log([...notes, ...killed].join('\n'));
        throw error;
      } finally {
        over.abort();
        for (const { child } of processes) child.kill('SIGKILL');
      }
    },
    limitMs + 30_000,
  );
});

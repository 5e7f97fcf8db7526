import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { comesBackSoon, type RunningKafka, startKafka } from '../../../scripts/kafka.js';
import { CqshopError } from '../../../src/base/errors.ts';
import { connectKafka } from '../../../src/broker/kafka/connect-kafka.ts';
import type { KafkaConnection } from '../../../src/broker/kafka/kafka-connection.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import { wallMs } from '../../../src/broker/kafka/wall-clock.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { peekControl } from '../../../src/shop/live/control-topic.ts';
import { liveTopics, simulateLive } from '../../../src/shop/live/live-run.ts';
import { describeKafka } from '../../support/kafka/broker.ts';
import { audit, readRun } from '../../support/live/audit.ts';
import { neighbours, producersOf } from '../../support/live/neighbours.ts';
import { ServeProcess } from '../../support/live/serve-process.ts';
import { anomaly, scenarioFor } from '../../support/run-scenario.ts';

/** How many faults; CQSHOP_FAULTS=200 for a night. */
const faults = Number(process.env.CQSHOP_FAULTS ?? 12);
const seed = Number(process.env.CQSHOP_FAULT_SEED ?? 1);
const kinds = ['kill', 'rebalance', 'restart-broker', 'freeze', 'kill', 'kill-broker'] as const;

/**
 * Wall-clock time that everything is given, as a multiple of the constants below; virtual time is always the same. A machine that is too slow or
 * too busy to do what the first run wants, and to recover from it before it ends, is given another one.
 */
const paces = [1, 3] as const;
const fullSpeed = 300;
const sessionTimeoutMs = 2000;
const faultEveryMs = 4000;
/** No fault begins later before the end. */
const calmMs = 15_000;
/** So long after the last fault nothing of before may be left undone, on any machine that this pace suits. */
const recoveredMs = 30_000;
const secondsOfRun = faults * 6.5 + 30;
/** A run that does not end hangs: a broker that is away is given up after a minute or two. */
const endsWithinMs = 240_000;
/** A rebalance is somebody who comes, or one who leaves of so many. */
const processesAtMost = 3;
const hourMs = 3_600_000;
/** So long (30 s of the wall clock) that faults fall into it, and messages wait however long a broker is away. */
const outage = anomaly({
  id: 'outage',
  anomaly: 'workload-shape',
  variant: 'service-outage',
  target: 'warehouse',
  at: '0d18h30m',
  duration: '2h30m',
});

describeKafka('services in processes of their own, which die', () => {
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-faults-'));
  let broker: RunningKafka;
  let connection: KafkaConnection;

  beforeAll(async () => {
    broker = await startKafka({ dir, properties: comesBackSoon });
    connection = { brokers: [broker.bootstrap] };
  });

  afterAll(async () => {
    await broker?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** A run with faults, which `note` records. @returns why the run proves nothing; undefined if it proves what it should */
  async function surviveFaults(
    pace: number,
    { beganMs, note }: { readonly beganMs: number; readonly note: (text: string) => void },
  ): Promise<string | undefined> {
    const random = randomStreams(seed).stream('faults');
    const topicPrefix = `faults-${pace}-`;
    const client = await connectKafka(connection, topicPrefix);
    const day = await scenarioFor('clean', { days: 1, scale: 2, anomalies: [outage], nearMisses: [] });
    await createRunTopics(client, liveTopics(day));
    const speed = fullSpeed / pace;
    const words = ['--broker', `kafka://${broker.bootstrap}`, '--topic-prefix', topicPrefix];
    const processes: ServeProcess[] = [];
    const serve = (place: number) =>
      ServeProcess.start([...words, '--session-timeout', String(sessionTimeoutMs * pace)], started => {
        processes[place] = started;
      });
    const startMs = day.startMs + 17 * hourMs;
    const endMs = startMs + secondsOfRun * 1000 * fullSpeed;
    const over = new AbortController();
    /** Of the run [ms at pace 1]; unknown before it begins. */
    let leftMs = Number.POSITIVE_INFINITY;
    const done: string[] = [];
    let lastFaultMs = beganMs;
    let longestMs = 0;
    const limit = setTimeout(secondsOfRun * 1000 * pace + endsWithinMs, undefined, { ref: false }).then(() => {
      throw new Error('the run did not end in time');
    });
    limit.catch(() => undefined);
    const wait = (ms: number) => setTimeout(ms * pace, undefined, { signal: over.signal });
    const strike = async () => {
      while (leftMs === Number.POSITIVE_INFINITY) await wait(100);
      for (let fault = 0; fault < faults; fault++) {
        await wait(faultEveryMs * (0.5 + random.uniform()));
        // One that takes as long as the longest so far is over in time.
        if (leftMs * pace < calmMs * pace + longestMs) return;
        const struckMs = wallMs();
        const kind = kinds[fault % kinds.length] ?? 'kill';
        const index = random.integer(0, processes.length - 1);
        note(`${kind} ${index}`);
        if (kind === 'kill') {
          await processes[index]?.kill();
          await serve(index);
        } else if (kind === 'freeze') {
          // Long enough for others to take over: it must not go on as if nothing had been.
          processes[index]?.signal('SIGSTOP');
          await wait(2 * sessionTimeoutMs);
          processes[index]?.signal('SIGCONT');
        } else if (kind === 'rebalance' && processes.length < processesAtMost) {
          await serve(processes.length);
        } else if (kind === 'rebalance') {
          const [leaver] = processes.splice(index, 1);
          leaver?.signal('SIGINT');
          const { code, stderr } = (await leaver?.ended) ?? {};
          // On a machine that takes seconds to tell it the run may have ended before.
          if (leftMs > calmMs / 3 || code !== 0) expect({ code, stderr }).toMatchObject({ code: 130 });
        } else {
          await (kind === 'kill-broker' ? broker.kill() : broker.stop());
          broker = await startKafka({ dir, port: broker.port, properties: comesBackSoon });
        }
        done.push(kind);
        lastFaultMs = wallMs();
        longestMs = Math.max(longestMs, lastFaultMs - struckMs);
        note(`${kind} ${index} is over`);
      }
    };
    try {
      await Promise.all([serve(0), serve(1)]);
      const striking = strike();
      striking.catch(() => undefined);
      const living = simulateLive(
        client,
        { ...day, startMs, endMs },
        {
          speed,
          external: true,
          withoutAnomalies: false,
          sessionTimeoutMs: sessionTimeoutMs * pace,
          signal: over.signal,
          onProgress: share => {
            leftMs = (1 - share) * secondsOfRun * 1000;
          },
          onNote: note,
        },
      ).catch(error => {
        // Where the broker was away for the whole outage, nothing could wait for the service.
        if (error instanceof CqshopError && error.code === 'ANOMALY_LEFT_NO_TRACE') return undefined;
        throw error;
      });
      const result = await Promise.race([limit, living]);
      leftMs = 0;
      note('the run is over');
      await Promise.race([limit, striking]);
      const served = await Promise.race([limit, Promise.all(processes.map(one => one.endWithRun()))]);
      const run = await readRun(connection, topicPrefix);
      const clock = (await peekControl(client))?.clock;
      if (clock === undefined) throw new TypeError('the clock was never started');
      const findings = audit(run, { seed: day.seed, partitions: day.partitions });
      const { lost, doubled, broken, repeated, undoneMs } = findings;
      const undone = Math.max(0, (endMs - undoneMs) / speed / 1000);
      console.log(
        `${done.length} faults (${done.join(', ')}), ${run.length} messages: lost ${lost.length}, doubled ${doubled.length}, ` +
          `laws broken ${broken.length}, commands given again and recognised ${repeated}, ` +
          `undone at the end: the last ${undone.toFixed(1)} s`,
      );
      const wrong = [...lost, ...doubled, ...broken];
      if (wrong.length > 0) {
        const producers = await producersOf(client);
        console.log(neighbours(run, wrong, { clock, beganMs, producers }).join('\n'));
      }
      expect(findings).toMatchObject({ doubled: [], broken: [] });
      if (result !== undefined) expect(result.doubled).toBe(0);
      for (const { code, stderr, expected } of served) expect({ code, stderr }).toMatchObject({ code: expected });
      // The shop was well again after the last fault: all that had been there to do when it was over is done.
      const lastFault = clock.virtualMs + (lastFaultMs - clock.wallMs) * speed;
      const hadMs = clock.wallMs + (endMs - startMs) / speed - lastFaultMs;
      const isWell = undoneMs > Math.min(lastFault, endMs);
      if (!isWell && hadMs < recoveredMs * pace) {
        return `the run ended ${(hadMs / 1000).toFixed(1)} s after its last fault, and the shop was not well again`;
      }
      // Where the end of the run cut a request in two, lost messages look like undone ones.
      expect(findings).toMatchObject({ lost: [] });
      expect({ isWell, undone, hadMs }).toMatchObject({ isWell: true });
      if (done.length < faults / 2) return `only ${done.length} faults fell into the run`;
      if (result === undefined) return 'the outage left no trace';
      expect(result.messages).toBeGreaterThan(1000);
      expect(result.labels).toMatchObject([{ id: 'outage', target: 'warehouse' }]);
      return undefined;
    } catch (error) {
      for (const { code, stderr } of await Promise.all(processes.map(one => one.kill()))) {
        note(`exit code ${code}\n${stderr}`);
      }
      throw error;
    } finally {
      over.abort();
      for (const one of processes) one.signal('SIGKILL');
    }
  }

  test(
    'lose no message, double no effect and break no law, however often and whenever',
    async () => {
      for (const pace of paces) {
        const beganMs = wallMs();
        const notes: string[] = [];
        const note = (text: string) => notes.push(`${((wallMs() - beganMs) / 1000).toFixed(1)} s: ${text}`);
        let isProved = false;
        try {
          const why = await surviveFaults(pace, { beganMs, note });
          isProved = why === undefined;
          if (isProved) return;
          note(`at pace ${pace}: ${why}`);
        } finally {
          if (!isProved) console.log(notes.join('\n'));
        }
      }
      throw new Error(`this machine is too slow for faults even at pace ${paces.at(-1)}`);
    },
    paces.reduce((sum, pace) => sum + secondsOfRun * 1000 * pace + 2 * endsWithinMs, 0),
  );
});

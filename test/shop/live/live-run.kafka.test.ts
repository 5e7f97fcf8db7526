import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { simulatedRun } from '../../../src/app/experiment/simulated-run.ts';
import { CqshopError } from '../../../src/base/errors.ts';
import type { KafkaClient } from '../../../src/broker/kafka/connect-kafka.ts';
import { Producer } from '../../../src/broker/kafka/producer.ts';
import { openKafkaSource } from '../../../src/broker/kafka/reading/kafka-source.ts';
import { PartitionReader } from '../../../src/broker/kafka/reading/partition-reader.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import type { MessageData, StoredMessage } from '../../../src/broker/message.ts';
import { commandLogTopic, controlTopic, truthTopic } from '../../../src/broker/topics.ts';
import { collect } from '../../../src/data/collector/collect.ts';
import { readDataset } from '../../../src/data/dataset/read-dataset.ts';
import type { Label } from '../../../src/data/dataset/truth.ts';
import { detect, loadedDetectors } from '../../../src/lab/detectors/detect.ts';
import type { Alarm } from '../../../src/lab/detectors/detector.ts';
import { detectorFor } from '../../../src/lab/detectors/registry.ts';
import { trainAll } from '../../../src/lab/detectors/train.ts';
import { spanOf } from '../../../src/lab/evaluation/dataset-truth.ts';
import { unitLabeller } from '../../../src/lab/evaluation/unit-truth.ts';
import { peekControl } from '../../../src/shop/live/control-topic.ts';
import { type LiveOptions, liveTopics, simulateLive } from '../../../src/shop/live/live-run.ts';
import type { ResolvedScenario } from '../../../src/shop/scenarios/resolve-scenario.ts';
import { services } from '../../../src/shop/services/registry.ts';
import { expectCqshopError } from '../../support/cqshop-error.ts';
import {
  connectShared,
  describeKafka,
  runCli,
  sharedConnection,
  sharedUrl,
  startCli,
} from '../../support/kafka/broker.ts';
import { audit, readRun } from '../../support/live/audit.ts';
import { ServeProcess } from '../../support/live/serve-process.ts';
import { anomaly, record, scenarioFor } from '../../support/run-scenario.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const hourMs = 3_600_000;
/** On a machine that is too busy to answer in time customers give up: at 600x a patience of a minute is 100 ms. */
const speeds = [600, 300, 150, 60, 20] as const;
/** Well below any customer's patience [virtual ms]. */
const answersWithinMs = 12_000;
/** What all speeds take together, twice over, and the time to look at what they left. */
const patienceMs = 1_500_000;
/** A machine that stands still for a while must not look like a dead replica. */
const sessionTimeoutMs = 60_000;

async function runLive(scenario: ResolvedScenario, topicPrefix: string, changes: Partial<LiveOptions> = {}) {
  const client = await connectShared(topicPrefix);
  await createRunTopics(client, liveTopics(scenario));
  return simulateLive(client, scenario, {
    speed: 600,
    external: false,
    withoutAnomalies: false,
    sessionTimeoutMs,
    signal: new AbortController().signal,
    onNote: () => undefined,
    ...changes,
  });
}

/** Events by their type. */
function countsOf(messages: readonly { readonly topic: string; readonly message: { readonly type: string } }[]) {
  const counts = new Map<string, number>();
  for (const { topic, message } of messages) {
    if (topic.endsWith('-events')) counts.set(message.type, (counts.get(message.type) ?? 0) + 1);
  }
  return counts;
}

/** Message types whose counts in a live and a virtual run differ by more than a few per cent. */
function disagreements(live: ReadonlyMap<string, number>, virtual: ReadonlyMap<string, number>): string[] {
  return [...new Set([...live.keys(), ...virtual.keys()])].flatMap(type => {
    const [got, expected] = [live.get(type) ?? 0, virtual.get(type) ?? 0];
    return Math.abs(got - expected) <= Math.max(8, 0.04 * expected) ? [] : [`${type}: ${got}, virtually ${expected}`];
  });
}

/** What a model that learnt from virtual time finds in a dataset. */
async function alarmsIn(dir: string): Promise<readonly Alarm[]> {
  const clean = await scenarioFor('clean', { days: 2, scale: 1, nearMisses: [] });
  const { records, truth } = simulatedRun(clean);
  const training = { records, span: clean, labeller: unitLabeller(truth) };
  const models = await trainAll([detectorFor('stock-exhaustion', 'rule')], [training], { seed: 1 });
  const dataset = await readDataset(dir);
  const ready = await loadedDetectors(models);
  return (await detect(ready, dataset.records(), spanOf(dataset))).alarms;
}

/** Too late to be answered, customers may leave nothing that waits for a stopped service. */
async function unlessWithoutTrace<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof CqshopError && error.code === 'ANOMALY_LEFT_NO_TRACE') return undefined;
    throw error;
  }
}

/** Commands from outside that were taken late, or never: whoever gave them may have done otherwise. */
function lateAnswers(run: readonly StoredMessage[]): number {
  const taken = new Map(
    run.flatMap(({ topic, message }) => (topic === commandLogTopic ? [[message.id, message.time]] : [])),
  );
  return run.filter(({ topic, message: { id, source, time } }) => {
    if (!topic.endsWith('-commands') || source.startsWith('/services/')) return false;
    return (taken.get(id) ?? Number.POSITIVE_INFINITY) - time > answersWithinMs;
  }).length;
}

/** Waits for something that comes of a process, which would be waited for in vain once it has ended. */
async function untilSo({ child, ended }: ReturnType<typeof startCli>, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) {
    if (child.exitCode !== null) throw new Error((await ended).stderr);
    await setTimeout(200);
  }
}

/** How many messages a topic has. */
async function endsOf(topic: string): Promise<number> {
  const reader = new PartitionReader(await connectShared());
  try {
    return (await reader.offsets(name => name === topic)).reduce((sum, { high }) => sum + high, 0);
  } finally {
    await reader.close();
  }
}

/** The state of a run; undefined if there is no run, or if its topics are just being deleted and recreated. */
function controlOf(client: KafkaClient) {
  return peekControl(client).catch(error => {
    if (error instanceof CqshopError && error.code === 'MESSAGES_LOST') return undefined;
    throw error;
  });
}

/** Some hours of a day, which take seconds. */
function hoursOf(day: ResolvedScenario, from: number, to: number): ResolvedScenario {
  return { ...day, startMs: day.startMs + from * hourMs, endMs: day.startMs + to * hourMs };
}

describeKafka('the shop live', () => {
  test(
    'publishes what it publishes in virtual time, message type by message type',
    async () => {
      const day = await scenarioFor('clean', { days: 1, scale: 1, nearMisses: [] });
      const scenario = hoursOf(day, 18, 20);
      const virtual = await record(scenario);
      for (const speed of speeds) {
        const topicPrefix = `agree-${speed}-`;
        const { messages, lag, answer } = await runLive(scenario, topicPrefix, { speed });
        const run = await readRun(sharedConnection, topicPrefix);
        const findings = audit(run, { seed: day.seed, partitions: day.partitions });
        expect(findings).toMatchObject({ lost: [], doubled: [], broken: [], repeated: 0 });
        const late = lateAnswers(run);
        const differing = disagreements(countsOf(run), countsOf(virtual.published));
        if (findings.undoneMs < scenario.endMs - hourMs / 4) {
          differing.push(`undone since ${new Date(findings.undoneMs).toISOString()}`);
        }
        const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
        console.log(
          `live at ${speed}x: ${messages} messages, virtual ${virtual.messages}; clock lag ${seconds(lag.mostMs)} at most, ` +
            `commands taken after ${seconds(answer.medianMs)} (median), ${seconds(answer.highMs)} (95 %), ${late} late`,
        );
        if (differing.length === 0) return;
        // Only customers who were not answered in time may have acted differently.
        if (late === 0 && lag.mostMs < answersWithinMs) expect(differing).toEqual([]);
      }
      throw new Error(`live and virtual runs do not agree even at ${speeds.at(-1)}x`);
    },
    patienceMs,
  );

  test(
    'labels an outage and a hoarder as in virtual time, and a model of virtual time finds the hoarder',
    async () => {
      const outage = anomaly({
        id: 'outage',
        anomaly: 'workload-shape',
        variant: 'service-outage',
        target: 'cart',
        at: '0d18h20m',
        duration: '20m',
      });
      const hoarder = anomaly({ id: 'hoarder', at: '0d19h', duration: '40m' });
      const day = await scenarioFor('clean', { days: 1, scale: 1, anomalies: [outage, hoarder], nearMisses: [] });
      const scenario = hoursOf(day, 18, 20);
      const virtual = await record(scenario);
      const named = ({ id, anomaly: kind, target, start, end }: Label) => ({ id, kind, target, start, end });
      const areRoots = (types: readonly string[]) => types.filter(type => type === 'CausalRootDeclared').length;
      const virtualRoots = areRoots(virtual.truth.map(({ message }) => message.type));
      const asVirtually = { labels: virtual.labels.map(named), isHoarderFound: true, isEndSeen: true };
      expect(asVirtually.labels).toHaveLength(2);
      for (const speed of speeds) {
        const topicPrefix = `labels-${speed}-`;
        const live = await unlessWithoutTrace(runLive(scenario, topicPrefix, { speed }));
        const run = await readRun(sharedConnection, topicPrefix);
        const findings = audit(run, { seed: day.seed, partitions: day.partitions });
        expect(findings).toMatchObject({ lost: [], doubled: [], broken: [], repeated: 0 });
        const late = lateAnswers(run);
        console.log(
          `labels at ${speed}x: ${late} commands taken late${live === undefined ? ', an anomaly left no trace' : ''}`,
        );
        if (live === undefined) continue;

        const dataset = join(temporaryDirectory(), 'live');
        const source = openKafkaSource(sharedConnection, { topicPrefix });
        const { manifest } = await collect(source, { out: dataset });
        await source.close();
        expect(manifest).toMatchObject({
          complete: true,
          labels: 2,
          scenario: 'clean',
          messages: live.datasetMessages,
        });
        const truthTypes = run.filter(({ topic }) => topic === truthTopic).map(({ message }) => message.type);
        expect(truthTypes[0]).toBe('RunStarted');
        expect(truthTypes.slice(-3)).toEqual(['LabelDeclared', 'LabelDeclared', 'RunFinished']);

        const hoard = live.labels.find(({ id }) => id === 'hoarder')?.entities.map(({ id }) => id) ?? [];
        const roots = areRoots(truthTypes);
        const found = {
          labels: live.labels.map(named),
          isHoarderFound: (await alarmsIn(dataset)).some(({ entity }) => hoard.includes(entity.id)),
          // Where a service is taken for late without an end, the rest of the run is the anomaly's.
          isEndSeen: roots > virtualRoots / 2 && roots < virtualRoots * 2,
        };
        if (isDeepStrictEqual(found, asVirtually)) return;
        if (late === 0 && live.lag.mostMs < answersWithinMs) expect(found).toEqual(asVirtually);
        console.log(found);
      }
      throw new Error(`a live run is not labelled as a virtual one even at ${speeds.at(-1)}x`);
    },
    patienceMs,
  );

  test(
    'runs on services of other processes, which a controller stops and starts',
    async () => {
      const outage = anomaly({
        anomaly: 'workload-shape',
        variant: 'service-outage',
        target: 'warehouse',
        at: '0d18h30m',
        duration: '1h',
      });
      const day = await scenarioFor('clean', { days: 1, scale: 0.6, anomalies: [outage], nearMisses: [] });
      const scenario = hoursOf(day, 18, 20.5);
      for (const speed of [400, 100, 25]) {
        const topicPrefix = `outside-${speed}-`;
        const words = ['--broker', sharedUrl, '--topic-prefix', topicPrefix, '--session-timeout', '20000'];
        // One that came after the run would wait for ever.
        const processes = [
          await ServeProcess.start(['warehouse', 'cart', ...words]),
          await ServeProcess.start([...words, '--json']),
        ];
        const live = await unlessWithoutTrace(runLive(scenario, topicPrefix, { external: true, speed }));
        const [some, all] = await Promise.all(processes.map(one => one.ended));
        const waiting = 'waiting for a run: cqshop simulate SCENARIO --live --external\n';
        expect(some).toMatchObject({ code: 0, stderr: `${waiting}serving warehouse, cart\n` });
        expect(all).toMatchObject({
          code: 0,
          stderr: `${waiting}serving ${services.map(({ name }) => name).join(', ')}\n`,
        });
        expect(JSON.parse(all?.stdout ?? '')).toMatchObject({ repeated: 0, restarts: 0 });
        const run = await readRun(sharedConnection, topicPrefix);
        const findings = audit(run, { seed: day.seed, partitions: day.partitions });
        expect(findings).toMatchObject({ lost: [], doubled: [], broken: [] });
        const duringMs = [scenario.startMs + 0.6 * hourMs, scenario.startMs + 1.45 * hourMs] as const;
        const handled = run.filter(
          ({ topic, message: { time } }) => topic === 'warehouse-events' && time > duringMs[0] && time < duringMs[1],
        );
        if (handled.length === 0 && Number(live?.labels[0]?.receipt.messagesWaited) > 5) return;
        // A replica may hear late of the stop: here, six minutes of virtual time are 0.9 s at first.
        console.log(
          `outage at ${speed}x: ${handled.length} events of the stopped service, ${lateAnswers(run)} late answers`,
        );
      }
      throw new Error('a stopped service goes on, however slow the clock is');
    },
    patienceMs,
  );

  test('gives up at --max-lag, and names the lag of the clock', async () => {
    const day = await scenarioFor('clean', { days: 1, scale: 0.6, nearMisses: [] });
    const scenario = hoursOf(day, 18, 23);
    await expectCqshopError(
      () => runLive(scenario, 'lagging-', { speed: 20_000, maxLagMs: 1 }),
      'CLOCK_LAGS',
      'expected at most 0.001 s',
    );
  });

  test('ends cleanly at Ctrl-C, and leaves a run that says that it was cut off', async () => {
    const dir = temporaryDirectory();
    const words = ['simulate', 'clean', '--live', '--broker', sharedUrl, '--topic-prefix', 'cut-'];
    const cut = startCli(words, { cwd: dir });
    await untilSo(cut, async () => (await endsOf('cut-user-management-events')) > 0);
    cut.child.kill('SIGINT');
    expect(await cut.ended).toMatchObject({ code: 130 });
    const collected = await runCli(
      ['collect', '--broker', sharedUrl, '--topic-prefix', 'cut-', '--out', 'cut', '--json'],
      { cwd: dir },
    );
    expect(collected).toMatchObject({ code: 0 });
    expect(JSON.parse(collected.stdout)).toMatchObject({ complete: false });
    expect(collected.stderr).toContain('the run has no RunFinished');
    // Over what that run left behind. An error that waiting does not repair is reported at once.
    const again = await runCli([...words, '--overwrite', '--quiet', '--session-timeout', '600'], { cwd: dir });
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(/^error: Cannot join group cqshop-cut-\S+ of kafka:.*INVALID_SESSION_TIMEOUT.*\n$/);
  });

  test('fails with LOCKED when another command ends it, and does not end the run of that command', async () => {
    const topicPrefix = 'met-';
    const scenario = await scenarioFor('clean', { days: 2, nearMisses: [] });
    const over = expectCqshopError(
      () => runLive(scenario, topicPrefix, { external: true }),
      'LOCKED',
      'another command has ended it',
    );
    const client = await connectShared(topicPrefix);
    while ((await controlOf(client))?.opened === undefined) await setTimeout(100);
    const other = await Producer.open(client);
    const saying = (type: string, data: MessageData) => {
      const attributes = { kind: 'event', type, id: type, source: '/control', subject: 'control', time: 0 } as const;
      return {
        topic: controlTopic,
        partition: 0,
        message: { ...attributes, correlationid: '', causationid: '', data },
      };
    };
    const { partitions, endMs } = scenario;
    // In one request, so that the next run has begun before this one has put its things away.
    await other.send([saying('RunEnded', {}), saying('RunOpened', { seed: 1, partitions, endMs })]);
    await over;
    await other.close();
    expect(await peekControl(client)).toMatchObject({ opened: { seed: 1 }, hasEnded: false });
  });

  test('takes the place of a run that was killed, and lets the services of that one end', async () => {
    const words = ['--broker', sharedUrl, '--topic-prefix', 'killed-', '--session-timeout', '2000'];
    const simulate = (...more: string[]) => startCli(['simulate', 'clean', '--live', '--external', ...words, ...more]);
    const client = await connectShared('killed-');
    // What the killed run left is there until the next one has put it away.
    const hasBegun = async () => {
      const state = await controlOf(client);
      return state?.clock !== undefined && !state.hasEnded;
    };
    const first = { run: simulate(), services: startCli(['serve', ...words]) };
    const begins = (run: ReturnType<typeof startCli>) => untilSo(run, hasBegun);
    await begins(first.run);
    first.run.child.kill('SIGKILL');
    await first.run.ended;
    const second = simulate('--overwrite');
    expect(await first.services.ended).toMatchObject({ code: 0 });
    const services = startCli(['serve', ...words]);
    await begins(second);
    second.child.kill('SIGINT');
    expect(await second.ended).toMatchObject({ code: 130 });
    expect(await services.ended).toMatchObject({ code: 0 });
  });
});

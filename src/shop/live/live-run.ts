import { setTimeout } from 'node:timers/promises';
import { CqshopError, cannot } from '../../base/errors.ts';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { wallMs } from '../../broker/kafka/wall-clock.ts';
import type { Findings } from '../../broker/message-source.ts';
import { controlTopic, truthTopic } from '../../broker/topics.ts';
import type { Label } from '../../data/dataset/truth.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { services } from '../services/registry.ts';
import { declareTruth } from '../simulation/declare-truth.ts';
import { populateWorld, runTopics } from '../simulation/virtual-shop.ts';
import { awaitReplicas, awaitServices } from './await-services.ts';
import { forgetGroups } from './clear-run.ts';
import { CommandSender } from './command-sender.ts';
import { ControlTopic } from './control-topic.ts';
import { isDegraded } from './degradation.ts';
import { sendHeartbeats } from './heartbeat.ts';
import { type ClockMapping, virtualMs } from './live-clock.ts';
import { type ClockLag, LiveTime } from './live-time.ts';
import { liveWorld } from './live-world.ts';
import type { Run } from './replica.ts';
import { RunMonitor } from './run-monitor.ts';
import { type Served, serveRun } from './serve.ts';
import { StrayRecords } from './stray-records.ts';

/** Topics of a live run with their partitions. */
export function liveTopics(scenario: Pick<ResolvedScenario, 'partitions'>): ReadonlyMap<string, number> {
  return new Map([...runTopics(scenario), [controlTopic, 1]]);
}

export type LiveOptions = {
  /** Virtual milliseconds per millisecond of the wall clock. */
  readonly speed: number;
  /** The services run elsewhere, by `serve`. */
  readonly external: boolean;
  readonly withoutAnomalies: boolean;
  readonly sessionTimeoutMs: number;
  /** The run fails when an act is later than this [virtual ms]. */
  readonly maxLagMs?: number | undefined;
  readonly signal: AbortSignal;
  /** Share of virtual time passed [0, 1]. */
  readonly onProgress?: (share: number) => void;
  readonly onNote: (text: string) => void;
};

export type LiveResult = {
  /** Messages published, over all topics but truth and control. */
  readonly messages: number;
  /** Those of them that are in topics that a dataset holds. */
  readonly datasetMessages: number;
  readonly labels: readonly Label[];
  readonly nearMisses: readonly Label[];
  /** True if the machine was too slow, so that customers gave up because of it; the truth says so. */
  readonly isDegraded: boolean;
  readonly lag: ClockLag;
  /** Time from a command's publication to its handling, taken from its row in the command log [virtual ms]. */
  readonly answer: { readonly medianMs: number; readonly highMs: number };
  /** Number of commands that were published again after a crash and recognised by their ids. */
  readonly repeated: number;
  /** Number of events and rows of the command log that exist twice. Anything above 0 is a fault of cqshop. */
  readonly doubled: number;
  /** Number of restarts of replicas. */
  readonly restarts: number;
  /** Records in the topics of the run that are none of its messages, by cause. */
  readonly unreadable: Findings | undefined;
};

/**
 * Runs a scenario on the wall clock, `speed` times as fast, against topics made by `createRunTopics` and `liveTopics`.
 *
 * @throws CLOCK_LAGS, SERVICES_MISSING, LOCKED, ANOMALY_LEFT_NO_TRACE, BROKER_UNREACHABLE, BROKER_REFUSED, the signal's reason; the truth topic then
 * has no RunFinished
 */
export async function simulateLive(
  client: KafkaClient,
  scenario: ResolvedScenario,
  options: LiveOptions,
): Promise<LiveResult> {
  const { signal } = options;
  await forgetGroups(client, signal);
  const strays = new StrayRecords(options.onNote);
  const control = await ControlTopic.open(client, strays, signal);
  const stopping = new AbortController();
  const stop = AbortSignal.any([signal, stopping.signal, control.broken]);
  let heartbeats = Promise.resolve();
  // `simulate --overwrite` in another process ends this run before it deletes the topics. The control topic then belongs to the next
  // run, and this one must not end it.
  let isEnded = false;
  const stopListening = control.listen(() => {
    if (!control.state.hasEnded) return;
    isEnded = true;
    stopping.abort(endedElsewhere(client));
  });
  try {
    const { seed, partitions, endMs } = scenario;
    const run: Run = { seed, partitions, endMs };
    await control.publish('RunOpened', run);
    await control.until(({ opened }) => opened !== undefined, signal);
    heartbeats = sendHeartbeats(control, stop);
    const serving: Promise<Served> = options.external
      ? Promise.resolve({ repeated: 0, restarts: 0 })
      : serveRun(control, run, { ...options, client, services, strays, signal: stop });
    serving.catch(error => stopping.abort(error));
    try {
      await awaitServices(control, partitions, { ...options, signal: stop });
      return await runWorld(client, scenario, { ...options, control, serving, strays, signal: stop });
    } finally {
      stopping.abort();
      await serving.catch(() => undefined);
    }
  } finally {
    stopListening();
    stopping.abort();
    const ended = isEnded ? undefined : control.publish('RunEnded', {}).catch(() => undefined);
    await Promise.all([heartbeats, ended]);
    await control.close();
  }
}

function endedElsewhere({ url, topics }: KafkaClient): CqshopError {
  return cannot('LOCKED', `continue the live run on ${url}`)(
    'another command has ended it',
    `one run at a time under the prefix "${topics.prefix}"`,
  );
}

type OpenedRun = LiveOptions & {
  readonly control: ControlTopic;
  readonly serving: Promise<Served>;
  readonly strays: StrayRecords;
};

async function runWorld(client: KafkaClient, scenario: ResolvedScenario, options: OpenedRun): Promise<LiveResult> {
  const { speed, control, strays, signal, withoutAnomalies } = options;
  const { seed, partitions, startMs, endMs } = scenario;
  const broken = new AbortController();
  const guard = (work: () => void) => {
    try {
      work();
    } catch (error) {
      broken.abort(error);
    }
  };
  const guardAsync = (work: Promise<void>) => {
    work.catch(error => broken.abort(error));
  };
  const time = new LiveTime(startMs, guard);
  const failed = AbortSignal.any([signal, broken.signal]);
  const commandSender = await CommandSender.open(client, failed, error => broken.abort(error));
  try {
    const live = liveWorld({
      seed,
      partitions,
      time,
      publish: outgoing => commandSender.post(outgoing),
      stopPartition: (service, partition) => guardAsync(control.publish('PartitionStopped', { service, partition })),
      startPartition: (service, partition) => guardAsync(control.publish('PartitionStarted', { service, partition })),
    });
    const truth = declareTruth(scenario, populateWorld(live.world, scenario), {
      withoutAnomalies,
      twin: false,
      nowMs: () => Math.min(time.nowMs, endMs),
      publish: message => commandSender.post({ topic: truthTopic, partition: 0, message }),
    });
    const monitor = new RunMonitor(
      client,
      { strays, partitions },
      {
        onMessage: (topic, partition, message) => guard(() => live.receive(topic, partition, message)),
        onSettled: message => guard(() => truth.observe(message)),
        onFailure: error => broken.abort(error),
      },
    );
    try {
      monitor.start();
      const clock: ClockMapping = { wallMs: wallMs(), virtualMs: startMs, speed };
      await control.publish('ClockStarted', clock);
      time.start(clock);
      await passTime(clock, time, scenario, options, failed);
      time.stop();
      return await conclude({ time, truth, monitor, commandSender, broken: broken.signal, partitions }, options);
    } finally {
      time.stop();
      await monitor.close();
    }
  } finally {
    await commandSender.close();
  }
}

/** Waits for what follows from the last commands, and publishes the truth about the run. */
async function conclude(
  world: {
    readonly time: LiveTime;
    readonly truth: ReturnType<typeof declareTruth>;
    readonly monitor: RunMonitor;
    readonly commandSender: CommandSender;
    readonly broken: AbortSignal;
    readonly partitions: number;
  },
  options: OpenedRun,
): Promise<LiveResult> {
  const { truth, monitor, commandSender, broken, partitions } = world;
  const { control, serving, strays } = options;
  await commandSender.flush();
  const { restarts } = await awaitReplicas(control, serving, { ...options, partitions });
  const { messages, datasetMessages, byTopic } = await monitor.finish();
  // Labels of half a run would look like those of a whole one.
  broken.throwIfAborted();
  const { repeated } = control.state;
  const { lag } = world.time;
  const { answer, doubled } = monitor;
  const late = { mostMs: lag.mostMs, meanMs: lag.meanMs, answerMedianMs: answer.medianMs, answerHighMs: answer.highMs };
  const degradedBy = isDegraded(late) ? late : undefined;
  const declared = hintingAtSpeed({ lag, answer }, () => truth.finish({ messages, byTopic, degradedBy }));
  await commandSender.flush();
  broken.throwIfAborted();
  const counts = { repeated, doubled, restarts, unreadable: strays.findings };
  return { messages, datasetMessages, ...declared, isDegraded: degradedBy !== undefined, lag, answer, ...counts };
}

/** An anomaly may leave no trace because customers had stopped waiting when the answers came. */
function hintingAtSpeed<Result>({ lag, answer }: Pick<LiveResult, 'lag' | 'answer'>, finish: () => Result): Result {
  try {
    return finish();
  } catch (error) {
    if (!(error instanceof CqshopError)) throw error;
    const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
    throw error.withHint(
      `; or give a lower --speed: the clock lagged ${seconds(lag.mostMs)} of virtual time at most, and commands were taken after ${seconds(answer.highMs)} (95 %)`,
    );
  }
}

/** Waits for the end of the run. */
async function passTime(
  clock: ClockMapping,
  time: LiveTime,
  { startMs, endMs }: ResolvedScenario,
  { onProgress, maxLagMs }: LiveOptions,
  signal: AbortSignal,
): Promise<void> {
  for (let nowMs = startMs; nowMs < endMs; nowMs = virtualMs(clock)) {
    signal.throwIfAborted();
    onProgress?.((nowMs - startMs) / (endMs - startMs));
    assertLagWithin(time, maxLagMs);
    await setTimeout(Math.min(200, (endMs - nowMs) / clock.speed), undefined, { signal }).catch(() => undefined);
  }
  signal.throwIfAborted();
  // Once more after the end: for what was late last, and for a run that ended before the first look.
  assertLagWithin(time, maxLagMs);
}

function assertLagWithin({ lag }: LiveTime, maxLagMs = Number.POSITIVE_INFINITY): void {
  if (lag.mostMs <= maxLagMs) return;
  throw cannot('CLOCK_LAGS', 'keep up with the clock')(
    `an act was ${Math.round(lag.mostMs / 1000)} s of virtual time late`,
    `at most ${maxLagMs / 1000} s; a lower --speed helps`,
  );
}

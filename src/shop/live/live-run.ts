import { setTimeout } from 'node:timers/promises';
import { CqshopError } from '../../base/errors.ts';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { messageIds } from '../../broker/message-id.ts';
import { controlTopic, truthTopic } from '../../broker/topics.ts';
import type { Label } from '../../data/dataset/truth.ts';
import { randomStreams } from '../engine/random.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { services } from '../services/registry.ts';
import { Causality } from '../simulation/causality.ts';
import { injectInterventions, labelOf } from '../simulation/interventions.ts';
import { runStarted, truthPublisher } from '../simulation/truth-publisher.ts';
import { partitionsPerTopic, populateWorld, runTopics } from '../simulation/virtual-shop.ts';
import { forgetGroups } from './clear-run.ts';
import { CommandSender } from './command-sender.ts';
import { type ControlState, ControlTopic, covers } from './control-topic.ts';
import { tellOfGoingOn } from './heartbeat.ts';
import { type ClockMapping, virtualMs, wallMs } from './live-clock.ts';
import { type ClockLag, LiveTime } from './live-time.ts';
import { liveWorld } from './live-world.ts';
import { RunMonitor } from './run-monitor.ts';
import { type Served, serveRun } from './serve.ts';

/** Topics of a live run with their partitions. */
export const liveTopics: ReadonlyMap<string, number> = new Map([...runTopics, [controlTopic, 1]]);

export type LiveOptions = {
  /** Virtual milliseconds a millisecond. */
  readonly speed: number;
  /** The services run elsewhere, by `serve`. */
  readonly external: boolean;
  readonly withoutAnomalies: boolean;
  readonly sessionTimeoutMs: number;
  /** The run fails once anything is so late [virtual ms]. */
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
  readonly lag: ClockLag;
  /** Time from a command's publication to its handling, as its row in the command log tells [virtual ms]. */
  readonly answer: { readonly medianMs: number; readonly highMs: number };
  /** Commands that were published again after a crash and recognised by their ids. */
  readonly repeated: number;
  /** Events and rows of the command log that are there twice; always 0 unless something is wrong. */
  readonly doubled: number;
  /** Replicas that began anew. */
  readonly restarts: number;
};

const servicesWaitMs = 60_000;

/**
 * Runs a scenario on the stretched wall clock against topics made by `createRunTopics(liveTopics)`.
 *
 * @throws CLOCK_LAGS, SERVICES_MISSING, LOCKED, ANOMALY_LEFT_NO_TRACE, BROKER_UNREACHABLE, BROKER_REFUSED, the signal's reason; the truth topic then has no RunFinished
 */
export async function simulateLive(
  client: KafkaClient,
  scenario: ResolvedScenario,
  options: LiveOptions,
): Promise<LiveResult> {
  const { signal } = options;
  await forgetGroups(client, signal);
  const control = await ControlTopic.open(client);
  const stopping = new AbortController();
  const stop = AbortSignal.any([signal, stopping.signal, control.broken]);
  // A `simulate --overwrite` elsewhere ends this run before it deletes its topics.
  let goingOn = Promise.resolve();
  // The state is soon that of the next run, which is not ours to end.
  let isEnded = false;
  const unlisten = control.listen(() => {
    if (!control.state.hasEnded) return;
    isEnded = true;
    stopping.abort(endedElsewhere(client));
  });
  try {
    const { seed, startMs, endMs } = scenario;
    await control.publish('RunOpened', { seed, startMs, endMs });
    await control.until(({ opened }) => opened !== undefined, signal);
    goingOn = tellOfGoingOn(control, stop);
    const serving: Promise<Served> = options.external
      ? Promise.resolve({ repeated: 0, restarts: 0 })
      : serveRun(control, { seed, endMs }, { ...options, client, services, signal: stop });
    serving.catch(error => stopping.abort(error));
    try {
      await awaitServices(control, { ...options, signal: stop });
      return await runWorld(client, scenario, { ...options, control, serving, signal: stop });
    } finally {
      stopping.abort();
      await serving.catch(() => undefined);
    }
  } finally {
    unlisten();
    stopping.abort();
    const ended = isEnded ? undefined : control.publish('RunEnded', {}).catch(() => undefined);
    await Promise.all([goingOn, ended]);
    await control.close();
  }
}

function endedElsewhere({ url, topics }: KafkaClient): CqshopError {
  return new CqshopError(
    'LOCKED',
    `Cannot go on with the live run on ${url}: another command has ended it, expected one run at a time under the prefix "${topics.prefix}"`,
  );
}

async function runWorld(
  client: KafkaClient,
  scenario: ResolvedScenario,
  options: LiveOptions & { readonly control: ControlTopic; readonly serving: Promise<Served> },
): Promise<LiveResult> {
  const { speed, control, serving, signal, withoutAnomalies } = options;
  const { seed, startMs, endMs } = scenario;
  const broken = new AbortController();
  const guard = (task: () => void) => {
    try {
      task();
    } catch (error) {
      broken.abort(error);
    }
  };
  const saying = (said: Promise<void>) => {
    said.catch(error => broken.abort(error));
  };
  const time = new LiveTime(startMs, guard);
  const streams = randomStreams(seed);
  const commandSender = await CommandSender.open(client, error => broken.abort(error));
  const causality = new Causality();
  const monitor = new RunMonitor(client, {
    onMessage: (topic, partition, message) => guard(() => live.receive(topic, partition, message)),
    onSettled: message => guard(() => causality.observe(message)),
    onFailure: error => broken.abort(error),
  });
  const live = liveWorld({
    seed,
    time,
    streams,
    ids: messageIds(seed),
    publish: outgoing => commandSender.post(outgoing),
    stopPartition: (service, partition) => saying(control.publish('PartitionStopped', { service, partition })),
    startService: service => saying(control.publish('ServiceStarted', { service })),
  });
  const tell = truthPublisher({
    seed,
    nowMs: () => Math.min(time.nowMs, endMs),
    publish: message => commandSender.post({ topic: truthTopic, partition: 0, message }),
  });
  try {
    const shop = populateWorld(live.world, scenario, streams);
    tell('RunStarted', runStarted(scenario, { withoutAnomalies, twin: false }));
    const underway = injectInterventions(scenario, shop, {
      causality,
      withoutAnomalies,
      onRoot: (labelId, message) => tell('CausalRootDeclared', { messageId: message.id, labelId }),
    });
    monitor.start();
    const clock: ClockMapping = { wallMs: wallMs(), virtualMs: startMs, speed };
    await control.publish('ClockStarted', clock);
    time.start(clock);
    await passTime(clock, time, scenario, options, AbortSignal.any([signal, broken.signal]));
    time.stop();
    await commandSender.flush();
    const { restarts } = await finished(control, serving, options);
    const { messages, datasetMessages } = await monitor.finish();
    // Labels of half a run would look like those of a whole one.
    broken.signal.throwIfAborted();
    const { repeated } = control.state;
    const { lag } = time;
    const { answer, doubled } = monitor;
    const [labels, nearMisses] = hintingAtSpeed({ lag, answer }, () => [
      underway.filter(({ isAnomaly }) => isAnomaly).map(labelOf),
      underway.filter(({ isAnomaly }) => !isAnomaly).map(labelOf),
    ]);
    for (const label of labels) tell('LabelDeclared', label);
    for (const nearMiss of nearMisses) tell('NearMissDeclared', nearMiss);
    tell('RunFinished', { messages });
    await commandSender.flush();
    broken.signal.throwIfAborted();
    return { messages, datasetMessages, labels, nearMisses, lag, answer, repeated, doubled, restarts };
  } finally {
    time.stop();
    await monitor.close();
    await commandSender.close();
  }
}

/** An anomaly may leave no trace because answers came too late for anybody to wait for them. */
function hintingAtSpeed<Result>({ lag, answer }: Pick<LiveResult, 'lag' | 'answer'>, label: () => Result): Result {
  try {
    return label();
  } catch (error) {
    if (!(error instanceof CqshopError)) throw error;
    const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
    throw new CqshopError(
      error.code,
      `${error.message}; or give a lower --speed: the clock lagged ${seconds(lag.mostMs)} of virtual time at most, and commands were taken after ${seconds(answer.highMs)} (95 %)`,
      { details: { ...error.details }, cause: error },
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
  // What was late last, or all of a run that was over before anybody looked.
  assertLagWithin(time, maxLagMs);
}

function assertLagWithin({ lag }: LiveTime, maxLagMs = Number.POSITIVE_INFINITY): void {
  if (lag.mostMs <= maxLagMs) return;
  throw new CqshopError(
    'CLOCK_LAGS',
    `Cannot keep up with the clock: something was ${Math.round(lag.mostMs / 1000)} s of virtual time late, expected at most ${maxLagMs / 1000} s; a lower --speed helps`,
  );
}

/** The run begins when every partition of every service has somebody who works for it. */
async function awaitServices(control: ControlTopic, { external, onNote, signal }: LiveOptions): Promise<void> {
  const names = services.map(({ name }) => name);
  const areThere = ({ taken }: ControlState) => covers(taken, names, partitionsPerTopic);
  if (external && !areThere(control.state)) onNote('waiting for the services: cqshop serve');
  const late = new AbortController();
  const timer = setTimeout(servicesWaitMs, undefined, { signal: late.signal }).then(
    () => false,
    () => true,
  );
  const there = control.until(areThere, AbortSignal.any([signal, late.signal])).then(() => true);
  try {
    if (await Promise.race([there, timer])) return;
  } finally {
    late.abort();
    await there.catch(() => undefined);
  }
  signal.throwIfAborted();
  const missing = names.filter(name => !covers(control.state.taken, [name], partitionsPerTopic));
  throw new CqshopError(
    'SERVICES_MISSING',
    `Cannot begin the live run: after ${servicesWaitMs / 1000} s nobody serves ${missing.join(', ')}, expected cqshop serve ${missing.join(' ')} with the same --broker and --topic-prefix`,
  );
}

/** Waits until all replicas have published what they had begun. */
async function finished(
  control: ControlTopic,
  serving: Promise<Served>,
  { external, sessionTimeoutMs, onNote, signal }: LiveOptions,
): Promise<Served> {
  if (!external) return serving;
  const names = services.map(({ name }) => name);
  const areDone = ({ finished: map }: ControlState) => covers(map, names, partitionsPerTopic);
  const late = AbortSignal.timeout(2 * sessionTimeoutMs);
  await control.until(areDone, AbortSignal.any([signal, late])).catch(error => {
    if (error !== late.reason) throw error;
  });
  const silent = names.filter(name => !covers(control.state.finished, [name], partitionsPerTopic));
  if (silent.length > 0) onNote(`some replicas did not say that they were done: ${silent.join(', ')}`);
  return { repeated: 0, restarts: 0 };
}

import { CqshopError } from '../../base/errors.ts';
import { pluralize } from '../../base/pluralize.ts';
import { connectKafka } from '../../broker/kafka/connect-kafka.ts';
import { createRunTopics } from '../../broker/kafka/run-topics.ts';
import { clearRun } from '../../shop/live/clear-run.ts';
import { type LiveResult, liveTopics, simulateLive } from '../../shop/live/live-run.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { parseBrokerUrl } from '../broker-url.ts';
import { describeSimulated } from '../describe-simulated.ts';
import type { Io } from '../io.ts';
import { kafkaConnection } from '../kafka-options.ts';
import type { ValuesOf } from '../options.ts';
import type { SimulateFlags } from './simulate.ts';

const defaultSpeed = 600;

/** Lag above which a run warns [virtual ms]. */
const lagToWarnOfMs = 60_000;

/** `cqshop simulate SCENARIO --live`. An interrupted run leaves its messages, without the end that a whole one has. */
export async function simulateLiveRun(
  scenario: ResolvedScenario,
  options: ValuesOf<SimulateFlags>,
  io: Io,
): Promise<number> {
  const { withoutAnomalies, external, twin, overwrite, speed = defaultSpeed } = options;
  const broker = parseBrokerUrl(options.broker);
  if (broker.kind !== 'kafka') {
    throw new CqshopError(
      'USAGE',
      'Cannot run live on the embedded broker: it is a directory, expected --broker kafka://host:port',
    );
  }
  if (twin) {
    throw new CqshopError(
      'USAGE',
      'Cannot run a twin live: chance of the network would tell them apart, expected --twin without --live',
    );
  }
  const client = await connectKafka(kafkaConnection(broker.brokers, options), options.topicPrefix);
  if (overwrite) await clearRun(client, io.signal);
  await createRunTopics(client, liveTopics);
  const progress = io.progress(`living ${scenario.name}, virtual minutes`);
  const minutes = (scenario.endMs - scenario.startMs) / 60_000;
  io.log(`${scenario.name} live: ${pluralize(scenario.days, 'day')} in ${Math.ceil((minutes * 60) / speed)} s`);
  try {
    const result = await simulateLive(client, scenario, {
      speed,
      external,
      withoutAnomalies,
      sessionTimeoutMs: options.sessionTimeout,
      maxLagMs: options.maxLag,
      signal: io.signal,
      onProgress: share => progress.update(Math.floor(share * minutes), minutes),
      onNote: io.log,
    });
    progress.done();
    const { lag, answer, repeated, doubled, restarts } = result;
    describeSimulated(io, {
      scenario: scenario.name,
      seed: scenario.seed,
      broker: options.broker,
      result,
      datasetMessages: result.datasetMessages,
      more: { speed, lag, answer, repeated, doubled, restarts },
    });
    tellClock(result, io);
    return 0;
  } catch (error) {
    // Nothing has happened yet: the next try finds the topics as this one did.
    if (error instanceof CqshopError && error.code === 'SERVICES_MISSING') {
      await clearRun(client, io.signal).catch(left => io.warn(`its topics are left: ${String(left)}`));
    }
    throw error;
  } finally {
    progress.done();
  }
}

function tellClock({ lag, answer, repeated, doubled, restarts }: LiveResult, io: Io): void {
  io.log(
    `clock lag: ${seconds(lag.mostMs)} at most, ${seconds(lag.meanMs)} on average; commands taken after ${seconds(answer.medianMs)} (median), ${seconds(answer.highMs)} (95 %), in virtual time`,
  );
  if (repeated > 0 || restarts > 0) {
    io.log(`replicas began anew ${pluralize(restarts, 'time')}; commands given again and recognised: ${repeated}`);
  }
  if (lag.mostMs > lagToWarnOfMs) {
    const when = new Date(lag.atMs).toISOString().slice(0, 16);
    io.warn(
      `the clock lagged by ${seconds(lag.mostMs)} of virtual time at ${when}; a lower --speed makes the run truer`,
    );
  }
  if (doubled > 0) io.warn(`${pluralize(doubled, 'message is', 'messages are')} there twice, with the same ids`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

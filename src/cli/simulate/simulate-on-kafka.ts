import { CqshopError } from '../../base/errors.ts';
import { formatMinute, minuteMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import { connectKafka } from '../../broker/kafka/connect-kafka.ts';
import { createRunTopics } from '../../broker/kafka/run-topics.ts';
import { clearRun } from '../../shop/live/clear-run.ts';
import type { LiveResult } from '../../shop/live/live-run.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { brokerUrl, defaultBroker } from '../broker-url.ts';
import { describeSimulated } from '../describe-simulated.ts';
import type { Io } from '../io.ts';
import { kafkaOnly, kafkaOptions } from '../kafka-options.ts';
import { duration, integer, positiveNumber, topicPrefix } from '../option-values.ts';
import { each, flag, given, option, type ValuesOf } from '../options.ts';
import { leftOutNotes } from '../unread-notes.ts';

/** The options of `cqshop simulate` that say what is published, and where. */
export const publishingOptions = {
  broker: option('<url>', 'embedded:DIR or kafka://host:port', brokerUrl, defaultBroker),
  topicPrefix: option('<prefix>', 'prefix of all topics, to keep runs apart', topicPrefix, ''),
  overwrite: flag('delete the run that the topics hold'),
  withoutAnomalies: flag('run the same world without its anomalies'),
};

/** The options of `cqshop simulate` for a run on Kafka. */
export const liveOptions = {
  live: flag('run the services on Kafka, against the wall clock'),
  ...each(
    { need: given('live', 'the run is not live') },
    {
      speed: option('<factor>', '--live: virtual time as a multiple of the wall clock', positiveNumber, 600),
      external: flag('--live: the services run in other processes, started with cqshop serve'),
      maxLag: option('<duration>', '--live: fail if the clock lags by this much virtual time', duration),
      allowLag: flag('--live: exit 0 although the machine was too slow, and customers gave up because of it'),
      sessionTimeout: option(
        '<ms>',
        '--live: heartbeat timeout before a replica is considered dead',
        integer(500),
        6000,
      ),
    },
  ),
  ...kafkaOptions,
};

/** Lag above which a run warns [virtual ms]. */
const lagToWarnOfMs = minuteMs;

/** `cqshop simulate SCENARIO --live`. An interrupted run keeps its messages but has no `RunFinished`. */
export async function simulateOnKafka(
  scenario: ResolvedScenario,
  options: ValuesOf<typeof publishingOptions & typeof liveOptions>,
  io: Io,
): Promise<number> {
  const { withoutAnomalies, external, overwrite, speed } = options;
  const connection = kafkaOnly(options, { doing: 'run live' });
  const { liveTopics, simulateLive } = await import('../../shop/live/live-run.ts');
  const client = await connectKafka(connection, options.topicPrefix);
  if (overwrite) await clearRun(client, io.signal);
  await createRunTopics(client, liveTopics(scenario));
  const progress = io.progress(`running ${scenario.name}, virtual minutes`);
  const minutes = (scenario.endMs - scenario.startMs) / minuteMs;
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
    const { datasetMessages, lag, answer, repeated, doubled, restarts, unreadable } = result;
    const more = { speed, degraded: result.isDegraded, lag, answer, repeated, doubled, restarts, unreadable };
    describeSimulated(io, scenario, { broker: options.broker, result, datasetMessages, more });
    describeClock(result, io);
    for (const note of leftOutNotes(unreadable ?? {})) io.warn(note);
    if (!result.isDegraded) return 0;
    io.warn(
      'the machine was too slow for this speed, so customers gave up who would not have: the run is marked as degraded; use a lower --speed, or --allow-lag to accept it',
    );
    return options.allowLag ? 0 : 1;
  } catch (error) {
    // Nothing has happened yet: the next attempt must find the topics as this one did.
    if (error instanceof CqshopError && error.code === 'SERVICES_MISSING') {
      await clearRun(client, io.signal).catch(left =>
        io.warn(`the topics of the run could not be deleted: ${String(left)}`),
      );
    }
    throw error;
  } finally {
    progress.done();
  }
}

function describeClock({ lag, answer, repeated, doubled, restarts }: LiveResult, io: Io): void {
  io.log(
    `clock lag: ${seconds(lag.mostMs)} at most, ${seconds(lag.meanMs)} on average; commands accepted after ${seconds(answer.medianMs)} (median), ${seconds(answer.highMs)} (95 %), in virtual time`,
  );
  if (repeated > 0 || restarts > 0) {
    io.log(`replicas restarted ${pluralize(restarts, 'time')}; commands received again and recognised: ${repeated}`);
  }
  if (lag.mostMs > lagToWarnOfMs) {
    const when = formatMinute(lag.atMs);
    io.warn(
      `the clock lagged by ${seconds(lag.mostMs)} of virtual time at ${when}; use a lower --speed to reduce the lag`,
    );
  }
  if (doubled > 0) io.warn(`${pluralize(doubled, 'message was', 'messages were')} published twice, with the same id`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

import { existsSync, rmSync } from 'node:fs';
import { lockInside } from '../../base/lock.ts';
import { pluralize } from '../../base/words.ts';
import { discardEmbeddedRun, openEmbeddedLog } from '../../broker/embedded/embedded-log.ts';
import { brokerFilePath, readBrokerFile } from '../../broker/embedded/embedded-log-layout.ts';
import { connectKafka } from '../../broker/kafka/connect-kafka.ts';
import { unlessGivenUp } from '../../broker/kafka/given-up.ts';
import { openKafkaLog } from '../../broker/kafka/kafka-log.ts';
import { codecNames } from '../../broker/kafka/library/codecs.ts';
import { createRunTopics, deleteRunTopics } from '../../broker/kafka/run-topics.ts';
import type { MessageLog } from '../../broker/message-log.ts';
import { isCollectedByDefault } from '../../broker/topics.ts';
import { wrapText } from '../../lab/report/terminal/wrap-text.ts';
import { clearRun } from '../../shop/live/clear-run.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { simulate } from '../../shop/simulation/simulate.ts';
import { clusterIdOf, runTopicNames, runTopics } from '../../shop/simulation/virtual-shop.ts';
import { kafkaBroker, parseBrokerUrl } from '../broker-url.ts';
import { atTheirHours, describePlanned, expectedMessages } from '../describe-planned.ts';
import { describeSimulated } from '../describe-simulated.ts';
import type { Io } from '../io.ts';
import { type KafkaFlags, kafkaConnection } from '../kafka-options.ts';
import { integer, positiveInteger, positiveNumber, text } from '../option-values.ts';
import { choice, flag, option, type ValuesOf } from '../options.ts';
import { resolveNamed } from '../resolve-named.ts';
import { liveOptions, publishingOptions, simulateOnKafka } from '../simulate/simulate-on-kafka.ts';
import { defineVerb } from '../verb.ts';

const options = {
  seed: option('<n>', 'seed of all random draws (default: that of the file)', integer(0)),
  days: option('<n>', 'length of the run in virtual days (default: that of the file)', positiveInteger),
  start: option('<date>', 'virtual time at which the run starts, such as 2026-03-02 (default: that of the file)', text),
  scale: option('<factor>', 'factor on the number of customers (default: that of the file)', positiveNumber),
  ...publishingOptions,
  twin: {
    ...flag('run both worlds, publish the one with anomalies and record the messages that differ'),
    conflicts: ['withoutAnomalies', 'live'],
  },
  compression: {
    ...choice('<codec>', 'Kafka: how batches of messages are compressed', codecNames, 'none'),
    ...{ need: kafkaBroker, conflicts: ['live'] },
  },
  ...liveOptions,
  dryRun: flag('print what would happen, and write nothing'),
};

type Values = ValuesOf<typeof options>;

/** `cqshop simulate SCENARIO`. A run that fails or is interrupted leaves its topics empty. */
export const verb = defineVerb({
  description:
    'Runs the shop in virtual time through the weeks of a scenario and writes every message to the broker. Next, run cqshop collect. With --live the services are consumers and producers of a real Kafka, and virtual time is a multiple of the wall clock.',
  arguments: [{ name: '<scenario>', description: 'a name (see cqshop list scenarios) or a YAML file' }],
  options,
  examples: [
    'cqshop simulate sample',
    'cqshop simulate clean --days 3 --seed 7 --broker embedded:my-broker',
    'cqshop simulate one-day --twin --broker embedded:twin',
    'cqshop simulate price-error --broker kafka://localhost:9092',
    'cqshop simulate workload-shape --seed 7 --dry-run',
    'cqshop simulate one-day --live --broker kafka://localhost:9092',
  ],
  async run({ arguments: [name = ''], options }, io) {
    const scenario = await resolveNamed(name, options);
    if (options.dryRun) return printPlan(scenario, options, io);
    if (options.live) return simulateOnKafka(scenario, options, io);
    const clusterId = clusterIdOf(scenario);
    const { log, end } = await openRunLog(options.broker, {
      ...options,
      clusterId,
      topics: runTopics(scenario),
      signal: io.signal,
      warn: io.warn,
    });
    const progress = io.progress(`simulating ${scenario.name}, days`);
    let finished = false;
    let datasetMessages = 0;
    try {
      const result = await simulate(scenario, {
        log,
        observe: ({ topic }) => {
          if (isCollectedByDefault(topic)) datasetMessages += 1;
        },
        withoutAnomalies: options.withoutAnomalies,
        twin: options.twin,
        signal: io.signal,
        onProgress: share => progress.update(Math.floor(share * scenario.days), scenario.days),
      });
      finished = true;
      progress.done();
      describeSimulated(io, scenario, { broker: options.broker, result, datasetMessages });
      return 0;
    } finally {
      progress.done();
      await end(finished);
    }
  },
});

/** Prints the run that would happen. It writes nothing, and asks no broker. */
function printPlan(
  scenario: ResolvedScenario,
  { broker, topicPrefix, live, withoutAnomalies, twin }: Values,
  io: Io,
): number {
  const planned = atTheirHours(withoutAnomalies ? { ...scenario, anomalies: [] } : scenario);
  const messages = expectedMessages(planned);
  const prefix = topicPrefix === '' ? '' : `, topics ${topicPrefix}…`;
  const how = live ? 'live, against the wall clock' : twin ? 'in both worlds' : 'in virtual time';
  io.result({ dryRun: true, scenario: planned, broker, topicPrefix, expectedMessages: messages }, () => [
    describePlanned(planned, io.width),
    '',
    wrapText(
      `dry run: it would run ${how}, and publish to ${broker}${prefix} the messages for a dataset of about ${pluralize(messages, 'row')}. Nothing was written.`,
      io.width,
    ),
  ]);
  return 0;
}

type RunLogOptions = Pick<Values, 'topicPrefix' | 'overwrite' | 'compression'> &
  KafkaFlags & {
    /** With their partitions. */
    readonly topics: ReadonlyMap<string, number>;
    /** The id of an embedded broker that this makes; it depends on the run's content. */
    readonly clusterId: string;
  } & Pick<Io, 'signal' | 'warn'>;

/** How long the topics of an interrupted run may take to go [ms]. */
const discardMs = 20_000;

/** The log that a run is written to. Call `end` in `finally`: it deletes what was written unless the run is finished. */
type RunLog = {
  readonly log: MessageLog;
  readonly end: (isFinished: boolean) => Promise<void>;
};

/** Opens a broker for the messages of a run. @throws USAGE, LOCKED, BROKER_NOT_EMPTY, BROKER_UNREACHABLE, BROKER_REFUSED, WRITE_FAILED */
async function openRunLog(url: string, options: RunLogOptions): Promise<RunLog> {
  const broker = parseBrokerUrl(url);
  switch (broker.kind) {
    case 'embedded':
      return openEmbeddedRun(broker.dir, options);
    case 'kafka':
      return openKafkaRun(broker.brokers, options);
  }
}

function openEmbeddedRun(dir: string, { topics, topicPrefix, overwrite, clusterId }: RunLogOptions): RunLog {
  const discard = () => discardEmbeddedRun(dir, { topics: runTopicNames, topicPrefix });
  const releaseLock = lockInside(dir, 'lock', { what: `embedded broker ${dir}`, work: 'simulating' });
  try {
    // A directory whose broker.json is not ours is refused before anything in it is deleted.
    const isNew = !existsSync(brokerFilePath(dir));
    if (!isNew) readBrokerFile(dir);
    if (overwrite) discard();
    const log = openEmbeddedLog(dir, { topics, clusterId, topicPrefix });
    const end = async (isFinished: boolean) => {
      try {
        log.close();
        if (isFinished) return;
        discard();
        if (isNew) rmSync(brokerFilePath(dir));
      } finally {
        releaseLock();
      }
    };
    return { log, end };
  } catch (error) {
    releaseLock();
    throw error;
  }
}

async function openKafkaRun(brokers: readonly string[], options: RunLogOptions): Promise<RunLog> {
  const client = await connectKafka(kafkaConnection(brokers, options), options.topicPrefix);
  if (options.overwrite) await clearRun(client);
  await createRunTopics(client, options.topics);
  const { signal } = options;
  const log = await openKafkaLog(client, options.compression, signal);
  const discard = () =>
    unlessGivenUp(deleteRunTopics(client, runTopicNames), signal, discardMs).catch(error => {
      if (error !== signal.reason) throw error;
      options.warn(`${client.url} does not answer, so the topics of the run are left; --overwrite deletes them`);
    });
  const end = async (isFinished: boolean) => {
    await log.close();
    if (!isFinished) await discard();
  };
  return { log, end };
}

import { brokerUrl, defaultBroker } from '../broker-url.ts';
import { kafkaOptions } from '../kafka-options.ts';
import { duration, flag, integer, option, positiveInteger, positiveNumber, text, topicPrefix } from '../options.ts';
import { type Requirement, requires } from '../requires.ts';
import { defineVerb } from '../verb.ts';

const live: Requirement = {
  isMet: ({ options }) => options.live === true,
  unmet: 'time is virtual',
  expected: 'with --live',
};

const options = {
  seed: option('<n>', "in place of the file's", integer(0)),
  days: option('<n>', "virtual days, in place of the file's", positiveInteger),
  start: option('<date>', "virtual beginning, in place of the file's", text),
  scale: option('<factor>', 'multiplies the customers', positiveNumber),
  broker: option('<url>', 'embedded:DIR or kafka://host:port', brokerUrl, defaultBroker),
  topicPrefix: option('<prefix>', 'goes before every topic, to keep runs apart', topicPrefix, ''),
  withoutAnomalies: flag('run the same world without its anomalies'),
  twin: flag('run both worlds, publish the one with anomalies and declare what differs'),
  live: flag('run the services for real, on Kafka, on the stretched wall clock'),
  speed: requires(
    live,
    option('<factor>', '--live: virtual time as a multiple of the wall clock (default: 600)', positiveNumber),
  ),
  external: requires(live, flag('--live: the services run elsewhere, by cqshop serve')),
  maxLag: requires(live, option('<duration>', '--live: fail once something is so late, in virtual time', duration)),
  sessionTimeout: requires(
    live,
    option('<ms>', '--live: after so long in silence a replica is taken for dead', integer(500), 6000),
  ),
  overwrite: flag('delete the run that the topics hold'),
  ...kafkaOptions,
} as const;

export type SimulateFlags = typeof options;

export const verb = defineVerb({
  name: 'simulate',
  summary: 'run the shop through a scenario',
  description:
    'Runs the shop in virtual time through the weeks of a scenario and leaves every message on the broker. Then: cqshop collect. With --live the services are consumers and producers of a real Kafka, and time is the wall clock, stretched.',
  arguments: [{ name: '<scenario>', description: 'a name (see cqshop list scenarios) or a YAML file' }],
  options,
  examples: [
    'cqshop simulate stock-exhaustion',
    'cqshop simulate clean --days 3 --seed 7 --broker embedded:my-broker',
    'cqshop simulate price-error --twin --topic-prefix twin-',
    'cqshop simulate price-error --broker kafka://localhost:9092',
    'cqshop simulate one-day --live --broker kafka://localhost:9092',
  ],
  load: async () => (await import('./simulate-run.ts')).simulateRun,
});

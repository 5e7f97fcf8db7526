import { isCollectedByDefault } from '../../broker/topics.ts';
import { simulate } from '../../shop/simulation/simulate.ts';
import { clusterIdOf, runTopics } from '../../shop/simulation/virtual-shop.ts';
import { describeSimulated } from '../describe-simulated.ts';
import { openRunLog } from '../open-run-log.ts';
import { integer, positiveInteger, positiveNumber, text } from '../option-values.ts';
import { excludes, flag, option } from '../options.ts';
import { resolveNamed } from '../resolve-named.ts';
import { liveOptions, publishingOptions, simulateOnKafka } from '../simulate/simulate-on-kafka.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop simulate SCENARIO`. A run that fails or is interrupted leaves its topics empty. */
export const verb = defineVerb({
  description:
    'Runs the shop in virtual time through the weeks of a scenario and writes every message to the broker. Next, run cqshop collect. With --live the services are consumers and producers of a real Kafka, and virtual time is a multiple of the wall clock.',
  arguments: [{ name: '<scenario>', description: 'a name (see cqshop list scenarios) or a YAML file' }],
  options: {
    seed: option('<n>', 'the seed, instead of that in the file', integer(0)),
    days: option('<n>', 'virtual days, instead of those in the file', positiveInteger),
    start: option('<date>', 'virtual start, instead of that in the file', text),
    scale: option('<factor>', 'multiplies the customers', positiveNumber),
    ...publishingOptions,
    twin: excludes(
      ['withoutAnomalies', 'live'],
      flag('run both worlds, publish the one with anomalies and record the messages that differ'),
    ),
    ...liveOptions,
  },
  examples: [
    'cqshop simulate stock-exhaustion',
    'cqshop simulate clean --days 3 --seed 7 --broker embedded:my-broker',
    'cqshop simulate price-error --twin --topic-prefix twin-',
    'cqshop simulate price-error --broker kafka://localhost:9092',
    'cqshop simulate one-day --live --broker kafka://localhost:9092',
  ],
  async run({ arguments: [name = ''], options }, io) {
    const scenario = await resolveNamed(name, options);
    if (options.live) return simulateOnKafka(scenario, options, io);
    const clusterId = clusterIdOf(scenario);
    const { log, close, discard } = await openRunLog(options.broker, { ...options, topics: runTopics, clusterId });
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
      describeSimulated(io, {
        scenario: scenario.name,
        seed: scenario.seed,
        broker: options.broker,
        result,
        datasetMessages,
      });
      return 0;
    } finally {
      progress.done();
      await close();
      if (!finished) await discard();
    }
  },
});

import { brokerUrl, defaultBroker, kafkaBroker } from '../broker-url.ts';
import { kafkaOptions } from '../kafka-options.ts';
import { flag, option, text, topicPrefix, words } from '../options.ts';
import { requires } from '../requires.ts';
import { defineVerb } from '../verb.ts';

const options = {
  broker: option('<url>', 'embedded:DIR or kafka://host:port', brokerUrl, defaultBroker),
  topicPrefix: option('<prefix>', 'the prefix that the run was published with', topicPrefix, ''),
  topics: option('<names>', 'topics, separated by commas (default: the command log and every events topic)', words),
  follow: flag('go on until the run has ended or Ctrl-C, then finish the dataset'),
  out: option('<dir>', 'the dataset (default: datasets/SCENARIO)', text),
  verify: flag('compare a finished dataset with the broker instead, by the topics that it has; exit 1 if they differ'),
  overwrite: flag('replace a finished dataset, and begin an unfinished one anew'),
  mapping: requires(
    kafkaBroker,
    option('<file>', 'Kafka: what messages mean that cqshop did not write (docs/kafka.md)', text),
  ),
  ...kafkaOptions,
} as const;

export type CollectFlags = typeof options;

export const verb = defineVerb({
  name: 'collect',
  summary: "dump a broker's topics to a dataset",
  description:
    "Dumps a broker's topics to a dataset. Interrupted or killed, the same command goes on where it stopped; the dataset appears whole or not at all.",
  options,
  examples: [
    'cqshop collect --out datasets/stock-exhaustion',
    'cqshop collect --follow --out datasets/live',
    'cqshop collect --broker kafka://localhost:9092 --topics orders,clicks --mapping mapping.yaml --out datasets/own',
    'cqshop collect --verify --out datasets/stock-exhaustion',
  ],
  load: async () => (await import('./collect-run.ts')).collectRun,
});

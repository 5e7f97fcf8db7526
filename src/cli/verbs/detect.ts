import { backend } from '../backend-option.ts';
import { brokerUrl, kafkaBroker } from '../broker-url.ts';
import { kafkaOptions } from '../kafka-options.ts';
import { flag, option, text, topicPrefix, words } from '../options.ts';
import { requires } from '../requires.ts';
import { topicAliases } from '../topic-aliases-option.ts';
import { defineVerb } from '../verb.ts';

const options = {
  dataset: option('<dir>', 'the dataset to search', text),
  model: option('<dir>', 'the model (default: models/ANOMALY, or the one that comes with cqshop)', text),
  out: option('<dir>', 'where detections.csv and scores.csv go (default: results/detect-ANOMALY)', text),
  broker: option(
    '<url>',
    'in place of a dataset: kafka://host:port, whose topics are read from their beginning',
    brokerUrl,
  ),
  follow: requires(kafkaBroker, flag('--broker: go on as the topics grow, until interrupted')),
  backend,
  topicPrefix: requires(kafkaBroker, option('<prefix>', "--broker: the run's, before every topic", topicPrefix, '')),
  topics: requires(
    kafkaBroker,
    option(
      '<names>',
      '--broker: topics, separated by commas (default: those of a dataset, or those that the model names)',
      words,
    ),
  ),
  mapping: requires(
    kafkaBroker,
    option('<file>', '--broker: what messages mean that cqshop did not write (docs/kafka.md)', text),
  ),
  countAs: topicAliases,
  ...kafkaOptions,
} as const;

export type DetectFlags = typeof options;

export const verb = defineVerb({
  name: 'detect',
  summary: 'find an anomaly in a dataset',
  description:
    'Runs a trained model over a dataset, writes detections.csv and scores.csv, prints the alarms with what decided them and, where the dataset has labels, the score. With --broker it tells of each alarm as soon as it is raised, and publishes it to anomaly-detection-events, once however often it is started; with --follow it prints what is new, without it all that is found; what is so only because the topics end there for now is not published.',
  arguments: [{ name: '<anomaly>', description: 'what to detect' }],
  options,
  examples: [
    'cqshop detect stock-exhaustion --dataset datasets/sample --out results/sample',
    'cqshop detect price-error --broker kafka://localhost:9092 --follow --json',
    'cqshop detect traffic-intensity --model models/own --broker kafka://localhost:9092 --mapping mapping.yaml --follow',
  ],
  load: async () => (await import('./detect-run.ts')).detectRun,
});

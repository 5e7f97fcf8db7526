import { brokerUrl } from '../broker-url.ts';
import { kafkaOptions } from '../kafka-options.ts';
import { integer, option, topicPrefix } from '../options.ts';
import { defineVerb } from '../verb.ts';

const options = {
  broker: option('<url>', 'kafka://host:port', brokerUrl, 'kafka://localhost:9092'),
  topicPrefix: option('<prefix>', "the run's, before every topic", topicPrefix, ''),
  sessionTimeout: option('<ms>', 'after so long in silence the replica is taken for dead', integer(500), 6000),
  ...kafkaOptions,
} as const;

export type ServeFlags = typeof options;

export const verb = defineVerb({
  name: 'serve',
  summary: 'run services in a process of their own',
  description:
    'Runs one replica of each named service, or of all, for a live run that was started elsewhere (cqshop simulate SCENARIO --live --external), and ends with it. Start it as often as you like: replicas share the partitions, and take over from one that dies.',
  arguments: [{ name: '[service...]', description: 'see cqshop list services; all if none is named' }],
  options,
  examples: ['cqshop serve --broker kafka://localhost:9092', 'cqshop serve cart warehouse --topic-prefix live-'],
  load: async () => (await import('./serve-run.ts')).serveRun,
});

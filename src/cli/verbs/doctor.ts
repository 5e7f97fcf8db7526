import { brokerUrl, defaultBroker } from '../broker-url.ts';
import { kafkaOptions } from '../kafka-options.ts';
import { option, topicPrefix } from '../options.ts';
import { defineVerb } from '../verb.ts';

const options = {
  broker: option('<url>', 'embedded:DIR or kafka://host:port', brokerUrl, defaultBroker),
  topicPrefix: option('<prefix>', 'of the topics to look at', topicPrefix, ''),
  ...kafkaOptions,
} as const;

export type DoctorFlags = typeof options;

export const verb = defineVerb({
  name: 'doctor',
  summary: 'say what works here and what to do',
  description:
    'Looks at Node, the disk, the broker with its topics and permissions, and the learning libraries. Exits 1 if something needed is broken; writes nothing to the broker.',
  options,
  examples: ['cqshop doctor', 'cqshop doctor --broker kafka://localhost:9092 --json'],
  load: async () => (await import('./doctor-run.ts')).doctorRun,
});

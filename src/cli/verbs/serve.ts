import { connectKafka } from '../../broker/kafka/connect-kafka.ts';
import { serve } from '../../shop/live/serve.ts';
import { serviceNamed, services } from '../../shop/services/registry.ts';
import { assertDistinct } from '../assert-distinct.ts';
import { brokerUrl } from '../broker-url.ts';
import { kafkaOnly, kafkaOptions } from '../kafka-options.ts';
import { integer, topicPrefix } from '../option-values.ts';
import { option } from '../options.ts';
import { leftOutNotes } from '../unread-notes.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop serve`. */
export const verb = defineVerb({
  description:
    'Runs one replica of each named service, or of all services, for a live run that another process started (cqshop simulate SCENARIO --live --external). It ends when the run ends. You may start any number of replicas: they share the partitions, and each takes over from one that fails.',
  arguments: [{ name: '[service...]', description: 'names from cqshop list services (default: all)' }],
  options: {
    broker: option('<url>', 'kafka://host:port', brokerUrl, 'kafka://localhost:9092'),
    topicPrefix: option('<prefix>', 'prefix of the topics of the run', topicPrefix, ''),
    sessionTimeout: option('<ms>', 'heartbeat timeout before a replica is considered dead', integer(500), 6000),
    ...kafkaOptions,
  },
  examples: ['cqshop serve --broker kafka://localhost:9092', 'cqshop serve cart warehouse --topic-prefix live-'],
  async run({ arguments: names, options }, io) {
    const named = names.length === 0 ? services : names.map(serviceNamed);
    assertDistinct(names, { verb: 'serve', noun: 'service' });
    const client = await connectKafka(kafkaOnly(options, { doing: 'serve' }), options.topicPrefix, io.warn);
    const { repeated, restarts, unreadable } = await serve({
      ...{ client, services: named, sessionTimeoutMs: options.sessionTimeout },
      ...{ signal: io.signal, onNote: io.log },
    });
    const served = named.map(({ name }) => name);
    for (const note of leftOutNotes(unreadable ?? {})) io.warn(note);
    io.result({ services: served, repeated, restarts, unreadable }, () => [
      `served ${served.join(', ')} to the end of the run`,
      ...(repeated > 0 ? [`commands received again and recognised: ${repeated}`] : []),
      ...(restarts > 0 ? [`restarts of replicas: ${restarts}`] : []),
    ]);
    return 0;
  },
});

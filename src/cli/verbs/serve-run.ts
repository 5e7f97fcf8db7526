import { CqshopError } from '../../base/errors.ts';
import { connectKafka } from '../../broker/kafka/connect-kafka.ts';
import { serve } from '../../shop/live/serve.ts';
import { serviceNamed, services } from '../../shop/services/registry.ts';
import { assertDistinct } from '../assert-distinct.ts';
import { parseBrokerUrl } from '../broker-url.ts';
import { kafkaConnection } from '../kafka-options.ts';
import type { ValuesOf } from '../options.ts';
import type { RunVerb } from '../verb.ts';
import type { ServeFlags } from './serve.ts';

/** `cqshop serve`. */
export const serveRun: RunVerb<ValuesOf<ServeFlags>> = async ({ arguments: names, options }, io) => {
  const named = names.length === 0 ? services : names.map(serviceNamed);
  assertDistinct(names, { verb: 'serve', noun: 'service' });
  const broker = parseBrokerUrl(options.broker);
  if (broker.kind !== 'kafka') {
    throw new CqshopError(
      'USAGE',
      'Cannot serve on the embedded broker: it is a directory, expected --broker kafka://host:port',
    );
  }
  const client = await connectKafka(kafkaConnection(broker.brokers, options), options.topicPrefix);
  const { signal, log } = io;
  const { repeated, restarts } = await serve({
    client,
    services: named,
    sessionTimeoutMs: options.sessionTimeout,
    signal,
    onNote: log,
  });
  const served = named.map(({ name }) => name);
  io.result({ services: served, repeated, restarts }, () =>
    [
      `served ${served.join(', ')} to the end of the run`,
      ...(repeated > 0 ? [`commands given again and recognised: ${repeated}`] : []),
      ...(restarts > 0 ? [`began anew: ${restarts}`] : []),
    ].join('\n'),
  );
  return 0;
};

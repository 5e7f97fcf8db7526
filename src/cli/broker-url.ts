import { cannot } from '../base/errors.ts';
import type { ParseOption } from './option-values.ts';
import type { Requirement } from './options.ts';

/** The place of a broker. */
export type BrokerUrl =
  | { readonly kind: 'embedded'; readonly dir: string }
  | { readonly kind: 'kafka'; readonly brokers: readonly string[] };

/** The default of `simulate` and `collect`. */
export const defaultBroker = 'embedded:.cqshop/broker';

/** An option that takes `embedded:DIR` or `kafka://host:port[,host:port]`. */
export const brokerUrl: ParseOption<string> = (value, flag) => {
  parseBrokerUrl(value, flag);
  return value;
};

/** For options that say how to reach a cluster, or that only its topics can have. */
export const kafkaBroker: Requirement = {
  isMet: ({ options: { broker } }) => typeof broker === 'string' && parseBrokerUrl(broker).kind === 'kafka',
  unmet: 'no Kafka broker is named',
  expected: 'with --broker kafka://host:port',
};

/** @throws USAGE when it is neither of the two */
export function parseBrokerUrl(url: string, flag = '--broker'): BrokerUrl {
  const dir = /^embedded:(.+)$/.exec(url)?.[1];
  if (dir !== undefined) return { kind: 'embedded', dir };
  if (/^kafka:.*@/.test(url)) {
    // The message does not repeat the URL: it holds a password.
    throw cannot('USAGE', `take ${flag}`)(
      'the URL holds credentials',
      'kafka://host:port with --sasl, --user and the password in CQSHOP_KAFKA_PASSWORD',
    );
  }
  const brokers = /^kafka:\/\/([^/\s,]+:\d+(?:,[^/\s,]+:\d+)*)\/?$/.exec(url)?.[1];
  if (brokers !== undefined) return { kind: 'kafka', brokers: withPorts(brokers.split(','), url, flag) };
  throw cannot('USAGE', `take ${flag} "${url}"`)(
    'it is not the URL of a broker',
    'embedded:DIR or kafka://host:port[,host:port]',
  );
}

function withPorts(brokers: readonly string[], url: string, flag: string): readonly string[] {
  for (const broker of brokers) {
    const port = Number(broker.slice(broker.lastIndexOf(':') + 1));
    if (port >= 1 && port <= 65_535) continue;
    throw cannot('USAGE', `take ${flag} "${url}"`)(`port ${port} is out of range`, 'one from 1 to 65535');
  }
  return brokers;
}

import { CqshopError } from '../base/errors.ts';
import type { ParseOption } from './option-values.ts';
import type { Requirement } from './options.ts';

/** Where a broker is. */
export type BrokerUrl =
  | { readonly kind: 'embedded'; readonly dir: string }
  | { readonly kind: 'kafka'; readonly brokers: readonly string[] };

/** Where `simulate` writes and `collect` reads unless told otherwise. */
export const defaultBroker = 'embedded:.cqshop/broker';

/** An option that takes `embedded:DIR` or `kafka://host:port[,host:port]`. */
export const brokerUrl: ParseOption<string> = (value, flag) => {
  parseBrokerUrl(value, flag);
  return value;
};

/** For options that say how to reach a cluster, or that only its topics can have. */
export const kafkaBroker: Requirement = {
  isMet: ({ options: { broker } }) => typeof broker === 'string' && parseBrokerUrl(broker).kind === 'kafka',
  unmet: 'there is no Kafka broker',
  expected: 'with --broker kafka://host:port',
};

/** @throws USAGE when it is neither of the two */
export function parseBrokerUrl(url: string, flag = '--broker'): BrokerUrl {
  const dir = /^embedded:(.+)$/.exec(url)?.[1];
  if (dir !== undefined) return { kind: 'embedded', dir };
  if (/^kafka:.*@/.test(url)) {
    // Not repeated in the message: there is a password in it.
    throw new CqshopError(
      'USAGE',
      `Cannot take ${flag}: the URL holds credentials, expected kafka://host:port with --sasl, --user and the password in CQSHOP_KAFKA_PASSWORD`,
    );
  }
  const brokers = /^kafka:\/\/([^/\s,]+:\d+(?:,[^/\s,]+:\d+)*)\/?$/.exec(url)?.[1];
  if (brokers !== undefined) return { kind: 'kafka', brokers: withPorts(brokers.split(','), url, flag) };
  throw new CqshopError(
    'USAGE',
    `Cannot take ${flag} "${url}": it is no broker, expected embedded:DIR or kafka://host:port[,host:port]`,
  );
}

function withPorts(brokers: readonly string[], url: string, flag: string): readonly string[] {
  for (const broker of brokers) {
    const port = Number(broker.slice(broker.lastIndexOf(':') + 1));
    if (port >= 1 && port <= 65_535) continue;
    throw new CqshopError(
      'USAGE',
      `Cannot take ${flag} "${url}": there is no port ${port}, expected one from 1 to 65535`,
    );
  }
  return brokers;
}

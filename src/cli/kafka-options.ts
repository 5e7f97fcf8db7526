import { readFileSync } from 'node:fs';
import { cannot } from '../base/errors.ts';
import { type KafkaConnection, saslMechanisms } from '../broker/kafka/kafka-connection.ts';
import { Secret } from '../broker/kafka/secret.ts';
import type { RegistryLogin } from '../broker/kafka/values/schema-registry.ts';
import { kafkaBroker, parseBrokerUrl } from './broker-url.ts';
import { oneOf, text } from './option-values.ts';
import { choice, each, flag, option, type ValuesOf } from './options.ts';

/**
 * The options of every verb that reaches Kafka. A variable of the environment stands in for each, if it is set and not empty, and only where Kafka is
 * reached: the environment is set for a whole shell. That is why commander's `.env()` is not used, which reads it for every verb.
 */
export const kafkaOptions = each(
  { need: kafkaBroker },
  {
    tls: flag('Kafka: use TLS (CQSHOP_KAFKA_TLS=1)'),
    tlsCa: option('<file>', "Kafka: TLS with the broker's certificate authority, PEM (CQSHOP_KAFKA_TLS_CA)", text),
    tlsCert: option('<file>', "Kafka: the client's certificate, PEM (CQSHOP_KAFKA_TLS_CERT)", text),
    tlsKey: option('<file>', "Kafka: the client's private key, PEM (CQSHOP_KAFKA_TLS_KEY)", text),
    sasl: choice('<mechanism>', 'Kafka: SASL mechanism (CQSHOP_KAFKA_SASL)', saslMechanisms),
    user: option('<name>', 'Kafka: SASL user (CQSHOP_KAFKA_USER); set the password in CQSHOP_KAFKA_PASSWORD', text),
  },
);

export type KafkaFlags = ValuesOf<typeof kafkaOptions>;

/** Variables of the process's environment, by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * How to reach the Kafka of `--broker`, for what no embedded broker can do.
 *
 * @param doing what cannot be done: "serve"; `why` and `instead` are for the message
 * @throws USAGE as `kafkaConnection`, and when the broker is an embedded one
 */
export function kafkaOnly(
  options: KafkaFlags & { readonly broker: string },
  { doing, why = 'it is a directory', instead = '' }: { doing: string; why?: string; instead?: string },
): KafkaConnection {
  const broker = parseBrokerUrl(options.broker);
  if (broker.kind === 'kafka') return kafkaConnection(broker.brokers, options);
  throw cannot('USAGE', `${doing} on an embedded broker`)(why, `--broker kafka://host:port${instead}`);
}

/** How to reach Kafka: flags first, then the environment. @throws USAGE when they contradict each other or a file cannot be read */
export function kafkaConnection(
  brokers: readonly string[],
  flags: KafkaFlags,
  // biome-ignore lint/style/noProcessEnv: the only place that reads settings of Kafka from it.
  env: Environment = process.env,
): KafkaConnection {
  const tls = tlsOf(flags, env);
  const sasl = saslOf(flags, env);
  const remote = brokers.find(broker => !isLoopback(broker));
  // CQSHOP_KAFKA_TLS=0 allows it, for networks that are safe by themselves.
  if (tls === undefined && sasl?.mechanism === 'PLAIN' && remote !== undefined && statedTls(env) === undefined) {
    throw cannot('USAGE', 'use SASL PLAIN')(
      `without TLS the password goes to ${remote} unencrypted`,
      '--tls, --tls-ca, a SCRAM mechanism, or CQSHOP_KAFKA_TLS=0 to allow it',
    );
  }
  return { brokers, tls, sasl, registryLogin: registryLoginOf(env) };
}

function isLoopback(broker: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\]):\d+$/.test(broker);
}

/** The value of CQSHOP_KAFKA_TLS; undefined if it is not set. @throws USAGE when it is unknown */
function statedTls(env: Environment): boolean | undefined {
  const value = given(env, 'CQSHOP_KAFKA_TLS');
  if (value === undefined) return undefined;
  if (value === '1' || value === 'true') return true;
  if (value === '0' || value === 'false') return false;
  throw cannot('USAGE', `take CQSHOP_KAFKA_TLS "${value}"`)('it is unknown', '1, true, 0 or false');
}

function tlsOf(flags: KafkaFlags, env: Environment): KafkaConnection['tls'] {
  const ca = flags.tlsCa ?? given(env, 'CQSHOP_KAFKA_TLS_CA');
  const cert = flags.tlsCert ?? given(env, 'CQSHOP_KAFKA_TLS_CERT');
  const key = flags.tlsKey ?? given(env, 'CQSHOP_KAFKA_TLS_KEY');
  const isWanted = statedTls(env) === true || flags.tls;
  if (!isWanted && ca === undefined && cert === undefined && key === undefined) return undefined;
  if ((cert === undefined) !== (key === undefined)) {
    throw cannot('USAGE', 'use TLS')(
      cert === undefined ? '--tls-key is given without --tls-cert' : '--tls-cert is given without --tls-key',
      'both or none',
    );
  }
  return {
    ca: ca === undefined ? undefined : readPem('--tls-ca', ca),
    cert: cert === undefined ? undefined : readPem('--tls-cert', cert),
    key: key === undefined ? undefined : new Secret(readPem('--tls-key', key)),
  };
}

function saslOf(flags: KafkaFlags, env: Environment): KafkaConnection['sasl'] {
  const named = given(env, 'CQSHOP_KAFKA_SASL');
  const mechanism = flags.sasl ?? (named === undefined ? undefined : oneOf(saslMechanisms)(named, 'CQSHOP_KAFKA_SASL'));
  const username = flags.user ?? given(env, 'CQSHOP_KAFKA_USER');
  const password = given(env, 'CQSHOP_KAFKA_PASSWORD');
  if (mechanism === undefined && username === undefined) return undefined;
  const incomplete = cannot('USAGE', 'use SASL');
  if (mechanism === undefined) {
    throw incomplete('there is a user but no mechanism', `--sasl with ${saslMechanisms.join(', ')}`);
  }
  if (username === undefined) throw incomplete('there is no user', '--user NAME or CQSHOP_KAFKA_USER');
  if (password === undefined) throw incomplete('there is no password', 'one in CQSHOP_KAFKA_PASSWORD');
  return { mechanism, username, password: new Secret(password) };
}

function registryLoginOf(env: Environment): RegistryLogin | undefined {
  const username = given(env, 'CQSHOP_REGISTRY_USER');
  const password = given(env, 'CQSHOP_REGISTRY_PASSWORD');
  if (username === undefined && password === undefined) return undefined;
  if (username !== undefined && password !== undefined) return { username, password: new Secret(password) };
  const [there, missing] = username === undefined ? ['PASSWORD', 'USER'] : ['USER', 'PASSWORD'];
  throw cannot('USAGE', 'use a schema registry')(
    `CQSHOP_REGISTRY_${there} is set without CQSHOP_REGISTRY_${missing}`,
    'both or none',
  );
}

/** The value of a variable; an empty one counts as not set. */
function given(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

function readPem(name: string, file: string): string {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (cause) {
    throw cannot('USAGE', `take ${name} "${file}"`)('it cannot be read', 'a PEM file', cause);
  }
  if (content.includes('-----BEGIN ')) return content;
  throw cannot('USAGE', `take ${name} "${file}"`)('it is not a PEM file', '-----BEGIN …');
}

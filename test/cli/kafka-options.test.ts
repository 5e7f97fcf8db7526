import { describe, expect, test } from 'vitest';
import type { SaslMechanism } from '../../src/broker/kafka/kafka-connection.ts';
import { parseBrokerUrl } from '../../src/cli/broker-url.ts';
import { kafkaConnection } from '../../src/cli/kafka-options.ts';
import { noKafkaFlags } from '../support/no-kafka-flags.ts';

describe('CQSHOP_KAFKA_TLS', () => {
  const tlsWith = (value: string) =>
    kafkaConnection(['kafka.example:9093'], noKafkaFlags, { CQSHOP_KAFKA_TLS: value }).tls;

  test.each(['1', 'true'])('%s means TLS', value => {
    expect(tlsWith(value)).toBeDefined();
  });

  test.each(['0', 'false', ''])('"%s" means none', value => {
    expect(tlsWith(value)).toBeUndefined();
  });

  test.each(['yes', 'TRUE', 'on', '2'])('%s is refused, so that no password is sent unencrypted by mistake', value => {
    expect(() => tlsWith(value)).toThrow(
      `Cannot take CQSHOP_KAFKA_TLS "${value}": it is unknown, expected 1, true, 0 or false`,
    );
  });
});

describe('a password without TLS', () => {
  const connect = (broker: string, sasl: SaslMechanism, env: Record<string, string> = {}) =>
    kafkaConnection(
      ['localhost:9092', broker],
      { ...noKafkaFlags, sasl, user: 'alice' },
      { CQSHOP_KAFKA_PASSWORD: 'p', ...env },
    );

  test('is not sent by PLAIN to another machine', () => {
    expect(() => connect('kafka.example:9092', 'PLAIN')).toThrow(
      'Cannot use SASL PLAIN: without TLS the password goes to kafka.example:9092 unencrypted, expected --tls, --tls-ca, a SCRAM mechanism, or CQSHOP_KAFKA_TLS=0 to allow it',
    );
  });

  test.each(['localhost:9092', '127.0.0.1:9092', '127.1.2.3:9092', '[::1]:9092'])('is sent to %s', broker => {
    expect(connect(broker, 'PLAIN').sasl?.mechanism).toBe('PLAIN');
  });

  test('is sent where TLS or SCRAM protects it, or where CQSHOP_KAFKA_TLS=0 allows it', () => {
    expect(connect('kafka.example:9092', 'PLAIN', { CQSHOP_KAFKA_TLS: '1' }).sasl).toBeDefined();
    expect(connect('kafka.example:9092', 'SCRAM-SHA-512').sasl).toBeDefined();
    expect(connect('kafka.example:9092', 'PLAIN', { CQSHOP_KAFKA_TLS: '0' }).sasl).toBeDefined();
  });
});

test('the login of a schema registry comes from the environment, whole', () => {
  const login = (env: Record<string, string>) => kafkaConnection(['localhost:9092'], noKafkaFlags, env).registryLogin;
  expect(login({})).toBeUndefined();
  const both = login({ CQSHOP_REGISTRY_USER: 'me', CQSHOP_REGISTRY_PASSWORD: 'p' });
  expect([both?.username, both?.password.reveal(), JSON.stringify(both)]).toEqual([
    ...['me', 'p', '{"username":"me","password":"[secret]"}'],
  ]);
  expect(() => login({ CQSHOP_REGISTRY_USER: 'me' })).toThrow(
    'CQSHOP_REGISTRY_USER is set without CQSHOP_REGISTRY_PASSWORD, expected both or none',
  );
});

describe('parseBrokerUrl', () => {
  test.each(['kafka://host:99999', 'kafka://host:0', 'kafka://host:9092,other:65536'])('%s has no such port', url => {
    expect(() => parseBrokerUrl(url)).toThrow(
      /^Cannot take --broker ".*": port \d+ is out of range, expected one from 1 to 65535$/,
    );
  });

  test('takes the highest port', () => {
    expect(parseBrokerUrl('kafka://host:65535')).toEqual({ kind: 'kafka', brokers: ['host:65535'] });
  });
});

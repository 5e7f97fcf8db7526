import { describe, expect, test } from 'vitest';
import { brokerUrl, parseBrokerUrl } from '../../src/cli/broker-url.ts';
import {
  duration,
  externals,
  oneOf,
  pairs,
  positiveInteger,
  positiveNumber,
  seed,
  topicPrefix,
  words,
} from '../../src/cli/option-values.ts';
import { expectCqshopError } from '../support/cqshop-error.ts';

describe('option parsers', () => {
  test('take what they should', () => {
    expect(positiveInteger('22', '--days')).toBe(22);
    expect(seed('-7', '--seed')).toBe(-7);
    expect(positiveNumber('0.25', '--scale')).toBe(0.25);
    expect(positiveNumber('2.5e-1', '--scale')).toBe(0.25);
    expect(pairs('a=b, c=d', '--count-as')).toEqual(
      new Map([
        ['a', 'b'],
        ['c', 'd'],
      ]),
    );
    expect(pairs('cart=CN=cart', '--users')).toEqual(new Map([['cart', 'CN=cart']]));
    expect(duration('2h30m', '--duration')).toBe(9_000_000);
    expect(externals('mine=a=b c', '--external')).toEqual([{ name: 'mine', command: 'a=b c' }]);
    expect(words('cart-events, order-events', '--topics')).toEqual(['cart-events', 'order-events']);
    expect(topicPrefix('run-7_', '--topic-prefix')).toBe('run-7_');
    expect(oneOf(['wasm', 'node'])('wasm', '--backend')).toBe('wasm');
    expect(brokerUrl('embedded:a b/c', '--broker')).toBe('embedded:a b/c');
    expect(parseBrokerUrl('kafka://a:9092,b:9093')).toEqual({ kind: 'kafka', brokers: ['a:9092', 'b:9093'] });
  });

  test.each([
    [positiveInteger, '0'],
    [positiveInteger, '1.5'],
    [positiveInteger, '1e3'],
    [positiveInteger, ''],
    [seed, '9007199254740993'],
    [positiveNumber, 'NaN'],
    [positiveNumber, ''],
    [positiveNumber, '0x10'],
    [positiveNumber, '1e999'],
    [pairs, 'a'],
    [pairs, 'a='],
    [pairs, '=a'],
    [pairs, 'a=b,a=c'],
    [positiveNumber, '0'],
    [duration, '90'],
    [duration, '0m'],
    [words, 'a,,b'],
    [words, 'a,a'],
    [oneOf(['wasm', 'node']), 'wasn'],
    [topicPrefix, '../up-'],
    [topicPrefix, 'a b'],
    [brokerUrl, 'embedded:'],
    [brokerUrl, 'kafka://host'],
    [brokerUrl, 'broker'],
  ])('refuse %o of "%s" and say what they expect', async (parse, text) => {
    await expectCqshopError(() => parse(text, '--flag'), 'USAGE', `--flag "${text}"`, 'expected');
  });
});

test('a whole number that a double does not hold is too large', () =>
  expectCqshopError(() => seed('9007199254740993', '--seed'), 'USAGE', 'it is too large', 'at most 9007199254740991'));

test.each([
  ['./mine.py', 'there is no "=" in it'],
  ['a b=x', 'its name is "a b"'],
  ['mine= ', 'it names no command'],
])('--external %s: %s', (value, found) =>
  expectCqshopError(
    () => externals(value, '--external'),
    'USAGE',
    `Cannot take --external "${value}": ${found}, expected`,
  ),
);

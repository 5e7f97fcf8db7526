import { expect, test } from 'vitest';
import {
  deepestNesting,
  digitsOf,
  readPayload,
  textOf,
  UnreadableRecord,
} from '../../../../src/broker/kafka/values/payload.ts';

function whyUnreadable(bytes: Buffer): string {
  try {
    readPayload(bytes);
    return 'readable';
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    return error.what;
  }
}

test('strips a byte order mark', () => {
  expect(readPayload(Buffer.from('\ufeff{"a":1}')).text).toBe('{"a":1}');
});

test('reads JSON behind the id of a schema', () => {
  const body = '{"a": 12.50}\n';
  expect(readPayload(Buffer.from(`\0\0\0\0*${body}`)).text).toBe(body);
  expect(readPayload(Buffer.from('\0\0\0\0* []')).text).toBe(' []');
});

test.each([
  ['', /empty/],
  ['  \n', /empty/],
  ['{"score": NaN, "max": -Infinity}', /NaN or Infinity/],
  ['{"text": "NaN", "score": }', /no JSON/],
  ['{"text": "NaN", "score": NaN}', /NaN or Infinity/],
  ["{'a': 1}", /no JSON/],
  ['{"a":1}{"b":2}', /no JSON/],
  ['{"a":1', /no JSON/],
  ['01', /no JSON/],
  ['undefined', /no JSON/],
])('names the cause of %j', (text, cause) => {
  expect(whyUnreadable(Buffer.from(text))).toMatch(cause);
});

test.each([
  ['000000002a06616263', /looks like Avro with a schema id, or like Protobuf/],
  ['000000002a32', /looks like Avro/],
  ['000000002a7b2261223a4e614e7d', /NaN or Infinity/],
  ['7b226e616d65223a224dfc6c6c6572227d', /not UTF-8/],
  ['fffe7b007d00', /UTF-16/],
  ['007b0022', /UTF-16/],
  ['5b005d00', /UTF-16/],
  ['1f8b0800', /gzip/],
  ['00', /no JSON/],
  ['ff', /not UTF-8/],
])('names the cause of the bytes %s', (hex, cause) => {
  expect(whyUnreadable(Buffer.from(hex, 'hex'))).toMatch(cause);
});

test('has a limit on depth, and not on brackets in text', () => {
  const nested = (levels: number) => Buffer.from(`${'['.repeat(levels)}${']'.repeat(levels)}`);
  expect(whyUnreadable(nested(deepestNesting))).toBe('readable');
  for (const levels of [deepestNesting + 1, 100_000, 2_000_000]) {
    expect(whyUnreadable(nested(levels))).toMatch(/more than 2000 levels deep/);
  }
  expect(whyUnreadable(Buffer.from(`{"a\\"${'['.repeat(5000)}":1}`))).toBe('readable');
  const objects = `${'{"a":'.repeat(deepestNesting)}1${'}'.repeat(deepestNesting)}`;
  expect(whyUnreadable(Buffer.from(objects))).toBe('readable');
});

test.each(['{1:2}', '{1 :2}', '1.', '.5', '+1', '-', '1e', '--1', '[1 2]', '1a', '"a', '"a\\"', '{"a":"b}', '[1,]'])(
  'refuses %s, as JSON.parse does',
  text => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(whyUnreadable(Buffer.from(text))).toBe('its value is no JSON');
  },
);

test.each(['0', '-0.5e+10', '[1 , -2]', '{"1" : 1E5}', '{"a\\\\":0}'])('reads %s', text => {
  expect(whyUnreadable(Buffer.from(text))).toBe('readable');
});

test.each(['0', '-0', '7', '-12', '999999999999999', '9007199254740993', '12.50', '1e2', '1E400', '-0.0'])(
  'keeps the digits of %s',
  digits => {
    const { value } = readPayload(Buffer.from(`[${digits}]`));
    expect(Array.isArray(value) && textOf(value[0])).toBe(digits);
  },
);

test('names the cause where a long list goes wrong at its end', () => {
  const list = (end: string) => Buffer.from(`[${'{"a":1.50},'.repeat(200_000)}${end}]`);
  expect(whyUnreadable(list('1'))).toBe('readable');
  expect(whyUnreadable(list('-Infinity'))).toMatch(/NaN or Infinity/);
  expect(whyUnreadable(list('01'))).toMatch(/no JSON/);
  expect(whyUnreadable(list(''))).toMatch(/no JSON/);
});

test('says at once that a long text is no number', () => {
  // A time that grows with the square of the length would be an hour.
  expect(digitsOf(`${'1'.repeat(2_000_000)}x`)).toBeUndefined();
});

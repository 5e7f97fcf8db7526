import { describe, expect, test } from 'vitest';
import { checkScenario } from '../../../src/shop/scenarios/check-scenario.ts';

const head = ['version: 1', 'name: mine', 'description: words', 'seed: 7', 'start: 2026-03-02', 'days: 22'];

function problems(text: string): readonly string[] {
  const checked = checkScenario(text, 'mine.yaml');
  return checked.status === 'valid' ? [] : checked.problems;
}

/** A scenario with `lines` after the head; they begin at line 7. */
function withLines(...lines: string[]): string {
  return [...head, ...lines].join('\n');
}

/** A scenario whose only anomaly has these keys in place of good ones; it stands in line 8. */
function withAnomaly(keys: Record<string, string>): string {
  const good = {
    id: 'a',
    anomaly: 'price-error',
    variant: 'zero-price',
    intensity: 'subtle',
    at: 'random',
    duration: '90m',
  };
  const flow = Object.entries({ ...good, ...keys }).map(([key, value]) => `${key}: ${value}`);
  return withLines('anomalies:', `  - { ${flow.join(', ')} }`);
}

describe('checkScenario', () => {
  test('fills in the defaults', () => {
    const checked = checkScenario(withLines('anomalies: []', 'customers: { dayVariation: { cv: 0.3 } }'), 'mine.yaml');
    expect(checked).toMatchObject({
      status: 'valid',
      scenario: {
        seed: 7,
        scale: 1,
        allowOverlap: false,
        gap: '6h',
        nearMisses: [],
        customers: { visitsPerDay: 270, newVisitorShare: 0.7, dayVariation: { cv: 0.3, memory: 0.6 } },
        catalogue: { products: 200 },
      },
    });
  });

  test('names the nearest valid key of an unknown one, at its place', () => {
    expect(problems(withLines('anomalies: []', 'nearMises: []'))).toEqual([
      'mine.yaml:8:1: Cannot read scenario: there is an unknown key nearMises, expected version, name, description, seed, start, days, scale, partitions, allowOverlap, customers, catalogue, anomalies, anomaliesPerRun, gap or nearMisses; did you mean nearMisses?',
    ]);
  });

  test('finds unknown keys inside of lists, ranges and settings', () => {
    expect(problems(withAnomaly({ intencity: 'subtle' }))[0]).toMatch(/:8:\d+: .*intencity.*did you mean intensity\?$/);
    expect(problems(withAnomaly({ kind: 'clearance' }))[0]).toMatch(/unknown key kind, expected id, anomaly, /);
    expect(problems(withAnomaly({ at: '{ form: 1d, to: 2d }' }))).toEqual([
      expect.stringMatching(/there is an unknown key form, expected from or to; did you mean from\?$/),
    ]);
    expect(problems(withLines('anomalies: []', 'customers:', '  visitPerDay: 3'))[0]).toMatch(
      /^mine.yaml:9:3: .*visitPerDay.*did you mean visitsPerDay\?$/,
    );
  });

  test('reports a key that is near a missing one once', () => {
    expect(problems(withLines('anomalies: []').replace('seed', 'sead'))).toEqual([
      expect.stringMatching(/^mine.yaml:4:1: .*unknown key sead.*did you mean seed\?$/),
    ]);
  });

  test('reports every missing key', () => {
    expect(problems('version: 1')).toEqual(
      ['name', 'description', 'seed', 'start', 'days', 'anomalies'].map(key =>
        expect.stringContaining(`mine.yaml:1:1: Cannot read scenario: there is no ${key}, expected `),
      ),
    );
  });

  test('says how to write that there are no anomalies', () => {
    expect(problems(withLines('nearMisses: []'))).toEqual([
      expect.stringMatching(/there is no anomalies, expected a list; \[\] for none$/),
    ]);
  });

  test.each([
    ['variant: zero-price, ', 'variant, expected lost-decimal, zero-price or wrong-discount'],
    ['anomaly: price-error, ', 'anomaly, expected stock-exhaustion, price-error, traffic-intensity or workload-shape'],
  ])('names the words that may stand where there is no %s', (left, message) => {
    expect(problems(withAnomaly({}).replace(left, ''))).toEqual([
      expect.stringMatching(`there is no anomalies\\[0\\].${message}$`),
    ]);
  });

  test('reports all mistakes, in the order of the file', () => {
    const text = withLines('anomalies:', '  - { id: a, anomaly: x, at: noon }').replace('days: 22', 'days: 0');
    expect(problems(text).map(problem => problem.replace(/: Cannot read scenario: (.*), expected.*$/, ' $1'))).toEqual([
      'mine.yaml:6:7 days is 0',
      'mine.yaml:8:5 there is no anomalies[0].variant',
      'mine.yaml:8:5 there is no anomalies[0].intensity',
      'mine.yaml:8:23 anomalies[0].anomaly is "x"',
      'mine.yaml:8:30 anomalies[0].at is "noon"',
    ]);
  });

  test.each([
    ['version: 2', /^mine.yaml:1:10: Cannot read scenario: version is 2, expected 1$/],
    ['name: My Shop', /name is "My Shop", expected a name of a-z, 0-9 and -, at most 64 characters long$/],
    ['name: 7', /name is 7, expected text$/],
    ['description: ""', /description is "", expected text of at least 1 characters$/],
    ['seed: -1', /^mine.yaml:4:7: .*seed is -1, expected a number of at least 0$/],
    ['seed: 1.5', /seed is 1.5, expected a whole number$/],
    ['seed: 9007199254740992', /seed is 9007199254740992, expected a whole number of at most 9007199254740991$/],
    ['seed: random', /seed is "random", expected a number$/],
    ['start: 2026-02-30', /^mine.yaml:5:8: .*start is "2026-02-30", expected a date or a time in UTC that exists/],
    ['start: 2026-13-01', /start is "2026-13-01"/],
    ['start: 2026-03-02T25:00:00Z', /start is "2026-03-02T25:00:00Z"/],
    ['start: 2026-03-02T10:00:00+01:00', /start is .*expected a date or a time in UTC/],
    ['start: today', /start is "today"/],
    ['start: 1969-12-31', /start is "1969-12-31", expected a date or a time of the years 1970 to 9980$/],
    ['start: 9990-01-01', /start is "9990-01-01", expected a date or a time of the years 1970 to 9980$/],
    ['days: 0', /days is 0, expected a number of at least 1$/],
    ['days: 3661', /days is 3661, expected a number of at most 3660$/],
    ['days: 100000000000000000000', /days is 100000000000000000000, expected a number of at most 3660$/],
    ['days: "22"', /days is "22", expected a number$/],
    ['days: 2.5', /days is 2.5, expected a whole number$/],
  ])('refuses %s', (line, expected) => {
    const key = line.slice(0, line.indexOf(':'));
    const text = withLines('anomalies: []').replace(new RegExp(`^${key}: .*$`, 'm'), line);
    expect(problems(text)).toEqual([expect.stringMatching(expected)]);
  });

  test.each([
    [{ duration: '-90m' }, /duration is "-90m", expected random, a duration above 0 such as 90m/],
    [{ duration: '0m' }, /duration is "0m", expected a duration above 0/],
    [{ duration: '90' }, /duration is 90, expected random, a duration/],
    [{ duration: '{ from: 4h, to: 1h }' }, /duration ends before it begins, expected a range with from before to/],
    [{ duration: '{ from: 1h, to: -4h }' }, /duration.to is "-4h", expected a duration above 0/],
    [{ at: '2026-02-30' }, /at is "2026-02-30", expected random, an offset/],
    [{ at: '-1d' }, /at is "-1d"/],
    [{ at: '{ from: 3d, to: 2026-03-03 }' }, /at ends before it begins/],
    [{ target: '[]' }, /target is \[\], expected a list of at least 1$/],
    [{ target: '5' }, /target is 5, expected an id, a list of ids, or random$/],
    [{ intensity: 'huge' }, /intensity is "huge", expected blatant, moderate or subtle$/],
    [{ onset: 'sudden' }, /onset is "sudden", expected step or creeping$/],
    [
      { anomaly: 'price-eror' },
      /anomaly is "price-eror", expected stock-exhaustion, price-error.*; did you mean price-error\?$/,
    ],
    [
      { variant: 'zero-prise' },
      /variant is "zero-prise", expected lost-decimal, zero-price or wrong-discount; did you mean zero-price\?$/,
    ],
    [{ variant: 'bot-flood' }, /variant is "bot-flood", expected lost-decimal, zero-price or wrong-discount$/],
    [{ variant: '7' }, /variant is 7, expected lost-decimal, zero-price or wrong-discount$/],
  ])('refuses an anomaly with %o', (keys, expected) => {
    expect(problems(withAnomaly(keys))).toEqual([expect.stringMatching(expected)]);
  });

  test.each([
    [{ at: 'day 3 14:30' }],
    [{ at: '3d14h30m' }],
    [{ at: '2026-03-05' }],
    [{ at: '2026-03-05T14:30:00Z' }],
    [{ at: '{ from: 2026-03-05T14:30:00Z, to: 5d }' }],
    [{ duration: '{ from: 1h, to: 4h }' }],
    [{ duration: 'random' }],
    [{ target: '[product-1, product-2]' }],
    [{ onset: 'creeping' }],
  ])('takes an anomaly with %o', keys => {
    expect(problems(withAnomaly(keys))).toEqual([]);
  });

  test('refuses an outage of a service that there is not', () => {
    const outage = { anomaly: 'workload-shape', variant: 'service-outage', target: 'warehous' };
    expect(problems(withAnomaly(outage))).toEqual([
      expect.stringMatching(/target is "warehous", expected random, user-management, .*; did you mean warehouse\?$/),
    ]);
    expect(problems(withAnomaly({ ...outage, target: 'cart' }))).toEqual([]);
  });

  test('refuses an unknown kind of near miss, and an id that occurs twice', () => {
    const text = withLines(
      'anomalies: []',
      'nearMisses:',
      '  - { id: a, kind: flashsale, at: random }',
      '  - { id: a, kind: holiday, at: random }',
    );
    expect(problems(text)).toEqual([
      expect.stringMatching(
        /^mine.yaml:9:20: .*kind is "flashsale".*flash-sale, .*bulk-buyer.*did you mean flash-sale\?$/,
      ),
      expect.stringMatching(/^mine.yaml:10:11: .*nearMisses\[1\].id is "a" like nearMisses\[0\].id, expected an id of/),
    ]);
  });

  test.each([
    [[-1, ...Array(23).fill(1)], /dayShape\[0\] is -1, expected a number of at least 0$/],
    [Array(23).fill(1), /dayShape is \[.*, expected a list of exactly 24$/],
    [Array(24).fill(0), /dayShape is \[.*, expected weights with at least one above 0$/],
  ])('refuses the day shape %j', (weights, expected) => {
    const text = withLines('anomalies: []', 'customers:', `  dayShape: [${weights.join(', ')}]`);
    expect(problems(text)).toEqual([expect.stringMatching(expected)]);
  });

  test.each([
    ['an empty file', '', /^mine.yaml:1:1: Cannot read scenario: the file is empty, expected version: 1/],
    ['only a comment', '# nothing\n', /the file is empty/],
    ['a list', '- version: 1', /^mine.yaml:1:1: .*the file is \[ \{ version: 1 \} \], expected keys with values$/],
    ['a word', 'hello', /the file is "hello", expected keys with values$/],
    ['tabs', 'customers:\n\tvisitsPerDay: 3', /^mine.yaml:2:\d+: Cannot read scenario: .*[Tt]ab/],
    [
      'lines indented unlike',
      'name: x\n days: 1',
      /^mine.yaml:1:7: .*a line is indented more than its key, .*one column/,
    ],
    ['an open bracket', 'anomalies: [', /^mine.yaml:1:\d+: Cannot read scenario: .*, expected YAML 1.2$/],
    ['a key written twice', 'seed: 1\nseed: 2', /^mine.yaml:2:1: Cannot read scenario: Map keys must be unique/],
    ['two documents', 'seed: 1\n---\nseed: 2', /multiple documents/],
    ['an alias to nothing', 'seed: *x', /^mine.yaml:1:\d+: Cannot read scenario: Unresolved alias/],
    ['an unknown tag', 'seed: !env 4', /^mine.yaml:1:7: Cannot read scenario: Unresolved tag/],
  ])('refuses %s', (_, text, expected) => {
    expect(problems(text)[0]).toMatch(expected);
  });

  test('refuses aliases that multiply', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe']) {
      lines.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]`);
    }
    expect(problems(lines.join('\n'))).toEqual([
      expect.stringMatching(/Excessive alias count.*, expected YAML without/),
    ]);
  });
});

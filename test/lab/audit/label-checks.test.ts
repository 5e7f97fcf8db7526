import { describe, expect, test } from 'vitest';
import { density } from '../../../src/lab/audit/density.ts';
import { integrity } from '../../../src/lab/audit/integrity.ts';
import { positionBias } from '../../../src/lab/audit/position-bias.ts';
import { receipts } from '../../../src/lab/audit/receipts.ts';
import { label } from '../../support/labels.ts';

const halfHours = 48;

describe('density', () => {
  const inputs = (labels: readonly ReturnType<typeof label>[], positiveUnits: number) => [
    { labels, units: 1000, positiveUnits },
  ];
  const apart = [label('a', 0, 4), label('b', 3 * halfHours, 3 * halfHours + 4)];

  test('passes a few labels far from each other', () => {
    expect(density('traffic-intensity', inputs(apart, 50))).toMatchObject({
      verdict: 'pass',
      figures: { share: 0.05, shortestGapHours: 70, gapsBelowAWeek: 1 },
    });
  });

  test('notices too much that is labelled', () => {
    expect(density('traffic-intensity', inputs(apart, 51)).verdict).toBe('fail');
    expect(density('price-error', inputs(apart, 51)).verdict).toBe('fail');
  });

  test('notices labels of the whole shop on one day, which are no flaw of single customers', () => {
    const close = [label('a', 0, 4), label('b', 44, 46)];
    expect(density('traffic-intensity', inputs(close, 10))).toMatchObject({
      verdict: 'fail',
      sentence:
        '1 % of 1,000 windows are labelled, at most 5 % allowed; 20 h between the two nearest, at least 24 h demanded',
    });
    expect(density('stock-exhaustion', inputs(close, 10)).verdict).toBe('pass');
  });

  test('takes the end of the longest label so far for the beginning of a gap', () => {
    const inside = [
      label('long', 0, 2 * halfHours),
      label('within', 4, 6),
      label('later', 4 * halfHours, 4 * halfHours + 2),
    ];
    expect(density('traffic-intensity', inputs(inside, 10)).figures.shortestGapHours).toBe(-46);
    const without = inside.filter(({ id }) => id !== 'within');
    expect(density('traffic-intensity', inputs(without, 10)).verdict).toBe('pass');
  });
});

describe('positionBias', () => {
  const spread = Array.from({ length: 24 }, (_, index) => (index + 0.5) / 24);

  test('passes labels anywhere in their runs', () => {
    expect(positionBias(spread).verdict).toBe('pass');
  });

  test('notices labels where runs end', () => {
    expect(positionBias(spread.map(position => 0.6 + 0.4 * position)).verdict).toBe('fail');
  });

  test('notices too many in the last tenth of runs that are else filled evenly', () => {
    const planted = [...spread.slice(0, 21), ...Array.from({ length: 10 }, (_, index) => 0.9 + 0.01 * index)];
    expect(positionBias(planted)).toMatchObject({ verdict: 'fail' });
    expect(positionBias(planted).figures.lastTenthP).toBeLessThan(0.001);
  });

  test('does not pass a few by luck, and says how many it takes', () => {
    expect(positionBias([0.2, 0.5, 0.8])).toMatchObject({
      verdict: 'undecided',
      sentence: expect.stringMatching(/^too few to tell: 3 labels, expected at least 20; /),
    });
    expect(positionBias([]).sentence).toBe('there is no label');
  });

  test('leaves what is neither chance nor bias to more datasets', () => {
    const between = positionBias(spread.map(position => position ** 0.45));
    expect(between.figures.uniformP).toBeGreaterThan(0.001);
    expect(between.figures.uniformP).toBeLessThan(0.05);
    expect(between).toMatchObject({
      verdict: 'undecided',
      sentence: expect.stringContaining('audit more datasets together'),
    });
  });
});

describe('receipts', () => {
  const observed = { receipt: { messagesCaused: 12 } };
  const silence = { anomaly: 'traffic-intensity', receipt: { visitsBlocked: 65, messagesCaused: 0 } };
  const one = (changes: Parameters<typeof label>[3], caused: readonly number[], isTwin = false) => {
    const [direct = 0, effect = 0, prevented = 0] = caused;
    const counts = new Map(caused.length === 0 ? [] : [['a', { direct, effect, prevented }]]);
    return receipts('any', [{ labels: [label('a', 1, 2, changes)], caused: counts, isTwin, prefix: '' }]);
  };

  test('passes a label with a receipt and what it caused', () => {
    expect(one(observed, [12, 0, 0]).verdict).toBe('pass');
    expect(one(observed, [12, 10, 3], true).verdict).toBe('pass');
  });

  test('notices a label that caused nothing, one without a receipt, and one that made no difference', () => {
    expect(one(observed, [])).toMatchObject({ verdict: 'fail', sentence: expect.stringContaining('caused: a') });
    expect(one({ receipt: {} }, [12, 0, 0])).toMatchObject({
      verdict: 'fail',
      sentence: expect.stringContaining('receipt: a'),
    });
    expect(one(observed, [12, 0, 0], true).verdict).toBe('fail');
    expect(one(observed, [0, 5, 5], true).verdict).toBe('fail');
  });

  test('asks a twin run what a silence prevented', () => {
    expect(one(silence, []).verdict).toBe('undecided');
    expect(one(silence, [0, 0, 900], true).verdict).toBe('pass');
    expect(one(silence, [], true).verdict).toBe('fail');
  });
});

describe('integrity', () => {
  const manifest = { complete: true, scenario: 'clean', messages: 7 };

  test('fails a run that was cut off, or too slow for its customers; messages from elsewhere have no last word', () => {
    expect(integrity([{ name: 'a', manifest }]).verdict).toBe('pass');
    expect(integrity([{ name: 'a', manifest: { ...manifest, complete: false } }]).verdict).toBe('fail');
    expect(integrity([{ name: 'a', manifest: { ...manifest, degraded: true } }])).toMatchObject({
      ...{ verdict: 'fail', sentence: expect.stringContaining('too slow for the live run') },
    });
    const foreign = { ...manifest, complete: false, scenario: null, unread: { 'no time': 3 }, deletedBefore: 2 };
    expect(integrity([{ name: 'a', manifest: foreign }])).toMatchObject({
      ...{ verdict: 'pass', figures: { lost: 2 } },
      sentence: expect.stringContaining('; 3 times, the mapping could not read a part of a message'),
    });
  });
});

import { describe, expect, test } from 'vitest';
import type { Label } from '../../../src/data/dataset/truth.ts';
import { detectability, zOf } from '../../../src/lab/audit/detectability.ts';
import { type CountedSeries, seriesExtremes } from '../../../src/lab/audit/series-extremes.ts';
import { triviality } from '../../../src/lab/audit/triviality.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { label } from '../../support/labels.ts';
import { windowMs } from '../../support/units.ts';

const days = 20;
const perDay = 48;

/** Two channels that chance moves around a day's shape, and their total. */
function series(change: (window: number, channel: number) => number = () => 0): CountedSeries {
  const { uniform } = randomStreams(5).stream('series');
  const of = (channel: number) =>
    Array.from({ length: days * perDay }, (_, window) => {
      const usual = 30 + 20 * Math.sin((2 * Math.PI * window) / perDay);
      return Math.max(0, Math.round(usual + 24 * (uniform() - 0.5)) + change(window, channel));
    });
  const [carts, orders] = [of(0), of(1)];
  const total = carts.map((count, window) => count + (orders[window] ?? 0));
  return { startMs: 0, windowMs, channels: ['carts', 'orders', 'all'], counts: [carts, orders, total] };
}

const starts = [110, 260, 400, 560, 700, 850];
const labels = starts.map((start, index) =>
  label(`l${index}`, start, start + 6, {
    anomaly: 'traffic-intensity',
    variant: `v${index}`,
    intensity: 'subtle',
  }),
);

function asked(of: CountedSeries, about: readonly Label[] = labels) {
  const extremes = seriesExtremes(of, { labels: about, all: about, warmUntilMs: perDay * windowMs });
  return triviality('traffic-intensity', [{ labels: about, extremes, prefix: '' }], 'a one-liner');
}

const spikes = series((window, channel) =>
  channel === 1 && starts.some(start => window >= start && window < start + 6) ? 80 : 0,
);

describe('triviality of series', () => {
  test('passes labels that nothing sets apart', () => {
    const finding = asked(series());
    expect(finding.verdict).toBe('pass');
    expect(finding.figures).toMatchObject({ byIntensity: { subtle: { cases: 6 } } });
  });

  test('notices labels that a threshold on one channel would find', () => {
    expect(asked(spikes)).toMatchObject({
      verdict: 'fail',
      figures: { share: 1, bestSingleWay: { cases: 6 } },
    });
  });

  test('counts every intensity, judges the subtle ones only, and does not judge by a few cases', () => {
    const easy = (intensity: string) =>
      asked(
        spikes,
        labels.map(one => ({ ...one, intensity })),
      );
    for (const intensity of ['blatant', 'moderate'])
      expect(easy(intensity)).toMatchObject({
        verdict: 'undecided',
        sentence: expect.stringContaining(`${intensity} 6 of 6`),
        figures: { byIntensity: { [intensity]: { cases: 6, solved: 6 } } },
      });
    expect(asked(spikes, labels.slice(0, 4))).toMatchObject({
      verdict: 'undecided',
      sentence: expect.stringMatching(/^too few to tell: 4 subtle cases, expected at least 5/),
    });
  });

  test('takes labels of one variant and intensity for one case, solved only if one threshold catches all', () => {
    const spiked = (at: readonly number[]) =>
      series((window, channel) => (channel === 1 && at.some(start => window >= start && window < start + 6) ? 80 : 0));
    const same = labels.slice(0, 2).map(one => ({ ...one, variant: 'v', intensity: 'moderate' }));
    expect(asked(spiked([110]), same).figures.byIntensity).toEqual({ moderate: { cases: 1, solved: 0 } });
    expect(asked(spiked([110, 260]), same).figures.byIntensity).toEqual({ moderate: { cases: 1, solved: 1 } });
  });

  test('does not let an alarm elsewhere go by', () => {
    const elsewhere = series((window, channel) =>
      channel === 1 && [...starts, 330].some(start => window >= start && window < start + 6) ? 80 : 0,
    );
    expect(asked(elsewhere).figures.share).toBeLessThan(1);
  });

  test('knows that the first day holds what a run opens with', () => {
    const opening = series((window, channel) =>
      window === 0 ? 5000 : channel === 1 && starts.some(start => window >= start && window < start + 6) ? 80 : 0,
    );
    expect(asked(opening).figures.share).toBe(1);
  });
});

describe('detectability', () => {
  const input = (of: CountedSeries, about: readonly Label[]) => [{ labels: about, all: about, series: of, prefix: '' }];

  test('believes receipts, and computes what they do not say', () => {
    const [seen, ...others] = labels;
    if (seen === undefined) throw new Error('no label');
    const told = [{ ...seen, receipt: { visibilityZ: 2.4 } }, ...others];
    const finding = detectability('traffic-intensity', input(spikes, told));
    expect(finding).toMatchObject({
      verdict: 'pass',
      sentence:
        '16.7 % of 6 labels stand out too little for any detector to see them reliably (z below 3): l0 (subtle, 2.4)',
      figures: { labels: [{ id: 'l0', z: 2.4, from: 'label' }, { id: 'l1', from: 'orders' }, {}, {}, {}, {}] },
    });
  });

  test('says of a single label that it stands out', () => {
    const one = labels.slice(0, 1).map(each => ({ ...each, receipt: { visibilityZ: 9 } }));
    const { sentence } = detectability('traffic-intensity', input(spikes, one));
    expect(sentence).toBe('the label stands out from chance (z of at least 3)');
  });

  test('notices a blatant label that nobody can see', () => {
    const blatant = labels.map(one => ({ ...one, intensity: 'blatant', receipt: { visibilityZ: 0.5 } }));
    expect(detectability('traffic-intensity', input(series(), blatant)).verdict).toBe('fail');
  });

  test('z is |d| sqrt(mu h / F): half of 10 a window missing in 8 windows whose hours have F = 0.8', () => {
    // Every other hour holds 24 and 16 instead of 20 messages: variance 16 over mean 20 is 0.8; the missing half is 40 of 80.
    const counts = Array.from(
      { length: days * perDay },
      (_, window) => 10 + (Math.floor(window / 2) % 2 === 0 ? 2 : -2),
    );
    const day = counts.map((count, window) => (Math.floor(window / perDay) % 2 === 0 ? count : 20 - count));
    const silent = day.map((count, window) => (window >= 480 && window < 488 ? count - 5 : count));
    const about = { ...label('half', 480, 488), end: new Date(488 * windowMs - 1).toISOString() };
    const z = zOf(about, [about], { startMs: 0, windowMs, channels: ['x'], counts: [silent] });
    expect(z).toBeCloseTo(0.5 * Math.sqrt((10 * 8) / 0.8), 0);
  });

  test('cannot tell without anything to compare with', () => {
    const silent = { startMs: 0, windowMs, channels: ['x'], counts: [new Array<number>(days * perDay).fill(0)] };
    expect(detectability('traffic-intensity', input(silent, labels)).verdict).toBe('undecided');
  });
});

test('triviality: a feature has one threshold for all datasets', () => {
  const hoarders = ['a', 'b', 'c', 'd', 'e', 'f'].map(variant =>
    label(variant, 1, 2, { variant, intensity: 'subtle', entities: [{ type: 'user', id: variant }] }),
  );
  const inDataset = (index: number, outside: number) => ({
    prefix: '',
    labels: hoarders.slice(3 * index, 3 * index + 3),
    extremes: {
      ways: ['high unitsHeld'],
      outside: [outside],
      inside: new Map(hoarders.slice(3 * index, 3 * index + 3).map(({ id }) => [id, [10]])),
    },
  });
  const share = (one: number, other: number) =>
    triviality('stock-exhaustion', [inDataset(0, one), inDataset(1, other)], 'a feature');
  expect(share(5, 6)).toMatchObject({ verdict: 'fail', figures: { share: 1, limit: 0.6 } });
  expect(share(5, 11)).toMatchObject({ verdict: 'pass', figures: { share: 0 } });
});

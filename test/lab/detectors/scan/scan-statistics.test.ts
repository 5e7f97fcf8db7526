import { describe, expect, it } from 'vitest';
import { ridge } from '../../../../src/lab/detectors/forecasts/ridge.ts';
import { channelPairs } from '../../../../src/lab/detectors/scan/channel-pairs.ts';
import { countResidual, fitCountVariance } from '../../../../src/lab/detectors/scan/count-residual.ts';
import { fitScan } from '../../../../src/lab/detectors/scan/fit-scan.ts';
import { returnLevel } from '../../../../src/lab/detectors/scan/return-level.ts';
import { familyScores, givenColumns } from '../../../../src/lab/detectors/scan/scan-families.ts';
import type { ScanSeries, ScanWindow } from '../../../../src/lab/detectors/scan/scan-series.ts';
import { scanSpans } from '../../../../src/lab/detectors/scan/scan-spans.ts';
import { scanStatistics } from '../../../../src/lab/detectors/scan/scan-statistics.ts';
import type { ScanSpan } from '../../../../src/lab/detectors/scan/span-readers.ts';
import { trailingLevels } from '../../../../src/lab/detectors/scan/trailing-levels.ts';
import { changed, channels, hourMs, meanAt, ordinaryHours } from './synthetic.ts';

const lengths = [1, 3, 6];
const series = { windowMs: hourMs, channels, columns: ['orders', 'payments', 'total'], lengths, pairs: [] };
const streamOf = (units: ReturnType<typeof ordinaryHours>) =>
  units.map(unit => ({
    counts: unit.features,
    forecast: [meanAt(unit.startMs), meanAt(unit.startMs), 2 * meanAt(unit.startMs)],
  }));

/** Follows a series; the spans that end with each window, by length and column. */
function spansIn(of: ScanSeries): (window: ScanWindow) => readonly (readonly ScanSpan[])[] {
  const follow = scanSpans(of);
  return window => {
    const spans = of.lengths.map((): ScanSpan[] => []);
    follow(window, (span, column, length) => {
      const ofLength = spans[length] ?? [];
      ofLength[column] = span;
    });
    return spans;
  };
}

describe('countResidual', () => {
  it('agrees with the formula worked by hand', () => {
    expect(countResidual(100, 64, { dispersion: 1, relative: 0 })).toBeCloseTo(3.9907, 3);
    expect(countResidual(100, 64, { dispersion: 4, relative: 0 })).toBeCloseTo(
      2 * (Math.sqrt(25.09375) - Math.sqrt(16.09375)),
      9,
    );
    expect(countResidual(100, 64, { dispersion: 1, relative: 0.15 ** 2 })).toBeCloseTo(2.3747, 3);
    expect(countResidual(0, 0, { dispersion: 1, relative: 0 })).toBe(0);
  });
});

describe('fitCountVariance', () => {
  it('finds dispersion and relative variance in counts that lie exactly that far from their means', () => {
    const means = [10, 40, 160, 640];
    const sds = means.map(mean => Math.sqrt(2 * mean + 0.01 * mean * mean));
    const [below, above] = [-1, 1].map(sign => means.map((mean, index) => mean + sign * (sds[index] ?? 0)));
    const { dispersion, relative } = fitCountVariance([...(below ?? []), ...(above ?? [])], [...means, ...means]);
    expect(dispersion).toBeCloseTo(2, 6);
    expect(relative).toBeCloseTo(0.01, 6);
  });

  it('takes no counts for steadier than asked', () => {
    expect(fitCountVariance([5, 50], [5, 50])).toEqual({ dispersion: 1, relative: 0 });
    expect(fitCountVariance([], [])).toEqual({ dispersion: 1, relative: 0 });
  });
});

describe('ridge', () => {
  it('solves one input by hand: (3·2 + 1·4) / (4 + 3 + 1)', () => {
    const rows = [
      { inputs: [1], target: 2, weight: 3 },
      { inputs: [1], target: 4, weight: 1 },
    ];
    expect(ridge(rows, [4])[0]).toBeCloseTo(1.25, 12);
  });

  it('recovers two coefficients where the penalty is small', () => {
    const rows = [-2, -1, 0, 1, 2, 3].map(x => ({ inputs: [1, x], target: 0.5 - 2 * x, weight: 1 }));
    const [constant = 0, slope = 0] = ridge(rows, [1e-9, 1e-9]);
    expect(constant).toBeCloseTo(0.5, 6);
    expect(slope).toBeCloseTo(-2, 6);
  });
});

describe('returnLevel', () => {
  it('is the mean of the largest daily maxima, one for each 22 days, and of 3.3', () => {
    const days = Array.from({ length: 44 }, (_, day) => (day === 7 ? 5 : day === 30 ? 4 : 3));
    expect(
      returnLevel(
        days.flatMap(value => [0, value]),
        2,
      ),
    ).toBeCloseTo((3.3 + 5 + 4) / 3, 12);
    expect(returnLevel([0, 0, 0], 1)).toBe(2.5);
  });
});

describe('trailingLevels', () => {
  it('clips a busy hour to 1.4 times what was expected, and one standard deviation', () => {
    const levels = trailingLevels(hourMs, 12);
    for (let hour = 0; hour < 30; hour += 1) levels.push(100, 100);
    expect(levels.logLevels(30)).toEqual([0, 0, 0]);
    levels.push(200, 100);
    // 5 · 100 + 140 + √100 counted in six hours; the prior is 1 message and two hours of a mean day.
    expect(levels.logLevels(31)[0]).toBeCloseTo(Math.log((650 + 201) / (600 + 201)), 9);
    expect(levels.counted(30, 31)).toBe(200);
  });

  it('ignores hours beyond a factor of three', () => {
    const levels = trailingLevels(hourMs, 12);
    for (let hour = 0; hour < 200; hour += 1)
      levels.push(hour >= 100 && hour < 110 ? 1000 : hour >= 150 ? 0 : 100, 100);
    expect(levels.logLevels(110)).toEqual([0, 0, 0]);
    for (const level of levels.logLevels(200)) expect(level).toBeCloseTo(0, 12);
  });

  it('never leaves [0.5, 2]', () => {
    const levels = trailingLevels(hourMs, 12);
    for (let hour = 0; hour < 400; hour += 1) levels.push(hour < 200 ? 10_000 : 0, 100);
    for (const level of [...levels.logLevels(200), ...levels.logLevels(400)])
      expect(Math.abs(level)).toBeLessThanOrEqual(Math.log(2) + 1e-12);
  });

  it('looks only at what lies before the end that is asked about', () => {
    const levels = trailingLevels(hourMs, 12);
    for (let hour = 0; hour < 300; hour += 1) levels.push(100 + (hour % 7), 100);
    const before = levels.logLevels(300);
    for (let hour = 0; hour < 12; hour += 1) levels.push(500, 100);
    expect(levels.logLevels(300)).toEqual(before);
  });
});

describe('scanStatistics', () => {
  const { cells } = fitScan([streamOf(ordinaryHours(1, 22)), streamOf(ordinaryHours(2, 22))], series, 24);
  const statistics = (units: ReturnType<typeof ordinaryHours>) => {
    const follow = scanStatistics(series, cells);
    return streamOf(units).map(follow);
  };

  it('learns that Poisson counts have a dispersion near 1 and no level that carries over', () => {
    const cell = cells[1]?.[0];
    expect(cell?.dispersion).toBeGreaterThanOrEqual(1);
    expect(cell?.dispersion).toBeLessThan(1.3);
    expect(Math.max(...(cell?.coefficients ?? []).map(Math.abs))).toBeLessThan(0.3);
  });

  it('gives a window the same statistics whatever follows it', () => {
    const units = ordinaryHours(3, 12);
    const flooded = changed(units, 200, 288, counts => counts.map(count => 9 * count + 50));
    expect(statistics(flooded).slice(0, 200)).toEqual(statistics(units).slice(0, 200));
    expect(statistics(units.slice(0, 200))).toEqual(statistics(units).slice(0, 200));
  });

  it('sees over six hours a surge that no single hour shows', () => {
    const units = changed(ordinaryHours(4, 12), 200, 206, counts => counts.map(count => Math.round(1.7 * count)));
    const last = statistics(units)[205] ?? [];
    const ratioOf = (windows: number) => last.find(each => each.windows === windows && each.column === 0)?.ratio ?? 0;
    expect(ratioOf(6)).toBeGreaterThan(1.5);
    expect(ratioOf(6)).toBeGreaterThan(ratioOf(1));
  });

  it('has no statistic for a span that is longer than the stream', () => {
    expect(new Set((statistics(ordinaryHours(5, 1)).at(3) ?? []).map(({ windows }) => windows))).toEqual(
      new Set([1, 3]),
    );
  });
});

describe('a column given another one', () => {
  const given = [{ column: 'payments', given: 'orders' }];
  const expectedAt = (counts: readonly number[]) => {
    const follow = spansIn({ ...series, lengths: [1], given });
    for (let hour = 0; hour < 200; hour += 1) follow({ counts: [100, 100], forecast: [100, 100, 200] });
    const spans = follow({ counts, forecast: [100, 100, 200] })[0] ?? [];
    return { forecast: spans[3]?.forecast ?? 0, count: spans[3]?.count ?? 0 };
  };

  it('is expected at the level of the other one in the same span, as 16 messages of a level of 1 allow', () => {
    expect(expectedAt([50, 50])).toEqual({ count: 50, forecast: 100 * ((50 + 16) / (100 + 16)) });
  });

  it('does not follow a flood or an outage of the other one', () => {
    expect(expectedAt([1000, 100]).forecast).toBe(150);
    expect(expectedAt([0, 100]).forecast).toBe(30);
  });

  it('is not expected at the level of itself', () => {
    expect(expectedAt([100, 1000])).toEqual({ count: 1000, forecast: 100 });
  });

  it('can leave out what another channel counts in the span, alone or beside the other one', () => {
    const without = [
      { column: 'payments', without: 'orders' },
      { column: 'payments', given: 'orders', without: 'orders' },
    ];
    const follow = spansIn({ ...series, lengths: [1, 2], given: without });
    for (let hour = 0; hour < 200; hour += 1) follow({ counts: [100, 100], forecast: [100, 100, 200] });
    const [hour = [], twoHours = []] = follow({ counts: [30, 80], forecast: [100, 100, 200] });
    expect(hour[3]).toMatchObject({ count: 50, forecast: 100 });
    expect(hour[4]).toMatchObject({ count: 50, forecast: 100 * ((30 + 16) / (100 + 16)) });
    expect(twoHours[3]).toMatchObject({ count: 50, forecast: 200 });
  });

  it('is not part of a family of the column alone', () => {
    const alone = { id: 'alone', sign: 1, columns: ['payments'] } as const;
    const beside = { id: 'beside', sign: 1, columns: given } as const;
    const shorter = { id: 'long', sign: 1, columns: given, leastMs: 3 * hourMs } as const;
    const families = [alone, beside, shorter];
    expect(givenColumns(families)).toEqual(given);
    const pick = familyScores(families, { ...series, given });
    const deviation = (column: number, ratio: number) => ({
      ...{ column, windows: 1, count: 0, expected: 0, z: ratio, ratio },
    });
    expect(pick([deviation(0, 9), deviation(1, 1), deviation(3, 2)]).map(({ ratio }) => ratio)).toEqual([1, 2, 0]);
  });
});

describe('the deficit share', () => {
  it('measures deficits from the share of what was expected, and excesses from all of it', () => {
    const streams = [streamOf(ordinaryHours(1, 22)), streamOf(ordinaryHours(2, 22))];
    const shared = { ...series, deficitShare: 0.5 };
    const { cells } = fitScan(streams, shared, 24);
    const zAt = (count: number) => {
      const follow = scanStatistics(shared, cells);
      for (let hour = 0; hour < 200; hour += 1) follow({ counts: [50, 50], forecast: [50, 50, 100] });
      const last = follow({ counts: [count, 50], forecast: [50, 50, 100] });
      return last.find(({ column, windows }) => column === 0 && windows === 1)?.z;
    };
    expect(zAt(75)).toBeGreaterThan(2);
    expect(zAt(30)).toBe(0);
    expect(zAt(10)).toBeLessThan(-2);
    expect(cells[0]?.[0]?.low).toBeLessThan(fitScan(streams, series, 24).cells[0]?.[0]?.low ?? 0);
  });
});

describe('channelPairs', () => {
  const streams = [streamOf(ordinaryHours(1, 22))];

  it('finds the channel that follows another one message by message', () => {
    expect(channelPairs(streams, { channels, length: 3 })).toEqual([
      { follower: 0, driver: 1, ratio: 1 },
      { follower: 1, driver: 0, ratio: 1 },
    ]);
  });

  it('finds none between channels that have only the time of day in common', () => {
    const other = ordinaryHours(9, 22);
    const apart = ordinaryHours(1, 22).map((unit, hour) => ({
      ...unit,
      features: [unit.features[0] ?? 0, other[hour]?.features[1] ?? 0],
    }));
    expect(channelPairs([streamOf(apart)], { channels, length: 3 })).toEqual([]);
  });

  it('counts as missing only what is missing of the whole day', () => {
    const paired = {
      ...series,
      pairs: [
        { follower: 0, driver: 1, ratio: 1 },
        { follower: 1, driver: 0, ratio: 1 },
      ],
    };
    const follow = spansIn(paired);
    const missing = (counts: readonly number[]) =>
      (follow({ counts, forecast: [20, 20, 40] })[0] ?? [])
        .slice(3)
        .map(span => Math.round((span?.forecast ?? 0) - (span?.count ?? 0)));
    for (let hour = 0; hour < 200; hour += 1) expect(missing([20, 20])).toEqual([0, 0]);
    expect(missing([20, 5])).toEqual([-15, 15]);
    // The backlog is paid: orders are not behind payments, although these are more in this hour.
    expect(missing([20, 35])).toEqual([0, -15]);
  });
});

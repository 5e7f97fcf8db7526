import { describe, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../../src/base/time.ts';
import { drawOf } from '../../../../src/lab/detectors/draws.ts';
import { type ChannelFacts, ChannelScorer } from '../../../../src/lab/detectors/series/channel-scorer.ts';
import { localTime } from '../../../../src/lab/detectors/series/local-slots.ts';
import { type MadeUpSample, madeUpCounts, madeUpStartMs } from '../../../support/made-up-series.ts';

// One made-up stream for each cause of failure that was seen on public event streams.

const at = (day: number, hour = 0) => madeUpStartMs + day * dayMs + hour * hourMs;

type Found = { readonly startMs: number; endMs: number; readonly text: string };

const usual: ChannelFacts = { isCount: true, periodMs: hourMs, timezone: 'UTC', daysPerFalseAlarm: 22 };

function alarmsIn(samples: readonly MadeUpSample[], facts: Partial<ChannelFacts> = {}): readonly Found[] {
  const scorer = new ChannelScorer({ ...usual, ...facts });
  const alarms: Found[] = [];
  let last: Found | undefined;
  for (const { timeMs, value } of samples) {
    const { score, explain } = scorer.push(timeMs, value);
    if (score <= 1) last = undefined;
    else if (last === undefined) {
      last = { startMs: timeMs, endMs: timeMs, text: explain() };
      alarms.push(last);
    } else last.endMs = timeMs;
  }
  return alarms;
}

const within = ({ startMs }: Found, from: number, to: number) => startMs >= from && startMs < to;

test('a score is about the span that decided, which does not reach back into the last alarm', () => {
  const isDown = (timeMs: number) =>
    (timeMs >= at(40, 8) && timeMs < at(40, 20)) || (timeMs >= at(44, 8) && timeMs < at(44, 20));
  const scorer = new ChannelScorer(usual);
  let endMs = 0;
  const since: number[] = [];
  for (const { timeMs, value } of madeUpCounts({ days: 46, perHour: 12, factorAt: time => (isDown(time) ? 0.3 : 1) })) {
    const { score, sinceMs } = scorer.push(timeMs, value);
    expect(sinceMs).toBeLessThanOrEqual(timeMs);
    if (score > 1) {
      if (timeMs > endMs + hourMs) {
        since.push(sinceMs);
        expect(sinceMs).toBeGreaterThanOrEqual(endMs + hourMs);
      }
      endMs = timeMs;
    }
  }
  expect(since.filter(sinceMs => sinceMs >= at(40, 6) && sinceMs <= at(40, 9))).toHaveLength(1);
  expect(since.filter(sinceMs => sinceMs >= at(44, 6) && sinceMs <= at(44, 9))).toHaveLength(1);
});

describe('counts of events', () => {
  test('where a level fades within hours, as in weather, drops of four hours are found against the level before them', () => {
    const isDrop = (hour: number, hours = 4) => hour >= 30 * 24 && hour % 100 < hours;
    const found = [1, 2, 3, 4].map(seed => {
      let level = 0;
      const factors = Array.from({ length: 150 * 24 }, (_, hour) => {
        const [a, b, c] = ['a', 'b', 'c'].map(draw => drawOf(seed, `${draw}/${hour}`));
        level = 0.9 * level + 0.14 * ((a ?? 0) + (b ?? 0) + (c ?? 0) - 1.5);
        return Math.exp(level) * (isDrop(hour) ? 0.45 : 1);
      });
      const hourOf = (timeMs: number) => Math.floor((timeMs - madeUpStartMs) / hourMs);
      const factorAt = (timeMs: number) => factors[hourOf(timeMs)] ?? 1;
      const alarms = alarmsIn(madeUpCounts({ days: 150, perHour: 300, name: `fading ${seed}`, factorAt }));
      const right = alarms.filter(({ startMs }) => isDrop(hourOf(startMs), 5)).length;
      return { right, wrong: alarms.length - right };
    });
    // With what short spans learn held as close to the usual as that of long ones, 9 right and 14 wrong.
    expect(found.reduce((sum, { right }) => sum + right, 0)).toBeGreaterThan(11);
    expect(found.reduce((sum, { wrong }) => sum + wrong, 0)).toBeLessThan(14);
  });

  test('an outage of 37 h behind a gap is seen, and the traffic after it is no flood', () => {
    const gap = { from: at(50, 8), to: at(50, 20) };
    const outage = { from: at(50, 20), to: at(52, 9) };
    const factorAt = (timeMs: number) => {
      if (timeMs >= gap.from && timeMs < gap.to) return undefined;
      return timeMs >= outage.from && timeMs < outage.to ? 0 : 1;
    };
    const alarms = alarmsIn(madeUpCounts({ days: 70, factorAt })).filter(({ startMs }) => startMs >= at(50));
    const [first] = alarms;
    expect(first?.text).toContain('too few');
    expect(first !== undefined && within(first, outage.from, outage.from + 4 * hourMs)).toBe(true);
    expect(first?.endMs).toBeLessThanOrEqual(outage.to + 3 * hourMs);
    expect(alarms.filter(({ startMs }) => startMs < outage.to + 5 * dayMs)).toHaveLength(1);
  });

  test('a gap in the log that is counted as zeros is one alarm, and an outage behind it is seen', () => {
    const factorAt = (timeMs: number) => {
      const isZero = (timeMs >= at(40, 6) && timeMs < at(45)) || (timeMs >= at(47, 9) && timeMs < at(48, 22));
      return isZero ? 0 : 1;
    };
    const alarms = alarmsIn(madeUpCounts({ days: 70, factorAt })).filter(({ startMs }) => startMs >= at(40));
    expect(alarms.some(alarm => within(alarm, at(40, 6), at(40, 14)))).toBe(true);
    expect(alarms.some(alarm => within(alarm, at(47, 9), at(47, 15)))).toBe(true);
    expect(alarms.filter(({ startMs }) => startMs < at(53))).toHaveLength(2);
  });

  test('traffic that doubles within months raises no more alarms than allowed', () => {
    const factorAt = (timeMs: number) => 1 + (timeMs - madeUpStartMs) / (240 * dayMs);
    const alarms = alarmsIn(madeUpCounts({ days: 240, factorAt })).filter(({ startMs }) => startMs >= at(28));
    expect(alarms.length).toBeLessThanOrEqual(14);
  });

  test('a surge raises no alarm a week later, when counts are as usual', () => {
    const echoes = [12, 13, 19, 20].flatMap(day => {
      const samples = madeUpCounts({
        days: day + 8,
        perHour: 1000,
        shape: timeMs => 1 + 0.8 * Math.cos((2 * Math.PI * ((timeMs % dayMs) / hourMs - 15)) / 24),
        factorAt: time => (time >= at(day, 9) && time < at(day, 14) ? 3 : 1),
      });
      const alarms = alarmsIn(samples);
      expect(alarms.some(alarm => within(alarm, at(day, 9), at(day, 14)))).toBe(true);
      return alarms.filter(alarm => within(alarm, at(day + 7, 6), at(day + 7, 20)));
    });
    expect(echoes).toEqual([]);
  });

  test('nor does a second surge within a day, which makes no alarm of its own', () => {
    const echoes = [12, 13, 17, 20].flatMap(day => {
      const isSurge = (timeMs: number) =>
        (timeMs >= at(day, 8) && timeMs < at(day, 10)) || (timeMs >= at(day, 20) && timeMs < at(day, 23));
      const samples = madeUpCounts({
        days: day + 8,
        perHour: 1000,
        name: 'a',
        shape: timeMs => 1 + 0.8 * Math.cos((2 * Math.PI * ((timeMs % dayMs) / hourMs - 15)) / 24),
        factorAt: time => (isSurge(time) ? 3 : 1),
      });
      return alarmsIn(samples).filter(alarm => within(alarm, at(day + 7, 6), at(day + 8)));
    });
    expect(echoes).toEqual([]);
  });

  test('a job that comes every week is usual from the fourth week on at the latest, and its end is soon usual, too', () => {
    const isJob = (timeMs: number) =>
      [4, 5, 6, 7, 8, 9].some(week => timeMs >= at(7 * week + 2, 9) && timeMs < at(7 * week + 2, 11));
    const samples = madeUpCounts({ days: 98, perHour: 200, factorAt: time => (isJob(time) ? 3 : 1) });
    const alarms = alarmsIn(samples);
    const weeks = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map(week =>
      alarms.some(alarm => within(alarm, at(7 * week + 2, 9), at(7 * week + 2, 13))),
    );
    expect([weeks.slice(0, 2), weeks.slice(3, 6), weeks.slice(8)]).toEqual([
      [true, true],
      [false, false, false],
      [false, false],
    ]);
  });

  test('clocks that change raise no alarm', () => {
    const timezone = 'Europe/Berlin';
    const officeHours = (localMs: number) => (localMs % dayMs >= 8 * hourMs && localMs % dayMs < 18 * hourMs ? 2 : 0.2);
    const local = localTime(timezone);
    const samples = madeUpCounts({ days: 60, perHour: 400, shape: timeMs => officeHours(local(timeMs)) });
    // 29 March 2026 is day 27.
    expect(alarmsIn(samples, { timezone }).filter(alarm => within(alarm, at(26), at(34)))).toEqual([]);
    expect(alarmsIn(samples, { timezone: 'UTC' }).filter(alarm => within(alarm, at(26), at(34)))).not.toEqual([]);
  });

  test('thresholds keep to the budget for months of heavy tails', () => {
    const factorAt = (timeMs: number) => {
      const hour = Math.floor(timeMs / (6 * hourMs));
      return Math.exp(0.5 * (drawOf(2, `tail/${hour}`) + drawOf(3, `tail/${hour}`) - 1) ** 3 * 4);
    };
    const alarms = alarmsIn(madeUpCounts({ days: 200, factorAt })).filter(({ startMs }) => startMs >= at(28));
    expect(alarms.length).toBeLessThanOrEqual(2 * (172 / 22));
  });

  test('the first two weeks of a history raise no more alarms than allowed', () => {
    const shape = (timeMs: number) => 1 + 0.8 * Math.sin((2 * Math.PI * timeMs) / dayMs);
    const alarms = Array.from({ length: 16 }, (_, index) => `early-${index}`).flatMap(name => {
      const factorAt = (timeMs: number) => 0.85 + 0.3 * drawOf(4, `${name}/${Math.floor(timeMs / dayMs)}`);
      return alarmsIn(madeUpCounts({ days: 14, name, shape, factorAt }));
    });
    expect(alarms.length).toBeLessThanOrEqual((16 * 14) / 22);
  });

  test('a heartbeat that is silent for two hours is one alarm, which ends, and the next silence is seen', () => {
    const silent = (timeMs: number) =>
      (timeMs >= at(30, 10) && timeMs < at(30, 12)) || (timeMs >= at(34, 10) && timeMs < at(34, 12));
    const times = Array.from({ length: 45 * 288 }, (_, index) => madeUpStartMs + index * 5 * minuteMs);
    const samples = times.map(timeMs => ({ timeMs, value: silent(timeMs) ? 0 : 1 }));
    const alarms = alarmsIn(samples, { periodMs: 5 * minuteMs });
    expect(alarms).toHaveLength(2);
    for (const [index, day] of [30, 34].entries()) {
      expect(alarms[index]?.startMs).toBeGreaterThanOrEqual(at(day, 10));
      expect(alarms[index]?.startMs).toBeLessThanOrEqual(at(day, 11));
      expect(alarms[index]?.endMs).toBeLessThanOrEqual(at(day, 14));
    }
  });

  test('incidents in the training days do not hide the next one', () => {
    const factorAt = (timeMs: number) => {
      const day = Math.floor((timeMs - madeUpStartMs) / dayMs);
      const isDown = [5, 12, 40].includes(day) && timeMs % dayMs >= 10 * hourMs && timeMs % dayMs < 18 * hourMs;
      return isDown ? 0 : day === 8 && timeMs % dayMs < 6 * hourMs ? 6 : 1;
    };
    const alarms = alarmsIn(madeUpCounts({ days: 50, factorAt })).filter(({ startMs }) => startMs >= at(30));
    expect(alarms.map(({ startMs }) => Math.floor((startMs - madeUpStartMs) / dayMs))).toContain(40);
  });

  test('a new level is an alarm that ends, and becomes usual', () => {
    const alarms = alarmsIn(madeUpCounts({ days: 90, factorAt: timeMs => (timeMs >= at(40) ? 3 : 1) }));
    const after = alarms.filter(({ startMs }) => startMs >= at(40));
    expect(after.length).toBeGreaterThanOrEqual(1);
    expect(after.length).toBeLessThanOrEqual(3);
    expect(Math.max(...after.map(({ endMs }) => endMs))).toBeLessThan(at(50));
  });

  test('a few events a day are enough to see a week without any', () => {
    const isSilent = (timeMs: number) => timeMs >= at(60) && timeMs < at(67);
    const samples = madeUpCounts({ days: 80, perHour: 0.25, factorAt: timeMs => (isSilent(timeMs) ? 0 : 1) });
    const alarms = alarmsIn(samples).filter(({ startMs }) => startMs >= at(28));
    expect(alarms.some(alarm => within(alarm, at(60), at(67)))).toBe(true);
    expect(alarms.length).toBeLessThanOrEqual(4);
  });
});

describe('counts that vary more than Poisson', () => {
  test('an hour of silence at night is seen, though other hours have half or twice as many as usual', () => {
    const isSilent = (timeMs: number) => timeMs >= at(60, 2) && timeMs < at(60, 3);
    const factorAt = (timeMs: number) => (isSilent(timeMs) ? 0 : Math.exp(2 * drawOf(2, `a/${timeMs}`) - 1));
    const alarms = alarmsIn(madeUpCounts({ days: 62, perHour: 60, factorAt }));
    expect(alarms.find(alarm => within(alarm, at(60), at(61)))?.text).toMatch(/^0 in the last 1 h, 14 expected/);
  });

  test('a level that lasts for hours is followed: a drop is seen, and the level raises no alarm', () => {
    const draws = (timeMs: number) =>
      Array.from({ length: 24 }, (_, before) => {
        const block = Math.floor(timeMs / (2 * hourMs)) - before;
        return drawOf(2, `b/${block}`) * Math.exp(-before / 12);
      });
    const level = (timeMs: number) => Math.exp(0.2 * (draws(timeMs).reduce((sum, draw) => sum + draw, 0) - 5));
    const isDropped = (timeMs: number) => timeMs >= at(80, 10) && timeMs < at(80, 13);
    const factorAt = (timeMs: number) => level(timeMs) * (isDropped(timeMs) ? 0.6 : 1);
    const alarms = alarmsIn(madeUpCounts({ days: 90, perHour: 600, factorAt }));
    const after = alarms.filter(({ startMs }) => startMs >= at(28));
    expect(after.some(alarm => within(alarm, at(80, 10), at(80, 13)))).toBe(true);
    expect(after.length).toBeLessThanOrEqual(2);
  });
});

describe('values', () => {
  const value = { isCount: false };
  const warm = (timeMs: number) => 20 + 5 * Math.cos((2 * Math.PI * ((timeMs % dayMs) / hourMs - 15)) / 24);
  const values = (days: number, at_: (timeMs: number) => number, periodMs = hourMs): readonly MadeUpSample[] =>
    Array.from({ length: (days * dayMs) / periodMs }, (_, index) => madeUpStartMs + index * periodMs).map(timeMs => ({
      timeMs,
      value: at_(timeMs) + drawOf(1, `noise/${timeMs}`) - 0.5,
    }));

  test('a fault raises no alarm a week later, when values are as usual', () => {
    const echoes = [10, 11, 12, 13, 17, 18].flatMap(day => {
      const isFault = (timeMs: number) => timeMs >= at(day, 9) && timeMs < at(day, 14);
      const alarms = alarmsIn(
        values(day + 8, timeMs => (isFault(timeMs) ? 0 : warm(timeMs))),
        value,
      );
      expect(alarms.some(alarm => within(alarm, at(day, 9), at(day, 14)))).toBe(true);
      return alarms.filter(alarm => within(alarm, at(day + 7, 6), at(day + 7, 20)));
    });
    expect(echoes).toEqual([]);
  });

  test('a warm night is seen, though the day is as warm', () => {
    const samples = values(60, timeMs => (timeMs >= at(50) && timeMs < at(50, 6) ? 24 : warm(timeMs)));
    const alarms = alarmsIn(samples, value).filter(({ startMs }) => startMs >= at(28));
    expect(alarms.some(alarm => within(alarm, at(50), at(50, 6)))).toBe(true);
    expect(alarms.length).toBeLessThanOrEqual(3);
  });

  test('the first days raise no alarm: before it is known how much values vary, no season is judged', () => {
    const alarms = ['a', 'b', 'c', 'd'].flatMap(name =>
      alarmsIn(
        values(8, timeMs => 20 + warm(timeMs) / 4 + 2 * drawOf(5, `${name}/${Math.floor(timeMs / (6 * hourMs))}`)),
        value,
      ),
    );
    expect(alarms.length).toBeLessThanOrEqual(1);
  });

  test('a value beyond all before is seen in the first days, before there is a season', () => {
    const samples = values(2, timeMs => (timeMs >= at(1, 12) && timeMs < at(1, 13) ? 80 : 20), 5 * minuteMs);
    const alarms = alarmsIn(samples, { ...value, periodMs: 5 * minuteMs });
    expect(alarms).toHaveLength(1);
    expect(alarms[0]?.startMs).toBe(at(1, 12));
    expect(alarms[0]?.text).toMatch(/^value 79.*times the largest so far$/);
  });

  test('a value that is hardly beyond all before is no alarm, though none was for months; one that is far beyond is', () => {
    const measured = (last: number, wild: number) => [
      ...Array.from({ length: 12_000 }, (_, index) => ({
        timeMs: madeUpStartMs + index * 10 * minuteMs,
        value: index === 300 ? wild : 100 * drawOf(2, `value/${index}`),
      })),
      { timeMs: madeUpStartMs + 12_000 * 10 * minuteMs, value: last },
    ];
    const lastAlarms = (last: number, wild = 50) =>
      alarmsIn(measured(last, wild), { ...value, periodMs: 10 * minuteMs }).filter(
        ({ startMs }) => startMs >= at(83, 8),
      );
    expect(lastAlarms(100.6)).toEqual([]);
    const isFar = [{ text: expect.stringContaining('how far the value lies beyond all') }];
    expect(lastAlarms(160)).toMatchObject(isFar);
    expect(lastAlarms(160, -9999)).toMatchObject(isFar);
  });

  const weather = (timeMs: number) =>
    14 + warm(timeMs) / 4 + 8 * drawOf(5, `weather/${Math.floor(timeMs / (6 * hourMs))}`);
  /** Of 60 days, from the morning of the 40th on. */
  const stuckWeather = (hours: number, periodMs = hourMs) => {
    const isStuck = (timeMs: number) => timeMs >= at(40, 9) && timeMs < at(40, 9 + hours);
    return values(60, weather, periodMs).map(({ timeMs, value }) => ({
      timeMs,
      value: isStuck(timeMs) ? 21.4 : value,
    }));
  };

  test('a value that is stuck in the middle of its range is one alarm, which ends with it; what is usual stays usual', () => {
    const stuckFor = (hours: number) =>
      alarmsIn(stuckWeather(hours), value).filter(({ startMs }) => startMs >= at(40, 9));
    expect(stuckFor(0)).toEqual([]);
    expect(stuckFor(26)).toEqual([{ startMs: at(40, 19), endMs: at(41, 11), text: expect.any(String) }]);
    expect(stuckFor(26)[0]?.text).toBe('the same value, 21.4, for 11 h (11 times in a row), usually at most 60 min');
    expect(stuckFor(10 * 24)).toMatchObject([{ startMs: at(40, 19), endMs: at(43, 19) }]);
  });

  test('the score of a value that is stuck is about the whole run, and at most 10; counts are not stuck', () => {
    const periodMs = 30 * minuteMs;
    const scorer = new ChannelScorer({ ...usual, ...value, periodMs });
    const scored = stuckWeather(10 * 24, periodMs)
      .map(({ timeMs, value }) => ({ timeMs, ...scorer.push(timeMs, value) }))
      .filter(({ timeMs, score }) => timeMs >= at(40, 9) && score > 1);
    // No alarm came before it.
    expect(scored[0]).toMatchObject({ timeMs: at(40, 14), sinceMs: at(40, 9) });
    expect(Math.max(...scored.map(({ score }) => score))).toBe(10);
    expect(alarmsIn(stuckWeather(26)).filter(({ text }) => text.startsWith('the same value'))).toEqual([]);
  });

  test.each([
    [15, 12],
    [5, 6],
  ])('rain in %i %% of the hours raises hardly more alarms than allowed, though most values are 0', (percent, most) => {
    let isWet = false;
    const rain = values(150, () => 0).map(({ timeMs }, index) => {
      const [change, kind, amount] = ['change', 'kind', 'amount'].map(draw => drawOf(3, `${draw}/${index}`)) as [
        number,
        number,
        number,
      ];
      if (change < 1 / 12) isWet = kind > 1 - percent / 100;
      return { timeMs, value: isWet ? Math.round(-50 * Math.log(1 - amount)) / 10 : 0 };
    });
    expect(alarmsIn(rain, value).length).toBeLessThanOrEqual(most);
  });

  test('a constant has no alarm until it changes, and a new constant becomes usual', () => {
    const samples = values(40, () => 0).map(({ timeMs }) => ({ timeMs, value: timeMs < at(30) ? 7 : 8 }));
    const alarms = alarmsIn(samples, value);
    expect(alarms.filter(({ startMs }) => startMs < at(30))).toEqual([]);
    expect(alarms[0]?.startMs).toBe(at(30));
    expect(Math.max(...alarms.map(({ endMs }) => endMs))).toBeLessThan(at(36));
  });

  test('every score is finite where samples are constant, short or far apart', () => {
    for (const periodMs of [minuteMs, hourMs, dayMs, 30 * dayMs]) {
      const scorer = new ChannelScorer({ ...usual, ...value, periodMs });
      const scores = Array.from({ length: 300 }, (_, index) =>
        scorer.push(madeUpStartMs + index * periodMs, index === 200 ? 1 : 0),
      );
      expect(scores.every(({ score }) => Number.isFinite(score))).toBe(true);
    }
  });
});

describe('daily samples', () => {
  const week = [1, 1.1, 1.05, 1, 0.9, 0.2, 0.1];
  /** Counts of whole local days, in summer time too: 2 March 2026 was a Monday. */
  const ofDays = (timezone: string, factorAt: (day: number) => number, name = 'series') => {
    const local = localTime(timezone);
    const samples = madeUpCounts({ days: 200, periodMs: dayMs, perHour: 50, shape: () => 1, name });
    return samples.map(({ timeMs, value }, day) => ({
      timeMs: timeMs - (local(timeMs) - timeMs),
      value: Math.round(value * (week[day % 7] ?? 0) * factorAt(day)),
    }));
  };

  test.each(['UTC', 'Europe/London', 'America/New_York'])('a working day as quiet as a Sunday: %s', timezone => {
    const facts = { periodMs: dayMs, timezone };
    const usual = alarmsIn(
      ofDays(timezone, () => 1),
      facts,
    );
    expect(usual.length).toBeLessThanOrEqual(9);
    // Wednesdays.
    for (const day of [37, 86, 149]) {
      const samples = ofDays(timezone, each => (each === day ? 0.1 : 1));
      const found = alarmsIn(samples, facts).find(({ startMs }) => startMs === samples[day]?.timeMs);
      expect(found?.text).toMatch(/^\d+ in the last day, 1,\d+ expected by the day of the week \(.* too few\)$/);
    }
  });

  test.each([
    ['a minute before midnight or after it', 'UTC', (day: number) => (day % 3 === 1 ? -1 : 1) * minuteMs],
    ['from a minute before midnight on', 'UTC', (day: number) => (day % 3 === 0 ? -1 : 1) * minuteMs],
    ['at 22:00 UTC, which is 23:00 or midnight', 'Europe/Berlin', () => -2 * hourMs],
    ['at midnight UTC, which is in the evening before', 'America/New_York', () => 0],
  ])('counts that begin %s are of the same days', (_, timezone, shiftMs) => {
    const days = (factorAt: (day: number) => number) => ofDays('UTC', factorAt);
    const quiet = (day: number) => ([37, 86, 149].includes(day) ? 0.1 : 1);
    const shifted = days(quiet).map(({ timeMs, value }, day) => ({ timeMs: timeMs + shiftMs(day), value }));
    const found = (samples: readonly MadeUpSample[], zone: string) =>
      alarmsIn(samples, { periodMs: dayMs, timezone: zone }).map(({ startMs }) =>
        Math.round((startMs - at(0)) / dayMs),
      );
    expect(found(shifted, timezone)).toEqual(found(days(quiet), 'UTC'));
  });

  test('until six weeks are known, a drop must be larger to be found', () => {
    const [early = 0, late] = [24, 73].map(day => {
      const isFound = (name: string) => {
        const samples = ofDays('UTC', each => (each === day ? 0.6 : 1), name);
        return alarmsIn(samples, { periodMs: dayMs }).some(({ startMs }) => startMs === samples[day]?.timeMs);
      };
      return ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].filter(isFound).length;
    });
    expect(late).toBeGreaterThan(7);
    // With as few days as other samples need, 6.
    expect(early).toBeLessThan(5);
  });

  test('the day of the week is judged from the third week on', () => {
    const scorer = new ChannelScorer({ ...usual, periodMs: dayMs });
    const ready = ofDays('UTC', () => 1).map(({ timeMs, value }) => {
      scorer.push(timeMs, value);
      return scorer.isSeasonal;
    });
    expect(ready.indexOf(true)).toBe(14);
  });
});

describe('the first values', () => {
  const every2Days = (days: number, factorAt?: (timeMs: number) => number) =>
    madeUpCounts({ days, periodMs: 2 * dayMs, perHour: 10, ...(factorAt === undefined ? {} : { factorAt }) });
  const slow = { periodMs: 2 * dayMs };

  test('a surge is found among a hundred counts of two days', () => {
    const samples = every2Days(200, timeMs => (timeMs >= at(120) && timeMs < at(121) ? 6 : 1));
    const alarms = alarmsIn(samples, slow);
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toMatchObject({
      startMs: at(120),
      text: expect.stringContaining('the 60 values before it are from'),
    });
    expect(alarmsIn(every2Days(200), slow)).toEqual([]);
  });

  test('a week without events is found among two years of them', () => {
    const weekly = (missing?: number) =>
      Array.from({ length: 104 }, (_, week) => ({
        timeMs: at(7 * week),
        value: week === missing ? 0 : 200 + Math.round(30 * drawOf(1, `week/${week}`)),
      }));
    const facts = { periodMs: 7 * dayMs };
    expect(alarmsIn(weekly(), facts)).toEqual([]);
    expect(alarmsIn(weekly(80), facts)).toMatchObject([
      { startMs: at(560), text: expect.stringMatching(/^value 0: the 80 values before it are from 20\d to 2[23]\d$/) },
    ]);
  });

  test('nothing is found in the first week of hours, nor among the first 24 values', () => {
    const spike = (day: number) => every2Days(80, timeMs => (timeMs >= at(day) && timeMs < at(day + 1) ? 9 : 1));
    expect(alarmsIn(spike(40), slow)).toEqual([]);
    expect(alarmsIn(spike(60), slow)).toHaveLength(1);
    const monday = Array.from({ length: 60 }, (_, hour) => ({ timeMs: at(0, hour), value: hour < 32 ? hour % 2 : 50 }));
    expect(alarmsIn(monday, { isCount: false })).toEqual([]);
  });

  test('constant values, and a first event after none, are no alarm; a value far from the constant is', () => {
    const values = (last: number, first = 0) => [
      ...Array.from({ length: 60 }, (_, day) => ({ timeMs: at(day), value: first })),
      { timeMs: at(60), value: last },
    ];
    expect(alarmsIn(values(1), { periodMs: dayMs })).toEqual([]);
    expect(alarmsIn(values(5, 5), { isCount: false, periodMs: dayMs })).toEqual([]);
    expect(alarmsIn(values(6, 5), { isCount: false, periodMs: dayMs })).toHaveLength(1);
  });
});

test('values on both sides of a long pause are not compared', () => {
  // The series goes on after 3 days and 19 hours, at another time of day.
  const times = Array.from({ length: 40 * 288 }, (_, index) => at(0) + index * 5 * minuteMs);
  const samples = times
    .filter(timeMs => timeMs < at(15, 5) || timeMs >= at(19))
    .map(timeMs => ({ timeMs, value: 100 + 50 * Math.sin((2 * Math.PI * (timeMs - at(0))) / dayMs) }));
  expect(alarmsIn(samples, { isCount: false, periodMs: 5 * minuteMs })).toEqual([]);
});

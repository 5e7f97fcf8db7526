import { sum } from '../../../base/sum.ts';
import { dayMs, hourMs, minuteMs } from '../../../base/time.ts';
import { ridge } from '../forecasts/ridge.ts';
import { type CountVariance, countResidual, fitCountVariance } from '../scan/count-residual.ts';
import { levelBounds } from '../scan/trailing-levels.ts';
import { DailyMaxima } from './daily-maxima.ts';
import { GuardedLevel, levelHours } from './guarded-level.ts';
import { HourlySpread } from './hourly-spread.ts';
import { isWeekendDay, type LocalSlot, localSlots } from './local-slots.ts';
import { SlotProfile } from './slot-profile.ts';

/** Spans that are tested [h]; those shorter than a slot are left out. */
const spanHours = [0.25, 0.5, 1, 2, 4, 8, 16, 24, 48, 96, 168] as const;
/** A slot is at least so long; a longer period of the samples is a slot. */
const leastSlotMs = 15 * minuteMs;
/** Days that a spread is fitted to, and as many as are needed for it. */
const spreadDays = 28;
const leastSpreadDays = 3;
/** Of an alarm that lasts for longer, the newest days are remembered. */
const unusualDays = 7;
/** Two seasons [days]. A season is a day, or a week where a slot is a day. */
const twoSeasons = { ofDays: 2, ofWeeks: 14 } as const;
/** A span is tested if so large a share of its slots has data. */
const leastPresent = 0.5;
/** Longer spans are for sparse channels: those with fewer events than this expected in them. */
const longHours = 48;
const sparseEvents = 150;
/** A span is over when its newest part is as expected: the last hour, or up to this share of the span, until so many events are expected in it. */
const newestShare = 6;
const newestEvents = 3;
const unknownVariance: CountVariance = { dispersion: 2, relative: 0.0625 };
/** A first weekend is compared with working days: it may be less or more by this relative variance, or by so many times the spread of values. */
const doubtfulRelative = 0.5;
const doubtfulSds = 4;
/** Of the levels, before anything is fitted; what is fitted is believed to lie about so far from them. */
const usualCoefficients = [0, 0.15, 0.35, 0.5] as const;
const coefficientSd = { shortCount: 0.2, longCount: 0.1, value: 0.3 } as const;
/** Of counts over spans of at most so long there is enough to learn more freely how levels carry over. */
const shortHours = 8;
/** The logarithm of a count against its forecast is clipped to this: an outage says nothing about how levels carry over. */
const largestLogRatio = 1;
/** The least relative spread of a value. */
const leastSpread = 0.01;
/** A standard deviation is at least this share of the mean deviation (0.8 σ of normal residuals): of values that are mostly 0, the median deviation is 0. */
const leastMeanShare = 0.7;
/** Beyond this, a deviation says no more. */
const largestZ = 40;
/** Statistics are measured by what they reach once in so many days. */
const returnDays = 66;
const statisticPrior = { median: 2.2, excess: 0.5, least: 2.5 } as const;

/** The strongest deviation of one sign over the spans that end now. */
export type SeasonalDeviation = {
  /** z by what its length reaches once in 66 days. */
  readonly ratio: number;
  readonly z: number;
  readonly hours: number;
  /** Counts: sums over the span. Values: means. */
  readonly actual: number;
  readonly expected: number;
};

export type SeasonalDeviations = { readonly high: SeasonalDeviation; readonly low: SeasonalDeviation };

/** Of silences: a channel that is never silent says nothing about how long one may be. */
const silencePrior = { median: 3, excess: 0.5, least: 4 } as const;

const none: SeasonalDeviation = { ratio: 0, z: 0, hours: 0, actual: 0, expected: 0 };

type PlacedValue = { readonly place: LocalSlot; readonly value: number };

type Seen = { readonly actual: number; readonly forecast: number; readonly levels: readonly number[] };

type TestedSpan = {
  readonly slots: number;
  readonly hours: number;
  /** What was seen over spans of this length, some of them. */
  seen: Seen[];
  /** How each level before a span carries over to it. */
  coefficients: readonly number[];
  variance: CountVariance;
  /** Of values; undefined before it is known. */
  sd: number | undefined;
  readonly spread: HourlySpread;
  readonly high: DailyMaxima;
  readonly low: DailyMaxima;
};

/** How long a slot of a channel is; undefined for one whose period is too long for a season of a day, and is not a day: the season of days is the week. */
export function slotLength(periodMs: number): number | undefined {
  if (Math.abs(periodMs - dayMs) <= hourMs) return dayMs;
  if (periodMs > dayMs / 2) return undefined;
  const slotMs = periodMs >= leastSlotMs ? periodMs : leastSlotMs;
  // Slots must fall on the same times each day.
  const perDay = Math.max(1, Math.floor(dayMs / slotMs));
  return dayMs / perDay;
}

/** Days that must be known before a season is judged. */
export function leastDays(slotMs: number): number {
  return slotMs === dayMs ? twoSeasons.ofWeeks : twoSeasons.ofDays;
}

/**
 * Follows one channel slot by slot, without a look ahead: what was counted or measured over the last quarter of an hour to two days (of a channel with few
 * events, a week) against the local time of day, at the level before the span.
 */
export class SeasonalScan {
  readonly #slotMs: number;
  readonly #leastDays: number;
  readonly #isCount: boolean;
  readonly #place: (timeMs: number) => LocalSlot;
  readonly #profile: SlotProfile;
  #level: GuardedLevel;
  readonly #newLevel: () => GuardedLevel;
  readonly #spans: readonly TestedSpan[];
  #fittedDay = Number.NaN;
  #firstDay = Number.NaN;
  /** Slots of the present alarm. */
  #unusual: PlacedValue[] = [];
  /** Slots of the last hour that were taken for usual. */
  #newestUsual: PlacedValue[] = [];
  /** The first slot that spans may hold. */
  #testedFrom = 0;
  /** Slots since anything was expected. */
  #judged = 0;
  /** Where the present silence began. */
  #silentFrom: number | undefined;
  readonly #silence = new DailyMaxima(silencePrior);

  constructor(options: { readonly isCount: boolean; readonly slotMs: number; readonly timezone: string }) {
    const { isCount, slotMs, timezone } = options;
    this.#slotMs = slotMs;
    this.#leastDays = leastDays(slotMs);
    this.#isCount = isCount;
    this.#place = localSlots(timezone, slotMs);
    this.#profile = new SlotProfile(Math.ceil(dayMs / slotMs), isCount);
    const perHour = hourMs / slotMs;
    const lengths = [...new Set(spanHours.map(hours => Math.round(hours * perHour)).filter(slots => slots >= 1))];
    this.#spans = lengths.map(slots => ({
      slots,
      hours: slots / perHour,
      seen: [],
      coefficients: usualCoefficients,
      variance: unknownVariance,
      sd: undefined,
      spread: new HourlySpread(perHour),
      high: new DailyMaxima(statisticPrior),
      low: new DailyMaxima(statisticPrior),
    }));
    this.#newLevel = () => new GuardedLevel({ isCount, perHour, longest: lengths.at(-1) ?? 1 });
    this.#level = this.#newLevel();
  }

  /** True once two seasons are known, and of values also how much they vary. */
  get isReady(): boolean {
    return this.#judged > 0 && (this.#isCount || this.#spans[0]?.sd !== undefined);
  }

  /** A slot about which nothing is known. */
  skip(): void {
    this.#newestUsual.shift();
    this.#level.skip();
  }

  /** A clear alarm begins. The last hour raised it and is no longer usual: otherwise the same hour of the next week could be an alarm. */
  beginAlarm(): void {
    this.#unusual = this.#newestUsual;
    this.#newestUsual = [];
    for (const { place, value } of this.#unusual) this.#profile.setUnusual(place, value);
  }

  /** An alarm is over: what it was about is not tested again as part of a longer span. */
  endAlarm(): void {
    this.#testedFrom = this.#level.length;
  }

  /** What the present alarm is about is usual from now on, and what was before it is forgotten. */
  takeAsUsual(): void {
    const first = this.#unusual[0]?.place.day;
    if (first === undefined) return;
    this.#profile.forgetBefore(first);
    for (const { place, value } of this.#unusual) this.#profile.set(place, value);
    this.#unusual = [];
    this.#level = this.#newLevel();
    this.#testedFrom = 0;
    this.#silentFrom = undefined;
    for (const span of this.#spans) span.seen = [];
    this.#firstDay = first;
  }

  /** @param isAnomalous true while an alarm lasts: its slots are not taken for usual */
  push(startMs: number, value: number, isAnomalous: boolean): SeasonalDeviations {
    const place = this.#place(startMs);
    const expected = this.#profile.expected(place);
    if (Number.isNaN(this.#firstDay)) this.#firstDay = place.day;
    const isKnown = expected !== undefined && place.day - this.#firstDay >= this.#leastDays;
    const isYoung = place.day - this.#firstDay < spreadDays;
    if (!(Math.abs(place.day - this.#fittedDay) < (isYoung ? 1 : 4))) this.#refit(place.day);
    if (!isKnown) {
      this.#profile.set(place, value);
      this.#level.skip();
      return { high: none, low: none };
    }
    this.#judged += 1;
    const isDoubtful = !this.#profile.knows(isWeekendDay(place.day));
    this.#level.push(value, { expected, sd: this.#sdOfSlot(expected), isDoubtful });
    if (isAnomalous) {
      this.#newestUsual.shift();
      this.#unusual.push({ place, value });
      this.#profile.setUnusual(place, value);
      if (this.#unusual.length > (unusualDays * dayMs) / this.#slotMs) this.#unusual.shift();
    } else {
      this.#unusual = [];
      this.#profile.set(place, value);
      this.#newestUsual.push({ place, value });
      if (this.#newestUsual.length > Math.max(1, hourMs / this.#slotMs)) this.#newestUsual.shift();
    }
    return this.#deviations(place, isAnomalous);
  }

  #deviations({ day, slot }: LocalSlot, isAnomalous: boolean): SeasonalDeviations {
    let [high, low] = [none, none];
    const end = this.#level.length;
    const hour = (slot * this.#slotMs) / hourMs;
    for (const span of this.#spans) {
      const from = end - span.slots;
      if (from < this.#testedFrom) break;
      const { actual, expected, present, doubtful } = this.#level.between(from, end);
      if (present < leastPresent * span.slots) continue;
      if (span.hours > longHours && !(this.#isCount && expected < sparseEvents)) continue;
      const levels = this.#level.before(from);
      const level = this.#levelOf(levels, span.coefficients);
      const mean = this.#isCount ? expected * level : expected / present + level;
      const found = this.#isCount ? actual : actual / present;
      if (doubtful === 0 && !isAnomalous && this.#judged % Math.max(1, Math.ceil(span.slots / 2)) === 0) {
        span.seen.push({ actual: found, forecast: this.#isCount ? expected : expected / present, levels });
      }
      const { sd, variance } = span;
      if (!this.#isCount && sd === undefined) continue;
      const residual = this.#isCount
        ? countResidual(found, mean, doubtful > 0 ? withDoubt(variance) : variance)
        : (found - mean) / Math.max((doubtful > 0 ? doubtfulSds : 1) * (sd ?? 0), this.#leastSd(mean));
      const z = bounded(residual / span.spread.of(hour));
      if (doubtful === 0 && !isAnomalous) span.spread.push(day, hour, residual);
      span.high.push(day, z, isAnomalous ? returnDays : undefined);
      span.low.push(day, -z, isAnomalous ? returnDays : undefined);
      const newest = this.#newest(end, span.slots, level);
      const newestMean = this.#isCount ? newest.expected * level : newest.expected + newest.present * level;
      if (z === 0 || (newest.actual - newestMean) * z <= 0) continue;
      const side = z > 0 ? span.high : span.low;
      const ratio = Math.abs(z) / side.levelOf(returnDays);
      const deviation = { ratio, z, hours: span.hours, actual: found, expected: mean };
      if (z > 0 && ratio > high.ratio) high = deviation;
      if (z < 0 && ratio > low.ratio) low = deviation;
    }
    const silent = this.#silent(day, isAnomalous);
    return { high, low: silent.ratio > low.ratio ? silent : low };
  }

  /** Nothing since the last event: its deviance, were the counts Poisson, against what such silences reach. */
  #silent(day: number, isAnomalous: boolean): SeasonalDeviation {
    const end = this.#level.length;
    const { actual, doubtful } = this.#level.between(end - 1, end);
    if (!this.#isCount || actual > 0 || doubtful > 0) {
      this.#silentFrom = undefined;
      return none;
    }
    this.#silentFrom = Math.max(this.#silentFrom ?? end - 1, this.#testedFrom, end - (this.#spans.at(-1)?.slots ?? 1));
    const { expected, present } = this.#level.between(this.#silentFrom, end);
    const mean = expected * this.#levelOf(this.#level.before(this.#silentFrom), usualCoefficients);
    const z = Math.min(largestZ, Math.sqrt(2 * mean));
    this.#silence.push(day, z, isAnomalous ? returnDays : undefined);
    const hours = (present * this.#slotMs) / hourMs;
    return { ratio: z / this.#silence.levelOf(returnDays), z: -z, hours, actual: 0, expected: mean };
  }

  /** The last hour, or so much of the span that some events are expected in it. */
  #newest(end: number, slots: number, level: number) {
    let length = Math.max(1, Math.min(slots, Math.round(hourMs / this.#slotMs)));
    let newest = this.#level.between(end - length, end);
    while (this.#isCount && newest.expected * level < newestEvents && length < slots / newestShare) {
      length *= 2;
      newest = this.#level.between(end - length, end);
    }
    return newest;
  }

  /** Once a day, later twice a week: spreads of the last four weeks. */
  #refit(day: number): void {
    this.#fittedDay = day;
    const perDay = dayMs / this.#slotMs;
    for (const span of this.#spans) {
      const most = Math.ceil((spreadDays * perDay) / Math.max(1, Math.ceil(span.slots / 2)));
      if (span.seen.length > most) span.seen = span.seen.slice(-most);
      if (span.seen.length < (most * leastSpreadDays) / spreadDays) continue;
      span.coefficients = fitted(
        span.seen,
        this.#isCount ? (span.hours <= shortHours ? 'shortCount' : 'longCount') : 'value',
      );
      const counts = span.seen.map(({ actual }) => actual);
      const means = span.seen.map(({ forecast, levels }) => {
        const level = this.#levelOf(levels, span.coefficients);
        return this.#isCount ? forecast * level : forecast + level;
      });
      if (this.#isCount) span.variance = fitCountVariance(counts, means);
      else {
        const deviations = counts.map((count, index) => Math.abs(count - (means[index] ?? 0)));
        const ofMean = leastMeanShare * (sum(deviations, each => each) / deviations.length);
        span.sd = Math.max(1.4826 * medianOf(deviations), ofMean);
      }
    }
  }

  /** A factor for counts, a summand for values. */
  #levelOf(levels: readonly number[], coefficients: readonly number[]): number {
    const level = weighted(levels, coefficients);
    return this.#isCount ? Math.min(levelBounds.most, Math.max(levelBounds.least, Math.exp(level))) : level;
  }

  #sdOfSlot(expected: number): number {
    return Math.max(this.#spans[0]?.sd ?? 0, this.#leastSd(expected));
  }

  #leastSd(expected: number): number {
    return Math.max(leastSpread * Math.abs(expected), Number.MIN_VALUE);
  }
}

function withDoubt({ dispersion, relative }: CountVariance): CountVariance {
  return { dispersion, relative: relative + doubtfulRelative };
}

/** How levels carry over, by a ridge regression towards the usual coefficients. */
function fitted(seen: readonly Seen[], kind: keyof typeof coefficientSd): readonly number[] {
  const targets = seen.map(({ actual, forecast, levels }) => {
    if (kind === 'value') return actual - forecast - weighted(levels, usualCoefficients);
    const ratio = Math.log((actual + 1) / (forecast + 1)) - weighted(levels, usualCoefficients);
    return Math.min(largestLogRatio, Math.max(-largestLogRatio, ratio));
  });
  const noise = targets.reduce((sum, target) => sum + target * target, 0) / Math.max(1, seen.length);
  if (noise === 0) return usualCoefficients;
  // Spans overlap and follow each other closely, so four of them say as much as one.
  const rows = seen.map(({ levels }, index) => ({
    inputs: levels,
    target: targets[index] ?? 0,
    weight: 1 / (4 * noise),
  }));
  const corrections = ridge(
    rows,
    levelHours.map(() => coefficientSd[kind] ** -2),
  );
  return corrections.map((each, index) => each + (usualCoefficients[index] ?? 0));
}

function weighted(levels: readonly number[], coefficients: readonly number[]): number {
  return levels.reduce((sum, each, index) => sum + each * (coefficients[index] ?? 0), 0);
}

function bounded(z: number): number {
  return Math.min(largestZ, Math.max(-largestZ, z));
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
}

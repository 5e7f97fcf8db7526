import { dayMs, hourMs, minuteMs } from '../../../base/time.ts';
import { type CountVariance, countResidual, fitCountVariance } from '../scan/count-residual.ts';
import { DailyMaxima } from './daily-maxima.ts';
import { GuardedLevel } from './guarded-level.ts';
import { isWeekendDay, localSlots } from './local-slots.ts';
import { SlotProfile } from './slot-profile.ts';

/** Spans that are tested [h]; those shorter than a slot are left out. */
const spanHours = [0.25, 0.5, 1, 2, 4, 8, 16, 24, 48] as const;
/** A slot is at least so long; a longer period of the samples is a slot. */
const leastSlotMs = 15 * minuteMs;
/** Days that a spread is fitted to, and as many as are needed for it. */
const spreadDays = 28;
const leastSpreadDays = 3;
/** Two seasons. */
const leastDays = 2;
/** A span is tested if so large a share of its slots has data. */
const leastPresent = 0.5;
/** A span is long over when its newest part, this share of it, is as expected. */
const newestShare = 6;
const unknownVariance: CountVariance = { dispersion: 2, relative: 0.0625 };
/** A first weekend is compared with working days: it may be less or more by this relative variance, or by so many times the spread of values. */
const doubtfulRelative = 0.5;
const doubtfulSds = 4;
/** The least relative spread of a value. */
const leastSpread = 0.01;
/** Beyond this, a deviation says no more. */
const largestZ = 40;
/** Statistics are measured by what they reach once in so many days. */
const returnDays = 22;
const statisticPrior = { median: 2.2, excess: 0.5, least: 2.5 } as const;

/** The strongest deviation of one sign over the spans that end now. */
export type SeasonalDeviation = {
  /** z by what its length reaches once in 22 days. */
  readonly ratio: number;
  readonly z: number;
  readonly hours: number;
  /** Counts: sums over the span. Values: means. */
  readonly actual: number;
  readonly expected: number;
};

export type SeasonalDeviations = { readonly high: SeasonalDeviation; readonly low: SeasonalDeviation };

const none: SeasonalDeviation = { ratio: 0, z: 0, hours: 0, actual: 0, expected: 0 };

type Span = {
  readonly slots: number;
  readonly hours: number;
  /** What was seen over spans of this length: alternately actual and expected. */
  seen: number[];
  variance: CountVariance;
  sd: number;
  readonly high: DailyMaxima;
  readonly low: DailyMaxima;
};

/** How long a slot of a channel is; undefined for one whose period is too long for a season of a day. */
export function slotLength(periodMs: number): number | undefined {
  if (periodMs > dayMs / 2) return undefined;
  const slotMs = periodMs >= leastSlotMs ? periodMs : leastSlotMs;
  // Slots must fall on the same times each day.
  const perDay = Math.max(1, Math.floor(dayMs / slotMs));
  return dayMs / perDay;
}

/**
 * Follows one channel slot by slot, without a look ahead: what was counted or measured over the last quarter of an hour to two days against the local time
 * of day, at the level before the span.
 */
export class SeasonalScan {
  readonly slotMs: number;
  readonly #isCount: boolean;
  readonly #place: (timeMs: number) => { readonly day: number; readonly slot: number };
  readonly #profile: SlotProfile;
  readonly #level: GuardedLevel;
  readonly #spans: readonly Span[];
  #fittedDay = Number.NaN;
  #firstDay = Number.NaN;
  /** Slots since anything was expected. */
  #judged = 0;

  constructor(options: { readonly isCount: boolean; readonly slotMs: number; readonly timezone: string }) {
    const { isCount, slotMs, timezone } = options;
    this.slotMs = slotMs;
    this.#isCount = isCount;
    this.#place = localSlots(timezone, slotMs);
    this.#profile = new SlotProfile(Math.ceil(dayMs / slotMs), isCount);
    const perHour = hourMs / slotMs;
    const lengths = [...new Set(spanHours.map(hours => Math.round(hours * perHour)).filter(slots => slots >= 1))];
    this.#spans = lengths.map(slots => ({
      slots,
      hours: slots / perHour,
      seen: [],
      variance: unknownVariance,
      sd: 0,
      high: new DailyMaxima(statisticPrior),
      low: new DailyMaxima(statisticPrior),
    }));
    this.#level = new GuardedLevel({ isCount, perHour, longest: lengths.at(-1) ?? 1 });
  }

  /** True once two days are known. */
  get isReady(): boolean {
    return this.#judged > 0;
  }

  /** A slot of which nothing is known. */
  skip(): void {
    this.#level.skip();
  }

  /** Another regime has begun on the day of this moment. */
  forgetBefore(timeMs: number): void {
    this.#profile.forgetBefore(this.#place(timeMs).day);
    for (const span of this.#spans) span.seen = [];
    this.#firstDay = Number.NaN;
  }

  /** @param isAnomalous true while an alarm lasts: the slot does not become normal */
  push(startMs: number, value: number, isAnomalous: boolean): SeasonalDeviations {
    const place = this.#place(startMs);
    const expected = this.#profile.expected(place);
    if (Number.isNaN(this.#firstDay)) this.#firstDay = place.day;
    const isKnown = expected !== undefined && place.day - this.#firstDay >= leastDays;
    if (place.day !== this.#fittedDay) this.#refit(place.day);
    if (!isKnown) {
      this.#profile.set(place, value);
      this.#level.skip();
      return { high: none, low: none };
    }
    this.#judged += 1;
    const isDoubtful = !this.#profile.knows(isWeekendDay(place.day));
    this.#level.push(value, { expected, sd: this.#sdOfSlot(expected), isDoubtful });
    this.#profile.set(place, isAnomalous ? this.#tamed(value, expected) : value);
    return this.#deviations(place.day);
  }

  #deviations(day: number): SeasonalDeviations {
    let [high, low] = [none, none];
    const end = this.#level.length;
    for (const span of this.#spans) {
      const from = end - span.slots;
      if (from < 0) break;
      const { actual, expected, present, doubtful } = this.#level.between(from, end);
      if (present < leastPresent * span.slots) continue;
      const level = this.#level.before(from);
      const mean = this.#isCount ? expected * level : expected / present + level;
      const found = this.#isCount ? actual : actual / present;
      if (doubtful === 0 && this.#judged % Math.max(1, Math.ceil(span.slots / 2)) === 0) span.seen.push(found, mean);
      const z = bounded(
        this.#isCount
          ? countResidual(found, mean, doubtful > 0 ? withDoubt(span.variance) : span.variance)
          : (found - mean) / Math.max(doubtful > 0 ? doubtfulSds * span.sd : span.sd, this.#leastSd(mean)),
      );
      span.high.push(day, z);
      span.low.push(day, -z);
      const newest = this.#level.between(end - Math.max(1, Math.round(span.slots / newestShare)), end);
      const newestMean = this.#isCount ? newest.expected * level : newest.expected + newest.present * level;
      if (z === 0 || (newest.actual - newestMean) * z <= 0) continue;
      const side = z > 0 ? span.high : span.low;
      const ratio = Math.abs(z) / side.levelOf(returnDays);
      const deviation = { ratio, z, hours: span.hours, actual: found, expected: mean };
      if (z > 0 && ratio > high.ratio) high = deviation;
      if (z < 0 && ratio > low.ratio) low = deviation;
    }
    return { high, low };
  }

  /** Once a day: spreads of the last four weeks. */
  #refit(day: number): void {
    this.#fittedDay = day;
    const perDay = dayMs / this.slotMs;
    for (const span of this.#spans) {
      const most = 2 * Math.ceil((spreadDays * perDay) / Math.max(1, Math.ceil(span.slots / 2)));
      if (span.seen.length > most) span.seen = span.seen.slice(-most);
      if (span.seen.length < (most * leastSpreadDays) / spreadDays) continue;
      const rows = Array.from({ length: span.seen.length / 2 }, (_, index) => ({
        count: span.seen[2 * index] ?? 0,
        mean: span.seen[2 * index + 1] ?? 0,
      }));
      if (this.#isCount) span.variance = fitCountVariance(rows);
      else span.sd = medianOf(rows.map(({ count, mean }) => Math.abs(count - mean))) * 1.4826;
    }
  }

  #sdOfSlot(expected: number): number {
    return Math.max(this.#spans[0]?.sd ?? 0, this.#leastSd(expected));
  }

  #leastSd(expected: number): number {
    return Math.max(leastSpread * Math.abs(expected), Number.MIN_VALUE);
  }

  /** What an anomalous slot counts as in the profile. */
  #tamed(value: number, expected: number): number {
    if (this.#isCount) return Math.min(2 * expected, Math.max(expected / 2, value));
    const limit = 3 * this.#sdOfSlot(expected);
    return Math.min(expected + limit, Math.max(expected - limit, value));
  }
}

function withDoubt({ dispersion, relative }: CountVariance): CountVariance {
  return { dispersion, relative: relative + doubtfulRelative };
}

function bounded(z: number): number {
  return Math.min(largestZ, Math.max(-largestZ, z));
}

function medianOf(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
}

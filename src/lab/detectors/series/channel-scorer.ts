import { dayMs, hourMs } from '../../../base/time.ts';
import { EarlyRange } from '../records/early-range.ts';
import { RecordScorer } from '../records/record-scorer.ts';
import { DailyMaxima } from './daily-maxima.ts';
import { evidenceOfEarlyRange, evidenceOfRecord, evidenceOfRun, evidenceOfSpan } from './evidence.ts';
import { localSlots } from './local-slots.ts';
import { type SeasonalDeviation, SeasonalScan, slotLength } from './seasonal-scan.ts';
import { StuckValue } from './stuck-value.ts';

/** What is known of a channel before its first sample. */
export type ChannelFacts = {
  readonly isCount: boolean;
  readonly periodMs: number;
  readonly timezone: string;
  /** One false alarm of this channel in so many days. */
  readonly daysPerFalseAlarm: number;
};

/** A sample with its score: above 1 is an alarm. */
export type ScoredSample = {
  readonly score: number;
  /** Begin of the span that the score is about, not before the end of the last alarm. */
  readonly sinceMs: number;
  readonly explain: () => string;
};

const spanPrior = {
  count: { median: 0.6, excess: 0.15, least: 0.8 },
  value: { median: 0.8, excess: 0.25, least: 0.8 },
} as const;
const recordPrior = { median: 0.3, excess: 0.3, least: 1.3 } as const;
/** Beyond this, a record says no more. */
const mostOdds = 10;
/** An alarm lasts while the score is above this. */
const lastingScore = 0.7;
/** An alarm that begins with a higher score is clear: the hour that raised it is not usual. */
const clearScore = 1.5;
/** An alarm ends after so long; what still is unusual then is taken for the new usual. */
const longestAlarmMs = 3 * dayMs;
/** For so long after an alarm, only a higher score makes another one. */
const quietMs = dayMs;
/** Until so many days are known, an alarm needs more: twice the usual score at first. Of daily samples, as many again. */
const unfamiliarDays = 21;
/** After so long without samples, and so many periods, records do not compare what comes with what was before: it may be another time of day or of the week. */
const longestPause = { ms: dayMs, periods: 11 } as const;
/** The longest silence that is followed slot by slot. */
const followedGapMs = 10 * dayMs;
/** A regime below this share of what was expected is no regime but an outage. */
const silentShare = 0.1;

type Alarm = { readonly startMs: number; lastMs: number; peak: number };

/**
 * Scores one channel sample by sample, from the past only. Two families are put on one scale: what a statistic exceeds as often as false alarms are
 * allowed is 1. Seasonal: the spans of `SeasonalScan` against the local time of day, from the third day on
 * (of daily samples, against the day of the week, from the third week on). Records: against all that was before, for
 * values, and for counts until the third day; of the first 150 values their range only. Beside them, a value that is stuck is an alarm by a rule that
 * takes no part of the budget.
 */
export class ChannelScorer {
  readonly #facts: ChannelFacts;
  readonly #scan: SeasonalScan | undefined;
  readonly #slotMs: number;
  /** True if a slot is a day: its season is the week. */
  readonly #isDaily: boolean;
  /**
   * Added to the times of daily samples. It moves the first one to noon of its day, so that those about midnight keep their days, as when clocks change.
   */
  #toNoonMs = 0;
  readonly #dayOf: (timeMs: number) => number;
  readonly #high: DailyMaxima;
  readonly #low: DailyMaxima;
  readonly #records = new DailyMaxima(recordPrior);
  readonly #recordScorer = new RecordScorer();
  readonly #early: EarlyRange;
  readonly #stuck: StuckValue | undefined;
  #slot: { index: number; startMs: number; sum: number; samples: number; isAnomalous: boolean } | undefined;
  #lastSlot: number | undefined;
  /** Of the last slot. */
  #seasonal: { score: number; sinceMs: number; deviation: SeasonalDeviation } | undefined;
  #alarm: Alarm | undefined;
  #before: Alarm | undefined;
  #isMuted = false;
  #isStuck = false;
  #firstMs: number | undefined;
  #lastMs = Number.POSITIVE_INFINITY;
  readonly #longestPauseMs: number;

  constructor(facts: ChannelFacts) {
    this.#facts = facts;
    this.#early = new EarlyRange(facts);
    this.#longestPauseMs = Math.max(longestPause.ms, longestPause.periods * facts.periodMs);
    this.#stuck = facts.isCount ? undefined : new StuckValue(facts.periodMs);
    const prior = spanPrior[facts.isCount ? 'count' : 'value'];
    this.#high = new DailyMaxima(prior);
    this.#low = new DailyMaxima(prior);
    const slotMs = slotLength(facts.periodMs);
    this.#slotMs = slotMs ?? dayMs;
    this.#isDaily = slotMs === dayMs;
    this.#scan = slotMs === undefined ? undefined : new SeasonalScan({ ...facts, slotMs });
    const place = localSlots(facts.timezone, this.#slotMs);
    this.#dayOf = timeMs => place(timeMs + this.#toNoonMs).day;
  }

  /** True once the time of day, or the day of the week, is judged. */
  get isSeasonal(): boolean {
    return this.#scan?.isReady ?? false;
  }

  /** @param timeMs not before the last one */
  push(timeMs: number, value: number): ScoredSample {
    const families = this.#facts.isCount ? 2 : 3;
    const days = families * this.#facts.daysPerFalseAlarm;
    this.#take(timeMs, value, days);
    const seasonal = this.#seasonal;
    let score = seasonal?.score ?? 0;
    let sinceMs = seasonal?.sinceMs ?? timeMs;
    let explain = () =>
      seasonal === undefined
        ? ''
        : evidenceOfSpan(seasonal.deviation, { isCount: this.#facts.isCount, isDaily: this.#isDaily });
    if (!this.#facts.isCount || !this.isSeasonal) {
      const record = this.#recordScorer.push(value, timeMs - this.#lastMs > this.#longestPauseMs);
      const { isReady, part } = this.#recordScorer;
      const before = this.#early.known;
      const odds = Math.min(mostOdds, isReady ? record / (1 - record) : this.#early.push(value));
      const level = this.#records.levelOf(days);
      this.#records.push(this.#dayOf(timeMs), isReady ? odds : 0);
      const ofRecord = odds / level;
      if (ofRecord > score) {
        score = ofRecord;
        sinceMs = timeMs;
        explain = () => (isReady ? evidenceOfRecord(part, value, odds) : evidenceOfEarlyRange(value, before));
      }
    }
    this.#lastMs = timeMs;
    const ofRun = Math.min(mostOdds, this.#stuck?.push(timeMs, value) ?? 0);
    this.#isStuck = ofRun > 1;
    if (this.#stuck !== undefined && ofRun > score) {
      const { run } = this.#stuck;
      score = ofRun;
      sinceMs = run.sinceMs;
      explain = () => evidenceOfRun(run);
    }
    const freeMs = (this.#before?.lastMs ?? Number.NEGATIVE_INFINITY) + 2 * this.#facts.periodMs;
    sinceMs = Math.min(timeMs, Math.max(sinceMs, freeMs));
    const judged = this.#judged(timeMs, score);
    if (this.#slot !== undefined && this.#alarm !== undefined) this.#slot.isAnomalous = true;
    this.#firstMs ??= timeMs;
    const unfamiliarMs = (this.#isDaily ? 2 : 1) * unfamiliarDays * dayMs;
    const unfamiliar = Math.max(0, 1 - (timeMs - this.#firstMs) / unfamiliarMs);
    const isAlarm = this.#alarm !== undefined && this.#alarm.peak > 1 + unfamiliar;
    return { score: isAlarm ? judged : Math.min(1, judged), sinceMs, explain };
  }

  #take(timeMs: number, value: number, days: number): void {
    if (this.#scan === undefined) return;
    if (this.#isDaily && this.#firstMs === undefined) this.#toNoonMs = this.#toNoonFrom(timeMs);
    const index = this.#isDaily ? this.#dayOf(timeMs) : Math.floor(timeMs / this.#slotMs);
    if (this.#slot !== undefined && this.#slot.index !== index) this.#close(days);
    const startMs = this.#isDaily ? timeMs : index * this.#slotMs;
    this.#slot ??= { index, startMs, sum: 0, samples: 0, isAnomalous: false };
    this.#slot.sum += value;
    this.#slot.samples += 1;
    if (this.#isDaily || timeMs + this.#facts.periodMs >= (index + 1) * this.#slotMs) this.#close(days);
  }

  /** The day of a count is the one in which most of its period lies; that of a value is the one of its time. */
  #toNoonFrom(timeMs: number): number {
    const { isCount, timezone } = this.#facts;
    const timeOfDayMs = localSlots(timezone, 1)(timeMs).slot;
    const noonMs = dayMs / 2;
    return (isCount && timeOfDayMs > noonMs ? dayMs : 0) + noonMs - timeOfDayMs;
  }

  #close(days: number): void {
    const slot = this.#slot;
    this.#slot = undefined;
    if (slot === undefined || this.#scan === undefined || slot.index === this.#lastSlot) return;
    const missing = slot.index - (this.#lastSlot ?? slot.index - 1) - 1;
    const followed = Math.min(missing, Math.ceil(followedGapMs / this.#slotMs));
    for (let skipped = 0; skipped < followed; skipped++) this.#scan.skip();
    this.#lastSlot = slot.index;
    const wanted = Math.max(1, this.#slotMs / this.#facts.periodMs);
    // Half of a slot is no slot.
    if (slot.samples < wanted / 2) {
      this.#scan.skip();
      return;
    }
    const value = this.#facts.isCount ? (slot.sum * wanted) / slot.samples : slot.sum / slot.samples;
    const isAnomalous = this.#alarm !== undefined || this.#isMuted || slot.isAnomalous;
    const { high, low } = this.#scan.push(slot.startMs + this.#toNoonMs, value, isAnomalous);
    const day = this.#dayOf(slot.startMs);
    const ofHigh = high.ratio / this.#high.levelOf(days);
    const ofLow = low.ratio / this.#low.levelOf(days);
    if (this.#scan.isReady) {
      this.#high.push(day, high.ratio, isAnomalous ? days : undefined);
      this.#low.push(day, low.ratio, isAnomalous ? days : undefined);
    }
    const [score, deviation] = ofHigh >= ofLow ? [ofHigh, high] : [ofLow, low];
    this.#seasonal = { score, sinceMs: slot.startMs + this.#slotMs - deviation.hours * hourMs, deviation };
  }

  /** Joins scores into alarms: an alarm lasts, ends, and is followed by a quiet day. */
  #judged(timeMs: number, score: number): number {
    if (this.#isMuted) {
      if (score < lastingScore) {
        this.#isMuted = false;
        this.#scan?.endAlarm();
      }
      return Math.min(score, 1);
    }
    const alarm = this.#alarm;
    if (alarm !== undefined) {
      if (timeMs - alarm.startMs > longestAlarmMs) {
        this.#end(alarm);
        this.#isMuted = true;
        this.#rebase();
        return Math.min(score, 1);
      }
      if (score < lastingScore) {
        this.#end(alarm);
        return score;
      }
      alarm.lastMs = timeMs;
      alarm.peak = Math.max(alarm.peak, score);
      return Math.max(score, 1 + Number.EPSILON);
    }
    if (score <= 1) return score;
    const before = this.#before;
    if (before !== undefined && timeMs - before.lastMs < quietMs && score <= before.peak) {
      // It makes no alarm of its own, and is no more usual for it.
      if (score > clearScore) this.#scan?.beginAlarm();
      return 1;
    }
    this.#alarm = { startMs: timeMs, lastMs: timeMs, peak: score };
    if (score > clearScore) this.#scan?.beginAlarm();
    return score;
  }

  #end(alarm: Alarm): void {
    this.#alarm = undefined;
    this.#before = alarm;
    this.#scan?.endAlarm();
  }

  /** What has lasted for days is taken for usual from now on, unless it is silence or a value that is stuck. */
  #rebase(): void {
    const { actual = 0, expected = 0 } = this.#seasonal?.deviation ?? {};
    const isSilence = this.#facts.isCount && actual < silentShare * expected;
    if (!isSilence && !this.#isStuck) this.#scan?.takeAsUsual();
  }
}

import { isWeekendDay, type LocalSlot } from './local-slots.ts';

/** Days that are remembered. */
const memoryDays = 43;
/** Weeks of the same weekday, and days of the same kind (working day or weekend), that an expected value is the mean of. */
const sameWeekdays = 6;
const recentDays = 21;
/** What is unusual in two weeks comes every week if its smaller deviation is at least this share of the larger. */
const leastAlike = 0.5;
/** Of counts, so large a share at either end is left out of a mean. */
const trimmedShare = 0.2;
/** Counts below this are averaged with those of the slots beside them, until their sum is this, at most over an eighth of a day before and after. */
const smoothedBelow = 5;
const widestShare = 1 / 8;
/** Of counts below this, the median of few days is too coarse: their mean counts. */
const coarseBelow = 5;

/** What a channel had at each time of day in the last six weeks: nothing older counts, and nothing is frozen. */
export class SlotProfile {
  readonly #days = new Map<number, Float64Array>();
  /** What was unusual, in the same form. */
  readonly #unusualDays = new Map<number, Float64Array>();
  readonly #slots: number;
  readonly #isCount: boolean;
  #knowsWeekends = false;
  #knowsWorkingDays = false;

  constructor(slots: number, isCount: boolean) {
    this.#slots = slots;
    this.#isCount = isCount;
  }

  /** Remembers a value; of an hour that comes twice, the mean. */
  set({ day, slot }: LocalSlot, value: number): void {
    if (!this.#days.has(day)) {
      for (const days of [this.#days, this.#unusualDays])
        for (const old of days.keys()) if (old < day - memoryDays) days.delete(old);
      const known = [...this.#days.keys()].filter(other => other < day);
      this.#knowsWeekends = known.some(isWeekendDay);
      this.#knowsWorkingDays = known.some(other => !isWeekendDay(other));
    }
    if (this.#weekly(day, slot) !== undefined) {
      this.setUnusual({ day, slot }, value);
      return;
    }
    const values = this.#valuesOf(this.#days, day);
    const before = values[slot] ?? Number.NaN;
    values[slot] = Number.isNaN(before) ? value : (before + value) / 2;
  }

  /** Remembers a value that is not usual, unless it comes every week. */
  setUnusual({ day, slot }: LocalSlot, value: number): void {
    const usual = this.#days.get(day);
    if (usual !== undefined) usual[slot] = Number.NaN;
    this.#valuesOf(this.#unusualDays, day)[slot] = value;
  }

  #valuesOf(days: Map<number, Float64Array>, day: number): Float64Array {
    const values = days.get(day) ?? new Float64Array(this.#slots).fill(Number.NaN);
    days.set(day, values);
    return values;
  }

  /** Forgets what was before a day: another regime has begun. */
  forgetBefore(day: number): void {
    for (const days of [this.#days, this.#unusualDays]) for (const old of days.keys()) if (old < day) days.delete(old);
  }

  /** True if a working day, or a weekend, is known. */
  knows(isWeekend: boolean): boolean {
    return isWeekend ? this.#knowsWeekends : this.#knowsWorkingDays;
  }

  /** From days before this one only: the mean of those of the same weekday and of the last days of the same kind; undefined without two values. */
  expected({ day, slot }: LocalSlot): number | undefined {
    const own = this.#at(day, slot);
    if (own === undefined || !this.#isCount || own >= smoothedBelow) return own;
    // A few events say little about a quarter of an hour, so the times around it count as well.
    let [sum, slots] = [own, 1];
    const most = Math.floor(this.#slots * widestShare);
    for (let beside = 1; beside <= most && sum < smoothedBelow; beside++) {
      sum += (this.#at(day, slot - beside) ?? own) + (this.#at(day, slot + beside) ?? own);
      slots += 2;
    }
    return sum / slots;
  }

  #at(day: number, place: number): number | undefined {
    const slot = (place + this.#slots) % this.#slots;
    const weekly = this.#weekly(day, slot);
    if (weekly !== undefined) return weekly;
    const recent = this.#recent(day, slot);
    const weekdays: number[] = [];
    for (let weeks = 1; weeks <= sameWeekdays; weeks++) this.#collect(day - 7 * weeks, slot, weekdays);
    if (weekdays.length < 2) return recent.length >= 2 ? this.#centre(recent) : undefined;
    const usual = this.#centre(recent.length > 0 ? recent : weekdays);
    // The median of two values is their mean, which one outlier moves. With a third vote it does not.
    return (this.#centre(this.#isCount ? weekdays : [...weekdays, usual]) + usual) / 2;
  }

  /** Values of the last days of the same kind; where there are fewer than two, of all last days. */
  #recent(day: number, slot: number): number[] {
    const isWeekend = isWeekendDay(day);
    const similar: number[] = [];
    const others: number[] = [];
    for (let days = 1; days <= recentDays; days++) {
      this.#collect(day - days, slot, isWeekendDay(day - days) === isWeekend ? similar : others);
    }
    return similar.length >= 2 ? similar : [...similar, ...others];
  }

  /** What comes every week though it is unusual, such as a job: the mean of the last two weeks, if it was alike in both. */
  #weekly(day: number, slot: number): number | undefined {
    const last = this.#unusualDays.get(day - 7)?.[slot] ?? Number.NaN;
    const before = this.#unusualDays.get(day - 14)?.[slot] ?? Number.NaN;
    if (Number.isNaN(last + before)) return undefined;
    const recent = this.#recent(day, slot);
    if (recent.length < 2) return undefined;
    const usual = this.#centre(recent);
    const ratio = (last - usual) / (before - usual);
    return ratio >= leastAlike && ratio <= 1 / leastAlike ? (last + before) / 2 : undefined;
  }

  #collect(day: number, slot: number, into: number[]): void {
    const value = this.#days.get(day)?.[slot];
    if (value !== undefined && !Number.isNaN(value)) into.push(value);
  }

  /** Median of values, trimmed mean of counts, whose median is too coarse. */
  #centre(values: number[]): number {
    values.sort((a, b) => a - b);
    const { length } = values;
    const isCoarse = this.#isCount && (values[length >> 1] ?? 0) < coarseBelow;
    const cut = isCoarse ? 0 : this.#isCount ? Math.floor(trimmedShare * length) : Math.floor((length - 1) / 2);
    let sum = 0;
    for (let index = cut; index < length - cut; index++) sum += values[index] ?? 0;
    return sum / (length - 2 * cut);
  }
}

import { mean, median } from 'simple-statistics';

// One set for all series; found on the 18 series of the NAB in `artificialNoAnomaly`, `artificialWithAnomaly` and `realKnownCause`, and on other series
// with injected anomalies.
/** Values that the scale of shapes is taken from; there is no score before. */
const warmUp = 150;
/** Values of a shape that is compared with the past. */
const shapeLength = 36;
/** Values of the past that a shape is compared with. */
const memory = 2000;
/** Values whose mean is compared with the mean of as many before. */
const levelLengths = [6, 24] as const;
/** Values whose mean is compared with what is expected at this time of day. */
const seasonLength = 6;
/** Days at the same time of day whose median is expected. */
const seasonDays = 7;
/** The time of day is judged if it predicts so much better than the value of a quarter of a day before. */
const betterShare = 0.7;
/** By what the errors of both predictions fade with each value. */
const errorFading = 0.999;
/** A score counts only if no higher one is among so many before it. */
const quietLength = 120;
/** By what the records of range and shape shrink with each value: to a half in 990. The others stay. */
const fading = 0.9993;
/** The least record of range, as a share of the range of the past that shapes are compared with: else a record that has faded makes much of a value that is hardly beyond the others. */
const leastRange = 0.01;
/** Deviations from the median up to which the scale of shapes is about linear. */
const linearDeviations = 5;

/** What of a series is compared with its record. */
export type RecordPart = 'range' | 'shape' | 'level6' | 'level24' | 'step' | 'season';

const fadingParts: ReadonlySet<RecordPart> = new Set(['range', 'shape']);

/**
 * Scores a series value by value, from the past only: how far the value lies beyond all before; how far the last 36 values are from
 * their nearest neighbour in the past 2,000; how much the mean of the last 6 and 24 differs from as many before; the step from the value before; where the
 * time of day predicts, how far the mean of the last 6 is from what is expected. Each is compared with its own record so far, d / (d + record), so 0.5
 * equals the record; that of range is 1 % of the recent range at least. The score is the highest of them, or 0 if a higher one is among the 120 before it.
 * Values on both sides of a break are not compared with each other: after a long gap, neither a step nor a shape is one.
 */
export class RecordScorer {
  readonly #values: number[] = [];
  /** Of each value, the index of the first one since the last break. */
  readonly #begins: number[] = [];
  /** By lag, the squared distance of the last values to those so many values before. */
  readonly #distances = new Float64Array(memory + 1);
  readonly #scaled: number[] = [];
  readonly #sums: number[] = [0];
  readonly #rowsPerDay: number | undefined;
  readonly #residuals: number[] = [];
  readonly #errors = { season: 0, level: 0 };
  readonly #records: Record<RecordPart, number> = { range: 0, shape: 0, level6: 0, level24: 0, step: 0, season: 0 };
  readonly #recent: number[] = [];
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  #part: RecordPart = 'range';
  #scaleOf: ((value: number) => number) | undefined;

  /** @param rowsPerDay values that a day has, if the time of day is to be judged */
  constructor(rowsPerDay?: number) {
    this.#rowsPerDay = rowsPerDay;
  }

  /** True once the first values have made the records; before that, scores are 0. */
  get isReady(): boolean {
    return this.#values.length > warmUp;
  }

  /** What the last score was the highest of. */
  get part(): RecordPart {
    return this.#part;
  }

  /** @param isAfterBreak whether long nothing came before it @returns from 0 to 1; high is anomalous */
  push(value: number, isAfterBreak = false): number {
    this.#begins.push(isAfterBreak ? this.#values.length : (this.#begins.at(-1) ?? 0));
    this.#values.push(value);
    this.#sums.push((this.#sums.at(-1) ?? 0) + value);
    if (this.#values.length < warmUp) return this.#emit(0);
    if (this.#scaleOf === undefined) {
      this.#scaleOf = scaleOf(this.#values);
      // The first values only make the records.
      for (const [index, early] of this.#values.entries()) this.#scoreOf(early, index);
      return this.#emit(0);
    }
    return this.#emit(this.#scoreOf(value, this.#values.length - 1));
  }

  /** @param index of the value, from 0 */
  #scoreOf(value: number, index: number): number {
    const range = index === 0 ? 0 : Math.max(0, value - this.#highest, this.#lowest - value);
    this.#lowest = Math.min(this.#lowest, value);
    this.#highest = Math.max(this.#highest, value);
    const scaled = this.#scaleOf?.(value) ?? 0;
    const step = Math.abs(scaled - (this.#scaled[index - 1] ?? scaled));
    const season = this.#ratio('season', this.#seasonDistance(scaled, index));
    const [short, long] = levelLengths;
    const shape = this.#shapeDistance(scaled, index);
    const unbroken = (length: number, distance: number) =>
      index - (this.#begins[index] ?? 0) >= length - 1 ? distance : 0;
    const ratios: readonly (readonly [RecordPart, number])[] = [
      ['range', this.#ratio('range', range, range > 0 ? leastRange * this.#recentRange(index) : 0)],
      ['shape', this.#ratio('shape', unbroken(shapeLength, shape))],
      ['level6', this.#ratio('level6', unbroken(2 * short, this.#levelChange(index, short)))],
      ['level24', this.#ratio('level24', unbroken(2 * long, this.#levelChange(index, long)))],
      ['step', this.#ratio('step', unbroken(2, step))],
      ['season', this.#isSeasonal(index) ? season : 0],
    ];
    const [part, highest] = ratios.reduce((best, each) => (each[1] > best[1] ? each : best));
    this.#part = part;
    return highest;
  }

  /** Of the values before one. */
  #recentRange(index: number): number {
    const recent = this.#values.slice(Math.max(0, index - memory), index);
    return Math.max(...recent) - Math.min(...recent);
  }

  #ratio(part: RecordPart, distance: number, least = 0): number {
    const record = this.#records[part];
    this.#records[part] = Math.max(record * (fadingParts.has(part) ? fading : 1), distance);
    return distance > 0 ? distance / (distance + Math.max(record, least)) : 0;
  }

  /** Each lag's distance follows from the one before, by the value that comes and the one that goes. */
  #shapeDistance(value: number, index: number): number {
    const scaled = this.#scaled;
    scaled[index] = value;
    const gone = index - shapeLength;
    let nearest = Number.POSITIVE_INFINITY;
    for (let lag = 1; lag <= Math.min(memory, index); lag++) {
      const comes = value - (scaled[index - lag] ?? 0);
      let distance = (this.#distances[lag] ?? 0) + comes * comes;
      if (gone - lag >= 0) {
        const goes = (scaled[gone] ?? 0) - (scaled[gone - lag] ?? 0);
        distance = Math.max(0, distance - goes * goes);
      }
      this.#distances[lag] = distance;
      if (lag >= shapeLength && index - lag >= shapeLength - 1 && distance < nearest) nearest = distance;
    }
    return nearest === Number.POSITIVE_INFINITY ? 0 : Math.sqrt(nearest);
  }

  #levelChange(index: number, length: number): number {
    const end = index + 1;
    if (end < 2 * length) return 0;
    const at = (place: number) => this.#sums[place] ?? 0;
    const middle = end - length;
    return Math.abs(at(end) - 2 * at(middle) + at(middle - length)) / length;
  }

  /** Of the mean of the last values from what the same time of day had; 0 before two days are known. */
  #seasonDistance(value: number, index: number): number {
    const rows = this.#rowsPerDay;
    if (rows === undefined) return 0;
    const before: number[] = [];
    for (let days = 1; days <= Math.min(seasonDays, Math.floor(index / rows)); days++) {
      before.push(this.#scaled[index - days * rows] ?? 0);
    }
    if (before.length < 2) return 0;
    const residual = value - median(before);
    const quarter = Math.round(rows / 4);
    this.#errors.season = this.#errors.season * errorFading + Math.abs(residual);
    this.#errors.level = this.#errors.level * errorFading + Math.abs(value - (this.#scaled[index - quarter] ?? 0));
    this.#residuals.push(residual);
    if (this.#residuals.length > seasonLength) this.#residuals.shift();
    return Math.abs(this.#residuals.reduce((sum, each) => sum + each, 0)) / seasonLength;
  }

  /** True once three days are known, of which the time of day predicted better than the level did. */
  #isSeasonal(index: number): boolean {
    const { season, level } = this.#errors;
    return index >= 3 * (this.#rowsPerDay ?? Number.POSITIVE_INFINITY) && season < betterShare * level;
  }

  #emit(score: number): number {
    const isHighest = this.#recent.every(before => before < score);
    const emitted = isHighest ? score : 0;
    this.#recent.push(emitted);
    if (this.#recent.length > quietLength) this.#recent.shift();
    return emitted;
  }
}

/** A scale on which outliers count less, by median and median deviation; where most values are equal, by the mean deviation. */
function scaleOf(values: readonly number[]): (value: number) => number {
  const middle = median([...values]);
  const deviations = values.map(value => Math.abs(value - middle));
  const spread = median(deviations) || mean(deviations) || 1;
  return value => Math.asinh((value - middle) / (linearDeviations * spread));
}

import { mean, median } from 'simple-statistics';

// One set for all series; found on the 18 series of the NAB in `artificialNoAnomaly`, `artificialWithAnomaly` and `realKnownCause`.
/** Values that the scale of shapes is taken from; there is no score before. */
const warmUp = 150;
/** Values of a shape that is compared with the past. */
const shapeLength = 36;
/** Values of the past that a shape is compared with. */
const memory = 2000;
/** Values whose mean is compared with the mean of as many before. */
const levelLength = 48;
/** A score counts only if no higher one is among so many before it. */
const quietLength = 400;
/** By what the records of range and shape shrink with each value: to a half in 990. Those of level and step stay. */
const fading = 0.9993;
/** Deviations from the median up to which the scale of shapes is about linear. */
const linearDeviations = 5;

/** What of a series is compared with its record. */
export type RecordPart = 'range' | 'shape' | 'level' | 'step';

const recordParts = ['range', 'shape', 'level', 'step'] as const;

/**
 * Scores a series value by value, from the past only, without a season: how far the value lies beyond all before; how far the last 36 values are from
 * their nearest neighbour in the past 2,000; how much the mean of the last 48 differs from the 48 before; the step from the value before. Each is compared with its own record so far,
 * d / (d + record), so 0.5 equals the record. The score is the highest of the four, or 0 if a higher one is among the 400 before it.
 */
export class RecordScorer {
  readonly #values: number[] = [];
  /** By lag, the squared distance of the last values to those so many values before. */
  readonly #distances = new Float64Array(memory + 1);
  readonly #scaled: number[] = [];
  readonly #sums: number[] = [0];
  readonly #records = { range: 0, shape: 0, level: 0, step: 0 };
  readonly #recent: number[] = [];
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  #part: RecordPart = 'range';
  #scaleOf: ((value: number) => number) | undefined;

  /** What the last score was the highest of. */
  get part(): RecordPart {
    return this.#part;
  }

  /** @returns from 0 to 1; high is anomalous */
  push(value: number): number {
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
    const ratios = {
      range: this.#ratio('range', range),
      shape: this.#ratio('shape', this.#shapeDistance(scaled, index)),
      level: this.#ratio('level', this.#levelChange(index)),
      step: this.#ratio('step', step),
    };
    for (const part of recordParts) if (ratios[part] > ratios[this.#part]) this.#part = part;
    return ratios[this.#part];
  }

  #ratio(part: RecordPart, distance: number): number {
    const record = this.#records[part];
    this.#records[part] = Math.max(record * (part === 'level' || part === 'step' ? 1 : fading), distance);
    return distance > 0 ? distance / (distance + record) : 0;
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

  #levelChange(index: number): number {
    const end = index + 1;
    if (end < 2 * levelLength) return 0;
    const at = (place: number) => this.#sums[place] ?? 0;
    const middle = end - levelLength;
    return Math.abs(at(end) - 2 * at(middle) + at(middle - levelLength)) / levelLength;
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

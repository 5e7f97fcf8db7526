import type { Sample } from './sorted-samples.ts';

/** From fewer steps nothing is concluded. */
const fewestSteps = 19;
/** Chance fills windows unevenly: of those with events, no number of them has such a share. */
const evenShare = 0.95;
/** Share of the steps that differ from the usual one by a tenth at most, as those of months do: of working days 0.8, by chance some 0.1. */
const evenStepShare = 0.75;

/** Finds out whether events come as evenly as rows that are measurements or counts: as many at a time, at even steps. */
export class Evenness {
  readonly #values = new Tally<string>();
  /** From one window with events to the next one of a channel [ms]. */
  readonly #steps = new Tally<number>();
  readonly #lastMs = new Map<number, number>();

  *watched(counts: Iterable<Sample>): Generator<Sample> {
    for (const sample of counts) {
      if (sample.value !== '0') this.#watch(sample);
      yield sample;
    }
  }

  #watch({ timeMs, channel, value }: Sample): void {
    const lastMs = this.#lastMs.get(channel);
    if (lastMs !== undefined) this.#steps.add(timeMs - lastMs);
    this.#lastMs.set(channel, timeMs);
    this.#values.add(value);
  }

  /** The number of events in nearly every window that has any; undefined if they or their steps differ. */
  usual(): string | undefined {
    if (this.#steps.total < fewestSteps) return undefined;
    const usualMs = this.#steps.mostFrequent() ?? 0;
    if (this.#steps.share(stepMs => Math.abs(stepMs - usualMs) <= usualMs / 10) < evenStepShare) return undefined;
    const usual = this.#values.mostFrequent();
    return this.#values.share(value => value === usual) < evenShare ? undefined : usual;
  }
}

/** How often each of some values came. */
class Tally<Value> {
  total = 0;
  readonly #times = new Map<Value, number>();

  add(value: Value): void {
    this.total += 1;
    this.#times.set(value, (this.#times.get(value) ?? 0) + 1);
  }

  mostFrequent(): Value | undefined {
    return [...this.#times].sort(([, one], [, other]) => other - one)[0]?.[0];
  }

  /** Of the values that a test holds for, in [0, 1]. */
  share(test: (value: Value) => boolean): number {
    let times = 0;
    for (const [value, more] of this.#times) if (test(value)) times += more;
    return times / this.total;
  }
}

import type { Sample } from './sample.ts';

/** Of fewer windows nothing is concluded. */
const fewestWindows = 20;
/** Events that come by chance fill windows unevenly: no count has such a share of them. */
const evenShare = 0.95;

/** Finds out whether nearly all windows hold the same number of events, as where each row is a measurement or a count. */
export class Evenness {
  readonly #windowsOf = new Map<string, number>();
  #windows = 0;

  *watched(counts: Iterable<Sample>): Generator<Sample> {
    for (const sample of counts) {
      this.#windows += 1;
      this.#windowsOf.set(sample.value, (this.#windowsOf.get(sample.value) ?? 0) + 1);
      yield sample;
    }
  }

  /** The number of events in nearly every window; undefined if they differ, or nearly all are empty. */
  usual(): string | undefined {
    if (this.#windows < fewestWindows) return undefined;
    return [...this.#windowsOf.keys()].find(
      value => value !== '0' && (this.#windowsOf.get(value) ?? 0) >= evenShare * this.#windows,
    );
  }
}

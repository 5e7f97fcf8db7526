import { rfc3339 } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';

/** How far a detection on a broker has come. */
export class DetectionFigures {
  #messages = 0;
  #timeMs = 0;
  #published = 0;
  #publishedBefore = 0;
  #provisional = 0;
  readonly #delaysMs: number[] = [];
  /** Messages that are there and not read. */
  lag = 0;

  /** Time of the last message looked at [ms]. */
  get timeMs(): number {
    return this.#timeMs;
  }

  lookedAt(timeMs: number): void {
    this.#messages += 1;
    this.#timeMs = timeMs;
  }

  /** @param delayMs from when its message was read; undefined where it follows from silence */
  published(delayMs: number | undefined): void {
    this.#published += 1;
    if (delayMs !== undefined) this.#delaysMs.push(delayMs);
  }

  publishedBefore(): void {
    this.#publishedBefore += 1;
  }

  provisional(): void {
    this.#provisional += 1;
  }

  /** @param held messages that wait for earlier ones */
  describe(held: number): string {
    const at = this.#messages === 0 ? '' : ` to ${rfc3339(this.#timeMs).slice(0, 16)}`;
    const before = this.#publishedBefore === 0 ? '' : `, ${this.#publishedBefore} were there already`;
    const rest = this.#provisional === 0 ? '' : `, ${this.#provisional} printed only, since more may come`;
    return `looked at ${pluralize(this.#messages, 'message')}${at}, ${pluralize(held, 'waits', 'wait')} for earlier ones, ${this.lag} not read; published ${this.#published}${this.#delay()}${before}${rest}`;
  }

  #delay(): string {
    if (this.#delaysMs.length === 0) return '';
    const sorted = [...this.#delaysMs].sort((a, b) => a - b);
    const seconds = (ms = 0) => `${(ms / 1000).toFixed(1)} s`;
    return `, from message to publication ${seconds(sorted[Math.floor(sorted.length / 2)])} (median), ${seconds(sorted.at(-1))} (longest)`;
  }
}

import { rfc3339 } from '../../base/time.ts';
import type { Gap, SeriesManifest } from '../series/series-manifest.ts';

/** The period of a channel is measured on its first steps. */
const stepsMeasured = 10_000;

type Step = { readonly fromMs: number; readonly toMs: number };

/** Measures a channel's period, and finds its gaps, while its samples pass in the order of their times. */
export class ChannelMeasurer {
  readonly id: string;
  readonly gaps: Gap[] = [];
  /** Samples at the time of another one. */
  repeated = 0;
  #rows = 0;
  #firstMs = 0;
  #lastMs = 0;
  #steps: Step[] = [];
  #measured: { readonly periodMs: number; readonly isRegular: boolean; readonly longestMs: number } | undefined;

  constructor(id: string) {
    this.id = id;
  }

  sample(timeMs: number): void {
    if (this.#rows === 0) this.#firstMs = timeMs;
    else if (timeMs > this.#lastMs) this.#step({ fromMs: this.#lastMs, toMs: timeMs });
    else this.repeated += 1;
    this.#lastMs = timeMs;
    this.#rows += 1;
  }

  /** Call it after the last sample. @param missing rows of the source without a value */
  finish(missing: number): SeriesManifest['channels'][number] {
    this.#measure();
    const { periodMs = null, isRegular = false } = this.#measured ?? {};
    return {
      id: this.id,
      rows: this.#rows,
      missing,
      periodMs,
      isRegular,
      start: rfc3339(this.#firstMs),
      end: rfc3339(this.#lastMs + (periodMs ?? 0)),
    };
  }

  #step(step: Step): void {
    if (this.#measured !== undefined) this.#judge(step);
    else if (this.#steps.push(step) === stepsMeasured) this.#measure();
  }

  /** A step is a gap if a sample is missing in it; where samples come irregularly, if hardly any step is as long. */
  #measure(): void {
    if (this.#measured !== undefined || this.#steps.length === 0) return;
    const sorted = Float64Array.from(this.#steps, ({ fromMs, toMs }) => toMs - fromMs).sort();
    const periodMs = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
    const near = sorted.filter(step => Math.abs(step - periodMs) <= periodMs / 4).length;
    const isRegular = near >= 0.9 * sorted.length;
    const usualMs = isRegular ? periodMs : (sorted[Math.floor(0.99 * (sorted.length - 1))] ?? periodMs);
    this.#measured = { periodMs, isRegular, longestMs: 1.75 * usualMs };
    for (const step of this.#steps) this.#judge(step);
    this.#steps = [];
  }

  #judge({ fromMs, toMs }: Step): void {
    const { periodMs = 0, longestMs = 0 } = this.#measured ?? {};
    if (toMs - fromMs <= longestMs) return;
    this.gaps.push({ channel: this.id, start: rfc3339(fromMs + periodMs), end: rfc3339(toMs) });
  }
}

import { cannot } from '../../base/errors.ts';
import { formatMinute, hourMs, minuteMs } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import type { Sample } from './sorted-samples.ts';

/** Minutes of channels that are counted in memory at a time. */
const mostCounted = 200_000;
/** Events that a window holds on average, at least, where windows of an hour or less can. */
const eventsPerWindow = 10;
/** Above it a series dataset takes gigabytes, and hardly any of its windows holds an event. */
const mostSamples = 50_000_000;
const windows = [minuteMs, 5 * minuteMs, 15 * minuteMs, hourMs] as const;

/** Counts events by minute and channel, so that memory depends on neither the number of events nor their order. */
export class EventCounter {
  readonly #push: (sample: Sample) => void;
  #counts = new Map<number, number[]>();
  #counted = 0;
  #events = 0;
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** @param push takes the count of a minute; the same minute may come several times */
  constructor(push: (sample: Sample) => void) {
    this.#push = push;
  }

  event(timeMs: number, channel: number): void {
    const minute = Math.floor(timeMs / minuteMs) * minuteMs;
    let counts = this.#counts.get(minute);
    if (counts === undefined) {
      if (this.#counted >= mostCounted) this.#flush();
      counts = [];
      this.#counts.set(minute, counts);
    }
    if (counts[channel] === undefined) this.#counted += 1;
    counts[channel] = (counts[channel] ?? 0) + 1;
    this.#events += 1;
    this.#firstMs = Math.min(this.#firstMs, minute);
    this.#lastMs = Math.max(this.#lastMs, minute);
  }

  /**
   * Call it after the last event. The shortest window that holds ten events of a channel on average; at most an hour [ms].
   *
   * @throws IMPORT_INVALID when there would be far too many windows, as after one event in a wrong century
   */
  finish(channels: number): number {
    this.#flush();
    const spanMs = this.#lastMs - this.#firstMs + minuteMs;
    const perMs = this.#events / (channels * spanMs);
    const windowMs = windows.find(candidate => perMs * candidate >= eventsPerWindow) ?? hourMs;
    if ((spanMs / windowMs) * channels > mostSamples) {
      const range = `${formatMinute(this.#firstMs)} to ${formatMinute(this.#lastMs)} UTC`;
      throw cannot('IMPORT_INVALID', 'import')(
        `${pluralize(this.#events, 'event')} of ${pluralize(channels, 'channel')} from ${range} are too sparse`,
        `times that are right, or fewer with --from and --to; at most ${pluralize(mostSamples, 'window')}`,
      );
    }
    return windowMs;
  }

  #flush(): void {
    for (const [timeMs, counts] of this.#counts) {
      counts.forEach((count, channel) => {
        this.#push({ timeMs, channel, value: String(count) });
      });
    }
    this.#counts = new Map();
    this.#counted = 0;
  }
}

/**
 * Adds counts of minutes up to windows. A window without events, between the first and the last one of all channels, counts 0.
 *
 * @param minutes in order of time and channel
 */
export function* countsByWindow(minutes: Iterable<Sample>, windowMs: number, channels: number): Generator<Sample> {
  let counts: number[] = new Array(channels).fill(0);
  let windowStart: number | undefined;
  const samples = (timeMs: number) => counts.map((count, channel) => ({ timeMs, channel, value: String(count) }));
  for (const { timeMs, channel, value } of minutes) {
    const start = Math.floor(timeMs / windowMs) * windowMs;
    for (windowStart ??= start; windowStart < start; windowStart += windowMs) {
      yield* samples(windowStart);
      counts = new Array(channels).fill(0);
    }
    counts[channel] = (counts[channel] ?? 0) + Number(value);
  }
  if (windowStart !== undefined) yield* samples(windowStart);
}

/**
 * Adds up counts of the same time and channel, such as those of several machines.
 *
 * @param onRepeated called for each count that is added to another one
 */
export function* withoutRepeats(counts: Iterable<Sample>, onRepeated: () => void = () => undefined): Generator<Sample> {
  let last: Sample | undefined;
  for (const sample of counts) {
    if (last !== undefined && last.timeMs === sample.timeMs && last.channel === sample.channel) {
      onRepeated();
      last = { ...last, value: String(Number(last.value) + Number(sample.value)) };
      continue;
    }
    if (last !== undefined) yield last;
    last = sample;
  }
  if (last !== undefined) yield last;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeSorted } from '../../base/merge-sorted.ts';
import { bytesOf } from '../collector/text-in-file.ts';

/** A value of a channel; `value` is its text in the source, so that it stays what it was. */
export type Sample = { readonly timeMs: number; readonly channel: number; readonly value: string };

/** Samples that are sorted in memory at a time. */
const samplesPerRun = 200_000;
/** Samples between two calls about how many were read. */
const samplesPerNote = 20_000;
const newline = 10;

/** Puts any number of samples in order, through files. Samples of the same time and channel keep their order. */
export class SortedSamples {
  readonly #dir: string;
  readonly #runs: string[] = [];
  #samples: Sample[] = [];
  /** Samples so far. */
  size = 0;

  /** @param dir where the files are written; the caller deletes it */
  constructor(dir: string) {
    this.#dir = dir;
  }

  push(sample: Sample): void {
    this.#samples.push(sample);
    this.size += 1;
    if (this.#samples.length === samplesPerRun) this.#endRun();
  }

  /** In order of time and channel; call it once. @param onRead called with the number of samples, now and then */
  *merged(onRead: (samples: number) => void): Generator<Sample> {
    this.#endRun();
    let read = 0;
    for (const sample of mergeSorted(this.#runs.map(samplesIn), bySampleOrder)) {
      yield sample;
      read += 1;
      if (read % samplesPerNote === 0) onRead(read);
    }
  }

  #endRun(): void {
    if (this.#samples.length === 0) return;
    const path = join(this.#dir, `run-${this.#runs.length}.csv`);
    this.#samples.sort(bySampleOrder);
    writeFileSync(path, this.#samples.map(({ timeMs, channel, value }) => `${timeMs},${channel},${value}\n`).join(''));
    this.#runs.push(path);
    this.#samples = [];
  }
}

/** The samples of one sorted file. */
function* samplesIn(path: string): Generator<Sample> {
  let rest = Buffer.alloc(0);
  for (const block of bytesOf({ path, position: 0, length: Number.POSITIVE_INFINITY })) {
    const text = Buffer.concat([rest, block]);
    const end = text.lastIndexOf(newline);
    rest = text.subarray(end + 1);
    for (const line of text.toString('utf8', 0, end).split('\n')) {
      const first = line.indexOf(',');
      const second = line.indexOf(',', first + 1);
      yield {
        timeMs: Number(line.slice(0, first)),
        channel: Number(line.slice(first + 1, second)),
        value: line.slice(second + 1),
      };
    }
  }
}

/** Order of `series.csv`: by time, then by the channel's first appearance. */
function bySampleOrder(a: Sample, b: Sample): number {
  return a.timeMs - b.timeMs || a.channel - b.channel;
}

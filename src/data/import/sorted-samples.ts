import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import TinyQueue from 'tinyqueue';
import { bySampleOrder, type Sample } from './sample.ts';

/** Samples that are sorted in memory at a time. */
const samplesPerRun = 200_000;
/** Samples between two calls about how many were read. */
const samplesPerNote = 20_000;
const blockBytes = 64 * 1024;
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
    const runs = this.#runs.map((path, index) => new Run(path, index));
    try {
      const queue = new TinyQueue<Run>([], (a, b) => bySampleOrder(a.current, b.current) || a.index - b.index);
      for (const run of runs) if (run.advance()) queue.push(run);
      for (let first = queue.pop(); first !== undefined; first = queue.pop()) {
        const second = queue.peek();
        let isOpen: boolean;
        do {
          yield first.current;
          read += 1;
          if (read % samplesPerNote === 0) onRead(read);
          isOpen = first.advance();
        } while (isOpen && (second === undefined || bySampleOrder(first.current, second.current) < 0));
        if (isOpen) queue.push(first);
      }
    } finally {
      for (const run of runs) run.close();
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

/** One sorted file, at one of its samples. */
class Run {
  readonly index: number;
  current: Sample = { timeMs: 0, channel: 0, value: '' };
  readonly #descriptor: number;
  #lines: readonly string[] = [];
  #next = 0;
  #rest = Buffer.alloc(0);

  constructor(path: string, index: number) {
    this.index = index;
    this.#descriptor = openSync(path, 'r');
  }

  /** False at the end. */
  advance(): boolean {
    if (this.#next === this.#lines.length && !this.#read()) return false;
    const line = this.#lines[this.#next] ?? '';
    this.#next += 1;
    const first = line.indexOf(',');
    const second = line.indexOf(',', first + 1);
    this.current = {
      timeMs: Number(line.slice(0, first)),
      channel: Number(line.slice(first + 1, second)),
      value: line.slice(second + 1),
    };
    return true;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(): boolean {
    const block = Buffer.allocUnsafe(blockBytes);
    const bytes = block.subarray(0, readSync(this.#descriptor, block, 0, blockBytes, null));
    if (bytes.length === 0) return false;
    const text = Buffer.concat([this.#rest, bytes]);
    const end = text.lastIndexOf(newline);
    this.#lines = text.toString('utf8', 0, end).split('\n');
    this.#rest = text.subarray(end + 1);
    this.#next = 0;
    return true;
  }
}

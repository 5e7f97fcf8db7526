import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import type { FileDigest } from '../dataset/manifest.ts';

/** Rows for one call of csv-stringify. With more, its intermediate objects outlive the young generation, and it is half as fast. */
const rowsPerChunk = 200;
/** Readers of CSV take it for the end of a row unless it is in quotes. */
const carriageReturn = /\r/;
const bufferCharacters = 256 * 1024;

/** Writes one file of a dataset and computes its SHA-256. */
export class HashedFileWriter {
  readonly #descriptor: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #pending = '';

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w');
  }

  write(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= bufferCharacters) this.#flush();
  }

  /** The file is complete and on the disk. */
  finish(): FileDigest {
    this.#flush();
    fsyncSync(this.#descriptor);
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Call it in `finally`. */
  close(): void {
    closeSync(this.#descriptor);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written);
    }
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }
}

/** Writes rows as CSV, by csv-stringify in small chunks of arrays, the fastest way it has. */
export class CsvWriter extends HashedFileWriter {
  #rows: (readonly string[])[] = [];
  #characters = 0;

  constructor(path: string, columns: readonly string[]) {
    super(path);
    this.row(columns);
  }

  row(row: readonly string[]): void {
    this.#rows.push(row);
    this.#characters += row.at(-1)?.length ?? 0;
    if (this.#rows.length === rowsPerChunk || this.#characters >= bufferCharacters) this.#writeRows();
  }

  override finish(): FileDigest {
    this.#writeRows();
    return super.finish();
  }

  #writeRows(): void {
    if (this.#rows.length > 0) this.write(stringify(this.#rows, { quoted_match: carriageReturn }));
    this.#rows = [];
    this.#characters = 0;
  }
}

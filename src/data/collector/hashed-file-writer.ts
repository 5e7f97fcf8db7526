import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import type { FileDigest } from '../dataset/manifest.ts';
import { bytesOf, type TextInFile } from './text-in-file.ts';

/** Rows for one call of csv-stringify. With more, its intermediate objects outlive the young generation, and it is half as fast. */
const rowsPerChunk = 200;
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

  writeBytes(bytes: Buffer): void {
    this.#flush();
    this.#append(bytes);
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
    this.#append(Buffer.from(this.#pending));
    this.#pending = '';
  }

  #append(bytes: Buffer): void {
    writeFileSync(this.#descriptor, bytes);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }
}

/** Writes a text as a file of a dataset. */
export function writeHashed(path: string, text: string): FileDigest {
  const file = new HashedFileWriter(path);
  try {
    file.write(text);
    return file.finish();
  } finally {
    file.close();
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

  /** A row whose last field is in a file. */
  longRow(row: readonly string[], last: TextInFile): void {
    this.#writeRows();
    const quote = isQuoted(last) ? '"' : '';
    this.write(`${stringify([row], { eof: false })},${quote}`);
    // A byte of these is never part of another character.
    for (const bytes of bytesOf(last)) {
      this.writeBytes(Buffer.from(bytes.toString('latin1').replaceAll('"', '""'), 'latin1'));
    }
    this.write(`${quote}\n`);
  }

  override finish(): FileDigest {
    this.#writeRows();
    return super.finish();
  }

  #writeRows(): void {
    if (this.#rows.length > 0) this.write(stringify(this.#rows));
    this.#rows = [];
    this.#characters = 0;
  }
}

/** As csv-stringify decides it. */
function isQuoted(text: TextInFile): boolean {
  for (const bytes of bytesOf(text)) if (/[",\r\n]/.test(bytes.toString('latin1'))) return true;
  return false;
}

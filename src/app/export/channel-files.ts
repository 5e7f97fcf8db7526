import { appendFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDirectory } from '../../base/whole-file.ts';

/** Held for each file before it is written, so that no file stays open [characters]. */
const bufferCharacters = 64 * 1024;

/** A file for each channel, written in turns. */
export class ChannelFiles {
  readonly #dir: string;
  readonly #pending = new Map<string, string>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** @param name of the file, which may hold folders */
  begin(name: string, header: string): void {
    makeDirectory(dirname(join(this.#dir, name)));
    writeFileSync(join(this.#dir, name), `${header}\n`);
  }

  line(name: string, line: string): void {
    const text = `${this.#pending.get(name) ?? ''}${line}\n`;
    if (text.length < bufferCharacters) this.#pending.set(name, text);
    else this.#append(name, text);
  }

  finish(): void {
    for (const [name, text] of this.#pending) this.#append(name, text);
  }

  #append(name: string, text: string): void {
    appendFileSync(join(this.#dir, name), text);
    this.#pending.set(name, '');
  }
}

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { writing } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { lockInside } from '../../base/lock.ts';
import { assertNoUnfinished } from '../../base/whole-directory.ts';
import { removeEmpty, writeWhole } from '../../base/whole-file.ts';

/** Of SHA-256 in hexadecimal digits [bytes]. */
const digestLength = 64;

/** Finished pieces of long work in a directory, so that work that was cut off goes on where it ended. */
export type WorkCache = {
  /**
   * The stored result of a piece of work. If there is none, `compute` makes it, and it is stored.
   *
   * @param facts all that determines the result, besides cqshop and Node themselves; plain data
   */
  readonly get: <Result>(facts: unknown, compute: () => Promise<Result>) => Promise<Result>;
  /** True if the result is stored. */
  readonly has: (facts: unknown) => boolean;
  /** The file for a piece of work that writes a file of its own. */
  readonly fileFor: (facts: unknown) => string;
  /** Ends the work: deletes the directory if the whole is done or nothing is. Call it in `finally`. Returns true if results were kept. */
  readonly close: (isDone: boolean) => boolean;
};

/** @throws LOCKED when another process works there, DATASET_EXISTS when another command has left unfinished work there, WRITE_FAILED */
export function openWorkCache(dir: string): WorkCache {
  assertNoUnfinished(dir, 'evaluate');
  const lock = 'lock';
  const releaseLock = lockInside(dir, lock, { what: `interim results ${dir}`, work: 'evaluating' });
  const code = codeDigest();
  const fileFor = (facts: unknown) => join(dir, sha256(JSON.stringify([code, process.versions.node, facts])));
  return {
    fileFor,
    has: facts => storedIn(fileFor(facts)) !== undefined,
    async get<Result>(facts: unknown, compute: () => Promise<Result>): Promise<Result> {
      const path = fileFor(facts);
      const stored = storedIn(path);
      // It was written for the same facts by the same code.
      if (stored !== undefined) return deserialize(stored) as Result;
      const result = await compute();
      const bytes = serialize(result);
      writing(`interim result ${path}`, () => writeWhole(path, Buffer.concat([Buffer.from(sha256(bytes)), bytes])));
      return result;
    },
    close(isDone) {
      const names = readdirSync(dir).filter(name => name !== lock);
      const isKept = !isDone && names.length > 0;
      for (const name of isKept ? [] : names) rmSync(join(dir, name), { recursive: true, force: true });
      releaseLock();
      if (!isKept) removeEmpty(dir);
      return isKept;
    },
  };
}

/** Undefined where there is no file, or a damaged one: the digest before the bytes says so, and the work is done again. */
function storedIn(path: string): Uint8Array | undefined {
  if (!existsSync(path)) return undefined;
  const file = readFileSync(path);
  const bytes = file.subarray(digestLength);
  return file.toString('latin1', 0, digestLength) === sha256(bytes) ? bytes : undefined;
}

/** Of all code of cqshop: another version gives other results. */
export function codeDigest(): string {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name => /\.[jt]s$/.test(name));
  return sha256(
    names
      .sort()
      .map(name => `${name} ${sha256(readFileSync(join(root, name)))}`)
      .join('\n'),
  );
}

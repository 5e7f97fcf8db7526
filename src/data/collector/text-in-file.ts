import { closeSync, openSync, readSync } from 'node:fs';

/** Part of a file, in bytes of UTF-8: text that may be too long to be held. */
export type TextInFile = { readonly path: string; readonly position: number; readonly length: number };

const blockBytes = 64 * 1024;

/** Its bytes, a block at a time. */
export function* bytesOf({ path, position, length }: TextInFile): Generator<Buffer> {
  const descriptor = openSync(path, 'r');
  try {
    for (let done = 0; done < length; ) {
      const block = Buffer.allocUnsafe(Math.min(blockBytes, length - done));
      const read = readSync(descriptor, block, 0, block.length, position + done);
      if (read === 0) return;
      yield block.subarray(0, read);
      done += read;
    }
  } finally {
    closeSync(descriptor);
  }
}

import { closeSync, openSync, readSync } from 'node:fs';
import { unescaped } from '../../broker/message-line.ts';

/** Part of a file, in bytes of UTF-8: text that may be too long to be held. */
export type TextInFile = {
  readonly path: string;
  readonly position: number;
  readonly length: number;
  /** True if the part is the inside of a string of JSON, and the text is what it stands for. */
  readonly isEscaped?: boolean;
};

const blockBytes = 64 * 1024;

/** Its bytes, a block at a time. */
export function bytesOf(text: TextInFile): Iterable<Buffer> {
  return text.isEscaped === true ? unescaped(readBytes(text)) : readBytes(text);
}

function* readBytes({ path, position, length }: TextInFile): Generator<Buffer> {
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

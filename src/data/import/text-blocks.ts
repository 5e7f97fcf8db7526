import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs';
import { createGunzip, gunzipSync } from 'node:zlib';
import { readFailure } from '../../base/errors.ts';
import { cannotImport } from './source-row.ts';

/** A line or a quoted cell that is longer than this is damage [characters]. */
export const longestLine = 16 * 1024 * 1024;

/**
 * The text of a file in blocks. Files packed by gzip are unpacked; a byte order mark is left out; UTF-16 is known by it, all else is UTF-8.
 *
 * @throws IMPORT_INVALID when the file cannot be read or unpacked
 */
export async function* textBlocks(
  path: string,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<string> {
  const isPacked = firstBytes(path, 2) === '\u001f\u008b';
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  file.on('data', chunk => onBytes(chunk.length));
  const bytes = isPacked ? file.pipe(createGunzip()) : file;
  file.on('error', error => bytes.destroy(error));
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  try {
    for await (const chunk of bytes) {
      decoder ??= new TextDecoder(encodingOf(chunk));
      yield decoder.decode(chunk, { stream: true });
    }
    const end = decoder?.decode() ?? '';
    if (end !== '') yield end;
  } catch (cause) {
    throw cannotImport(path)(readFailure(cause), 'a file that can be read', cause);
  } finally {
    file.destroy();
  }
}

/** The text of a small file, read as `textBlocks` reads it. @throws an error of Node when it cannot be read or unpacked */
export function wholeText(path: string): string {
  const bytes = readFileSync(path);
  const plain = bytes.toString('latin1', 0, 2) === '\u001f\u008b' ? gunzipSync(bytes) : bytes;
  return new TextDecoder(encodingOf(plain)).decode(plain);
}

/** The first bytes of a file, as characters of Latin-1. @throws IMPORT_INVALID when it cannot be read */
export function firstBytes(path: string, length: number): string {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw cannotImport(path)(readFailure(cause), 'a file, or a folder of the NAB', cause);
  }
}

/** Of text, by its byte order mark: UTF-16 or else UTF-8. */
export function encodingOf(start: Buffer): string {
  const mark = start.subarray(0, 2).toString('hex');
  return mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
}

/** Lines of a file in batches, without their ends; the first is line 1. @throws IMPORT_INVALID */
export async function* lineBlocks(
  path: string,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<{ readonly lines: readonly string[]; readonly firstLine: number }> {
  let firstLine = 1;
  let rest = '';
  for await (const block of textBlocks(path, onBytes)) {
    const text = rest + block;
    const end = text.lastIndexOf('\n');
    rest = text.slice(end + 1);
    if (rest.length > longestLine)
      throw cannotImport(path, { line: firstLine })('a line does not end', 'lines of text');
    if (end < 0) continue;
    const lines = text.slice(0, end).split(/\r?\n/);
    yield { lines, firstLine };
    firstLine += lines.length;
  }
  if (rest !== '') yield { lines: [rest.replace(/\r$/, '')], firstLine };
}

/** The beginning of a file, up to 64 thousand characters. @throws IMPORT_INVALID */
export async function beginningOf(path: string): Promise<string> {
  let text = '';
  for await (const block of textBlocks(path)) {
    text += block;
    if (text.length >= 65_536) break;
  }
  return text;
}

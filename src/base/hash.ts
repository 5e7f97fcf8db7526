import { createHash } from 'node:crypto';
import createXxhash from 'xxhash-wasm';

const xxhash = await createXxhash();

/** XXH64 of a UTF-8 string [0, 2^64). */
export function hash64(text: string, seed = 0n): bigint {
  return xxhash.h64(text, seed);
}

/** XXH64 as 16 lower-case hexadecimal digits; hash64Hex('') is 'ef46db3751d8e999'. */
export function hash64Hex(text: string, seed = 0n): string {
  return xxhash.h64ToString(text, seed);
}

/** XXH32 of a UTF-8 string [0, 2^32); hash32('') is 0x02cc5d05. */
export function hash32(text: string): number {
  return xxhash.h32(text, 0);
}

/** SHA-256 of bytes, or of a UTF-8 string, in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

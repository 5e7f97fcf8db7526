import { hash64Hex } from '../base/hash.ts';

/** Makes message ids of one run: 16 hexadecimal digits that depend on the run's seed and the message's cause alone. */
export type MessageIds = (cause: string, type: string, ordinal: number) => string;

/**
 * Ids as the XXH64 hash of cause, type and ordinal under the seed. The same act in a world with and without an anomaly
 * has the same id; no global counter moves it. At 2 million messages the chance of any collision is about 1e-7.
 */
export function messageIds(seed: number): MessageIds {
  const namespace = BigInt(seed);
  return (cause, type, ordinal) => hash64Hex(`${cause}/${type}/${ordinal}`, namespace);
}

import { freePort as freeNumber } from '../../scripts/kafka.js';

/** A port of 127.0.0.1 that nobody listens at just now, and that no connection will take by chance. */
export async function freePort(): Promise<string> {
  return String(await freeNumber());
}

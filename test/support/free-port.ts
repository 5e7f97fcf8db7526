import { freePort as freeNumber } from '../../scripts/kafka.js';

/** A port of 127.0.0.1 on which no process listens now, and that no outgoing connection takes by chance. */
export async function freePort(): Promise<string> {
  return String(await freeNumber());
}

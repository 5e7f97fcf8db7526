import { logNormal } from '../engine/distributions.ts';
import { randomStreams } from '../engine/random.ts';

/**
 * Time that a service spends on a message, log-normal [ms]: median 12, 99 % within 0.3 s, one in ten thousand above 2 s. Allegro measured
 * medians of a few ms, 1 s at 99 % and 3 s at 99.9 % for Kafka (blog.allegro.tech, March 2024).
 */
const median = 12;
const sigma = 1.4;

/** Draws, in no order; a message's id selects one. 2^14. */
const draws = drawn(2 ** 14);

/** The time that a service spends on a message [ms], drawn from the message's own id: messages of other aggregates do not move it. */
export function serviceMs(messageId: string, salt = 0): number {
  return draws[(Number.parseInt(messageId.slice(0, 8), 16) ^ salt) & (draws.length - 1)] ?? median;
}

function drawn(count: number): Int32Array {
  const random = randomStreams(0).stream('service-times');
  return Int32Array.from({ length: count }, () => Math.round(logNormal(random, median, sigma)));
}

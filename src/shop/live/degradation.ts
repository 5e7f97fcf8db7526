import { minuteMs } from '../../base/time.ts';
import type { RunLag } from '../../data/dataset/truth.ts';

/** Half of what a customer waits for an answer. */
const longestUsualMs = minuteMs / 2;
/** A pause in which every customer who is in the shop gives up. */
const longestPauseMs = 10 * minuteMs;

/**
 * True for a live run that was too slow for its customers: they gave up because of the machine, and not because of the scenario. An outage of the
 * scenario delays few commands for long, so the usual delay counts.
 */
export function isDegraded({ mostMs, meanMs, answerMedianMs }: RunLag): boolean {
  return mostMs > longestPauseMs || meanMs > longestUsualMs || answerMedianMs > longestUsualMs;
}

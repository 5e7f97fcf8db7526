import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

/** What a broker in good health needs for an answer, also under load [ms]. */
const graceMs = 3000;

/**
 * Waits for an answer until the signal is aborted, and then a moment longer [ms], default three seconds.
 *
 * @throws the signal's reason when there was no answer by then
 */
export async function unlessGivenUp<Answer>(
  answer: Promise<Answer>,
  giveUp: AbortSignal | undefined,
  momentMs: number = graceMs,
): Promise<Answer> {
  if (giveUp === undefined) return answer;
  const isAnswered = new AbortController();
  try {
    return await Promise.race([answer, tooLate(giveUp, momentMs, isAnswered.signal)]);
  } finally {
    isAnswered.abort();
  }
}

/** Waits as `unlessGivenUp` does until a connection is closed. Giving up is no error here. */
export async function closed(
  closing: Promise<void>,
  giveUp: AbortSignal | undefined,
  momentMs: number = graceMs,
): Promise<void> {
  await unlessGivenUp(closing, giveUp, momentMs).catch(error => {
    if (error !== giveUp?.reason) throw error;
  });
}

async function tooLate(giveUp: AbortSignal, momentMs: number, isAnswered: AbortSignal): Promise<never> {
  if (!giveUp.aborted) await once(giveUp, 'abort', { signal: isAnswered });
  await setTimeout(momentMs, undefined, { signal: isAnswered });
  throw giveUp.reason;
}

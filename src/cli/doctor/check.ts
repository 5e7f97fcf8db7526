import { setImmediate } from 'node:timers/promises';
import { CqshopError, reasonOf } from '../../base/errors.ts';
import { unlessGivenUp } from '../../broker/kafka/given-up.ts';

/** The result of one check. */
export type Finding = {
  readonly name: string;
  /** `missing`: something optional is not there. `failed`: something needed does not work, so that the verb exits 1. */
  readonly status: 'ok' | 'missing' | 'failed';
  readonly found: string;
  /** What to do; empty if nothing. */
  readonly advice: string;
};

/** A check of one thing. What it throws becomes a failed finding. */
export type Check = { readonly name: string; readonly run: () => Promise<Omit<Finding, 'name'>> };

/**
 * All findings, in the order of the checks. The checks run one after another, so that one failure does not cause another.
 *
 * @throws the signal's reason, and leaves the check that is running
 */
export async function findingsOf(checks: readonly Check[], signal?: AbortSignal): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, run } of checks) {
    findings.push({ name, ...(await unlessGivenUp(run().catch(failed), signal, 0)) });
    // Some checks keep the thread busy, so that a signal of the system has to wait.
    await setImmediate();
    signal?.throwIfAborted();
  }
  return findings;
}

/** All is well. */
export function ok(found: string): Omit<Finding, 'name'> {
  return { status: 'ok', found, advice: '' };
}

function failed(thrown: unknown): Omit<Finding, 'name'> {
  const message = reasonOf(thrown);
  // "Cannot …: what is so, expected what should be"
  const [found = '', advice = ''] =
    thrown instanceof CqshopError
      ? splitAtExpected(message)
      : [message, 'install cqshop again (npm ci), then run the failing verb with --debug'];
  return { status: 'failed', found: found.replace(/\s*\n\s*/g, ' '), advice };
}

function splitAtExpected(message: string): readonly string[] {
  const at = message.indexOf(', expected ');
  return at === -1 ? [message] : [message.slice(0, at), `expected ${message.slice(at + ', expected '.length)}`];
}

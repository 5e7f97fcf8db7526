import { CqshopError } from '../../base/errors.ts';

/** What one look at the machine has found. */
export type Finding = {
  readonly name: string;
  /** `missing`: something optional; `failed`: something that is needed, which makes the verb exit with 1. */
  readonly status: 'ok' | 'missing' | 'failed';
  readonly found: string;
  /** What to do about it; empty if there is nothing. */
  readonly advice: string;
};

/** A look at one thing: gives a finding, or throws what makes it a failed one. */
export type Check = { readonly name: string; readonly look: () => Promise<Omit<Finding, 'name'>> };

/** All findings, in the order of the checks; they run one after another, so that one failure does not make another. */
export async function findingsOf(checks: readonly Check[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, look } of checks) {
    findings.push({ name, ...(await look().catch(failed)) });
  }
  return findings;
}

/** All is well. */
export function ok(found: string): Omit<Finding, 'name'> {
  return { status: 'ok', found, advice: '' };
}

function failed(thrown: unknown): Omit<Finding, 'name'> {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  // "Cannot …: what is so, expected what should be"
  const [found = '', advice = ''] =
    thrown instanceof CqshopError
      ? splitAtExpected(message)
      : [message, 'install again (npm ci), then look with --debug at the verb that fails'];
  return { status: 'failed', found: found.replace(/\s*\n\s*/g, ' '), advice };
}

function splitAtExpected(message: string): readonly string[] {
  const at = message.indexOf(', expected ');
  return at === -1 ? [message] : [message.slice(0, at), `expected ${message.slice(at + ', expected '.length)}`];
}

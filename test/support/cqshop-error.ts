import { expect } from 'vitest';
import { CqshopError, type ErrorCode } from '../../src/base/errors.ts';

/** Expects the work to fail with one code and a message that says all of `parts`. */
export async function expectCqshopError(
  work: () => unknown,
  code: ErrorCode,
  ...parts: readonly string[]
): Promise<void> {
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => undefined,
      thrown => thrown,
    );
  expect(error, `expected a CqshopError ${code}`).toBeInstanceOf(CqshopError);
  if (!(error instanceof CqshopError)) return;
  expect(error.code, error.message).toBe(code);
  for (const part of parts) expect(error.message).toContain(part);
}

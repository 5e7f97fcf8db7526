import type { z } from 'zod';
import { type CqshopError, cannot } from '../../base/errors.ts';

/**
 * Checks what a detector stored in a model.
 *
 * @param part what is read, for the message
 * @throws MODEL_INVALID when it has another shape
 */
export function parseParameters<Schema extends z.ZodType>(
  detector: string,
  schema: Schema,
  value: unknown,
  part = 'parameters',
): z.infer<Schema> {
  let reason: string;
  let cause: unknown;
  try {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    reason = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
    cause = parsed.error;
  } catch (error) {
    reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    cause = error;
  }
  throw modelInvalid(detector, `its ${part} are not this detector's (${reason})`, 'what its training wrote', cause);
}

/** The error for a model that a detector cannot be loaded from. */
export function modelInvalid(detector: string, what: string, expected: string, cause?: unknown): CqshopError {
  return cannot('MODEL_INVALID', `load model of detector ${detector}`)(what, expected, cause);
}

/** The error for training data that a detector cannot be trained on. */
export function trainingImpossible(detector: string, what: string, expected: string): CqshopError {
  return cannot('TRAINING_IMPOSSIBLE', `train detector ${detector}`)(what, expected);
}

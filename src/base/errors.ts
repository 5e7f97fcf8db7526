/**
 * Every expected failure, with the exit code that it ends the process with: 1 the work failed, 2 the input or the usage is wrong.
 * A programmer's mistake stays a TypeError.
 */
export const errorCodes = {
  ANOMALY_LEFT_NO_TRACE: 1,
  AUDIT_FAILED: 1,
  BROKER_CORRUPT: 1,
  BROKER_EMPTY: 2,
  BROKER_MISMATCH: 2,
  BROKER_NOT_EMPTY: 2,
  BROKER_NOT_FOUND: 2,
  BROKER_REFUSED: 1,
  BROKER_UNREACHABLE: 1,
  CLOCK_LAGS: 1,
  DATASET_CORRUPT: 2,
  DATASET_EXISTS: 2,
  DATASET_NOT_FOUND: 2,
  DETECTIONS_INVALID: 2,
  GATE_INVALID: 2,
  LIBRARY_MISSING: 1,
  LOCKED: 1,
  MESSAGES_LOST: 1,
  MODEL_INVALID: 2,
  MODEL_MISMATCH: 2,
  MODEL_NOT_FOUND: 2,
  OVERLAPPING_ANOMALIES: 2,
  RESULTS_INVALID: 2,
  RESULTS_NOT_FOUND: 2,
  SCENARIO_INVALID: 2,
  SCENARIO_NOT_FOUND: 2,
  SERVICES_MISSING: 1,
  TRAINING_IMPOSSIBLE: 2,
  UNKNOWN_NAME: 2,
  USAGE: 2,
  WRITE_FAILED: 1,
} as const;

export type ErrorCode = keyof typeof errorCodes;

/**
 * An expected failure: wrong input, a broken file, an unreachable broker. Its message follows
 * "Cannot <do> <what>: <what is so>, expected <what should be>".
 */
export class CqshopError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'CqshopError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get exitCode(): number {
    return errorCodes[this.code];
  }
}

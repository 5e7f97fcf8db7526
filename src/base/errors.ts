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
  EXTERNAL_FAILED: 1,
  GATE_INVALID: 2,
  IMPORT_INVALID: 2,
  LABELS_INVALID: 2,
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
  WORKER_DIED: 1,
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

  constructor(code: ErrorCode, message: string, options: { details?: CqshopError['details']; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'CqshopError';
    this.code = code;
    this.details = options.details ?? {};
  }

  get exitCode(): number {
    return errorCodes[this.code];
  }

  /** The same error, with what the user can do. */
  withHint(hint: string): CqshopError {
    return new CqshopError(this.code, this.message + hint, { details: this.details, cause: this });
  }
}

/** Makes an error of one piece of work from what is so and what should be. */
export type Cannot = (what: string, expected: string, cause?: unknown) => CqshopError;

/**
 * The error of one piece of work, in the grammar of messages.
 *
 * @param doing what cannot be done: `cannot('GATE_INVALID', 'read gate a.json')('it is not JSON', 'a gate')` says
 * "Cannot read gate a.json: it is not JSON, expected a gate"
 * @param details what programs may read of the error
 */
export function cannot(code: ErrorCode, doing: string, details: Record<string, unknown> = {}): Cannot {
  return (what, expected, cause) =>
    new CqshopError(code, `Cannot ${doing}: ${what}, expected ${expected}`, { details, cause });
}

/**
 * One error for all mistakes of one input: "Cannot <do> <what>: <what is so>, expected <what should be>", then each further mistake in a line of its own.
 *
 * @param mistakes one at least
 */
export function cannotFor(
  cannotDo: Cannot,
  [first, ...others]: readonly { readonly found: string; readonly expected: string }[],
): CqshopError {
  const lines = others.map(({ found, expected }) => `\n  ${found}, expected ${expected}`);
  return cannotDo(first?.found ?? '', first?.expected ?? '').withHint(lines.join(''));
}

/** What an error says, also where something else was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

const readReasons: Readonly<Record<string, string>> = {
  EACCES: 'permission to read it is denied',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EPERM: 'permission to read it is denied',
};

/** Why a file could not be read, for "Cannot read <file>: <this>, expected …". */
export function readFailure(cause: unknown): string {
  return readReasons[systemCode(cause) ?? ''] ?? reasonOf(cause);
}

/** A path that may not be opened as wrong input; every other error stays what it is. */
export function openFailure(error: unknown): unknown {
  const isDenied = error instanceof Error && 'path' in error && ['EACCES', 'EPERM'].includes(systemCode(error) ?? '');
  if (!isDenied) return error;
  const expected = 'a file or directory that you may open';
  return cannot('USAGE', `open ${error.path}`)('permission is denied', expected, error);
}

const writeReasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied, expected a place that you may write to',
  EDQUOT: 'the disk quota is used up, expected free space',
  EEXIST: 'a file of that name is in the way, expected a directory',
  EISDIR: 'it is a directory, expected a file',
  EMFILE: 'too many files are open, expected a higher limit (`ulimit -n`)',
  ENAMETOOLONG: 'the name is too long, expected a shorter one',
  ENOENT: 'nothing can be created there, expected a place that you may write to',
  ENOSPC: 'the disk is full, expected free space',
  ENOTDIR: 'part of the path is a file, expected a directory',
  EPERM: 'the operation is not permitted, expected a place that you may write to',
  EROFS: 'the file system is read-only, expected a place that you may write to',
};

/** A failed system call as a WRITE_FAILED that gives the reason; a CqshopError and a programmer's mistake stay what they are. */
export function writeFailure(what: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('syscall' in cause)) return cause;
  const code = systemCode(cause);
  if (code === undefined) return cause;
  const reason = writeReasons[code] ?? `${cause.message}, expected a place that you may write to`;
  return new CqshopError('WRITE_FAILED', `Cannot write ${what}: ${reason}`, { details: { code }, cause });
}

/**
 * Writes something.
 *
 * @param what for the message: "results to DIR"
 * @throws WRITE_FAILED where a system call fails
 */
export function writing<Result>(what: string, write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    throw writeFailure(what, cause);
  }
}

/** The system's name for a failure, such as ENOENT; undefined where it has none. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

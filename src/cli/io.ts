import type { Colors } from 'picocolors/types.js';

/** How far one piece of work has come. */
export type Progress = {
  /** `total` may grow. */
  readonly update: (done: number, total: number) => void;
  /** Clears the terminal's line for other text, until the next update. */
  readonly pause: () => void;
  readonly done: () => void;
};

/** All that a verb may do to the world outside files: it never touches `process`. Tests give their own. */
export type Io = {
  /** Data: one piece of text to stdout, with a newline added. */
  readonly out: (text: string) => void;
  /** The verb's result: one JSON document under --json, else the text, or its lines, which are made only then. */
  readonly result: (json: unknown, text: () => string | readonly string[]) => void;
  /** A note on the work: a line to stderr, unless --quiet. */
  readonly log: (text: string) => void;
  /** What the user must know even with --quiet: a line to stderr. */
  readonly warn: (text: string) => void;
  /** One of several failures, where the first does not end the verb: a line to stderr. The verb then returns the exit code. */
  readonly error: (text: string) => void;
  /** Shows how far work has come, on stderr; call `done` in `finally`. */
  readonly progress: (label: string) => Progress;
  /** Aborted by Ctrl-C. A verb stops, leaves nothing half-written and lets the AbortError out, which ends with 130. */
  readonly signal: AbortSignal;
  /** For stdout; no colours where it is not a terminal. */
  readonly colours: Colors;
  /** Width of the terminal [characters]; undefined where stdout is not a terminal. */
  readonly width: number | undefined;
  readonly isJson: boolean;
};

/** Where text goes; a part of what Node calls a WriteStream. */
export type TextSink = {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/** The process as the command line needs it. */
export type Host = {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Whether text on stdout may have colours. */
  readonly hasColours: boolean;
  readonly signal: AbortSignal;
  /** True once the reader of stdout has gone away: failures after that do not matter. */
  readonly isStdoutClosed: () => boolean;
  /** The failure of a write to stdout, such as a full disk. */
  readonly stdoutFailure: () => Error | undefined;
  /** Removes the handlers of signals. */
  readonly close: () => void;
};

export type IoFlags = { readonly json: boolean; readonly quiet: boolean };

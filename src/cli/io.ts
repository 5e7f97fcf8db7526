import type { Colors } from 'picocolors/types.js';
import type { Progress } from './progress.ts';

/** All that a verb may do to the world outside files: it never touches `process`. Tests give their own. */
export type Io = {
  /** Data: one piece of text to stdout, with a newline added. */
  readonly out: (text: string) => void;
  /** The verb's result: one JSON document under --json, else the text, which is made only then. */
  readonly result: (json: unknown, text: () => string) => void;
  /** What is going on: a line to stderr, unless --quiet. */
  readonly log: (text: string) => void;
  /** What the user must know even with --quiet: a line to stderr. */
  readonly warn: (text: string) => void;
  /** Shows how far work has come, on stderr; call `done` in `finally`. */
  readonly progress: (label: string) => Progress;
  /** Aborted by Ctrl-C. A verb stops, leaves nothing half-written and lets the AbortError out, which ends with 130. */
  readonly signal: AbortSignal;
  /** For stdout; plain where it is no terminal. */
  readonly colours: Colors;
  /** Of the terminal that stdout is [characters]; undefined where it is none. */
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
  readonly signal: AbortSignal;
  /** True once the reader of stdout has gone away: whatever happens then is nobody's concern. */
  readonly isStdoutClosed: () => boolean;
  /** What went wrong when stdout was written to, such as a full disk. */
  readonly stdoutFailure: () => Error | undefined;
  /** Lets go of handlers. */
  readonly close: () => void;
};

export type IoFlags = { readonly json: boolean; readonly quiet: boolean; readonly debug: boolean };

import type { Host, TextSink } from './io.ts';

/**
 * The real process: Ctrl-C (or SIGTERM) aborts the signal, a second one kills at once; a stdout whose reader has gone
 * (`| head`) aborts too, and so does a terminal that is closed (SIGHUP). A failure of stderr is ignored, as it cannot be reported.
 */
export function processHost(): Host {
  const interrupt = new AbortController();
  let isStdoutClosed = false;
  let isHungUp = false;
  let stdoutFailure: Error | undefined;
  const onSignal = () => {
    removeSignals();
    interrupt.abort();
  };
  const removeSignals = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  // Both the terminal and the shell may send it: a second one must not kill. Under nohup it is not ignored, with or without this: Node.js gives all
  // signals their default effect when it starts.
  const onHangup = () => {
    isHungUp = true;
    interrupt.abort();
  };
  const onStdoutError = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') isStdoutClosed = true;
    else stdoutFailure = error;
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onHangup);
  process.stdout.on('error', onStdoutError);
  process.stderr.on('error', () => undefined);
  // biome-ignore lint/style/noProcessEnv: what a terminal and its user state about colours and bars.
  const env = process.env;
  const stderr: TextSink = process.stderr;
  return {
    stdout: process.stdout,
    // A dumb terminal cannot draw a bar: it gets lines, as a file does.
    stderr: env.TERM === 'dumb' ? { write: text => stderr.write(text) } : stderr,
    hasColours: hasColours(env, process.stdout.isTTY),
    signal: interrupt.signal,
    isStdoutClosed: () => isStdoutClosed,
    stdoutFailure: () => stdoutFailure,
    // The handler of stdout stays: its error may come after the last write.
    close: () => {
      removeSignals();
      process.off('SIGHUP', onHangup);
      // Node 20 crashes if it exits when its terminal is gone.
      if (isHungUp) process.kill(process.pid, 'SIGHUP');
    },
  };
}

/** By the customs of NO_COLOR (no-color.org) and FORCE_COLOR, of which 0 means none; else where stdout is a terminal that is not dumb. */
export function hasColours(
  { NO_COLOR, FORCE_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0';
  return isTerminal && TERM !== 'dumb';
}

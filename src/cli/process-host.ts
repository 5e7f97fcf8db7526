import type { Host } from './io.ts';

/**
 * The real process: Ctrl-C (or SIGTERM) aborts the signal, a second one kills at once; a stdout whose reader has gone
 * (`| head`) aborts too. A failure of stderr is ignored, as it cannot be reported.
 */
export function processHost(): Host {
  const interrupt = new AbortController();
  let isStdoutClosed = false;
  let stdoutFailure: Error | undefined;
  const onSignal = () => {
    removeSignals();
    interrupt.abort();
  };
  const removeSignals = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  const onStdoutError = (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') isStdoutClosed = true;
    else stdoutFailure = error;
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.stdout.on('error', onStdoutError);
  process.stderr.on('error', () => undefined);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
    isStdoutClosed: () => isStdoutClosed,
    stdoutFailure: () => stdoutFailure,
    // The handler of stdout stays: its error may come after the last write.
    close: removeSignals,
  };
}

import type { Host } from './io.ts';

/**
 * The real process: Ctrl-C (or SIGTERM) aborts the signal, a second one kills at once; a stdout whose reader has gone
 * (`| head`) aborts too.
 */
export function processHost(): Host {
  const interrupt = new AbortController();
  let isStdoutClosed = false;
  const onSignal = () => {
    removeSignals();
    interrupt.abort();
  };
  const removeSignals = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  const onStdoutError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isStdoutClosed = true;
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.stdout.on('error', onStdoutError);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
    isStdoutClosed: () => isStdoutClosed,
    // The handler of stdout stays: its error may come after the last write.
    close: removeSignals,
  };
}

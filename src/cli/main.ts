import { setImmediate } from 'node:timers/promises';
import { CommanderError } from 'commander';
import { CqshopError, openFailure } from '../base/errors.ts';
import { wrapText } from '../lab/report/terminal/wrap-text.ts';
import { exitCodes } from './exit-codes.ts';
import type { Host } from './io.ts';
import { processHost } from './process-host.ts';
import { buildProgram } from './program.ts';
import { inert, widthOf } from './terminal-io.ts';
import { namedWords, usageMessage } from './usage-message.ts';

/**
 * Runs one command line; never ends the process.
 *
 * @param argv without node and script: ['collect', '--out', 'datasets/a']
 * @returns the exit code
 */
export async function main(argv: readonly string[], host: Host = processHost()): Promise<number> {
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  let exitCode: number = exitCodes.done;
  const program = buildProgram(host, code => {
    exitCode = code;
  });
  try {
    if (argv.length === 0) {
      host.stderr.write(program.helpInformation());
      return exitCodes.usage;
    }
    namedWords(words);
    await program.parseAsync(words, { from: 'user' });
    await streamsSettled();
    return stdoutFailed(host) ?? exitCode;
  } catch (error) {
    await streamsSettled();
    if (host.isStdoutClosed()) return exitCodes.done;
    return stdoutFailed(host) ?? report(openFailure(error), host, words);
  } finally {
    host.close();
  }
}

/** A stream reports a failure after the write. */
async function streamsSettled(): Promise<void> {
  await setImmediate();
}

/** Exit code 1, after a line about it, if stdout could not be written. */
function stdoutFailed(host: Host): number | undefined {
  const failure = host.stdoutFailure();
  if (failure === undefined) return undefined;
  host.stderr.write(`error: Cannot write to stdout: ${failure.message}, expected a place with room\n`);
  return exitCodes.failed;
}

function report(error: unknown, host: Host, argv: readonly string[]): number {
  const isDebugging = argv.includes('--debug');
  const width = widthOf(host.stderr);
  const say = (text: string) => host.stderr.write(`${wrapText(inert(text, host.stderr), width, '  ')}\n`);
  const stack = (thrown: Error) => {
    if (isDebugging) host.stderr.write(`${thrown.stack ?? thrown.message}\n`);
    if (isDebugging && thrown.cause instanceof Error)
      host.stderr.write(`caused by ${thrown.cause.stack ?? thrown.cause.message}\n`);
  };
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    if (error.code !== 'commander.help') say(`error: ${usageMessage(error, argv)}`);
    return exitCodes.usage;
  }
  if (host.signal.aborted && error instanceof Error && error.name === 'AbortError') {
    say('interrupted');
    return exitCodes.interrupted;
  }
  if (error instanceof CqshopError) {
    say(`error: ${error.message}`);
    stack(error);
    return error.exitCode;
  }
  const thrown = error instanceof Error ? error : new Error(String(error));
  say(`error: unexpected error: ${thrown.message}${isDebugging ? '' : ' (--debug shows where)'}`);
  stack(thrown);
  return exitCodes.failed;
}

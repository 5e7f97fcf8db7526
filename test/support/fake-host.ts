import { main } from '../../src/cli/main.ts';

/** What one command line did. */
export type CommandResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** Runs a command line in this process, without a terminal unless its width is given [characters]. */
export async function runCommand(
  argv: readonly string[],
  signal = new AbortController().signal,
  columns?: number,
): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  const exitCode = await main(argv, {
    stdout: { write: text => (stdout += text), isTTY: columns !== undefined, columns },
    stderr: { write: text => (stderr += text) },
    hasColours: columns !== undefined,
    signal,
    isStdoutClosed: () => false,
    stdoutFailure: () => undefined,
    close: () => undefined,
  });
  return { exitCode, stdout, stderr };
}

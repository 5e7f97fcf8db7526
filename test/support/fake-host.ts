import type { Host } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

/** What one command line did. */
export type CommandResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** A process that nothing happens to, and that has no terminal. */
export const quietHost: Omit<Host, 'stdout' | 'stderr'> = {
  signal: new AbortController().signal,
  hasColours: false,
  isStdoutClosed: () => false,
  stdoutFailure: () => undefined,
  close: () => undefined,
};

/** Runs a command line in this process, without a terminal unless its width is given [characters]. */
export async function runCommand(
  argv: readonly string[],
  signal = new AbortController().signal,
  columns?: number,
): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  const exitCode = await main(argv, {
    ...quietHost,
    stdout: { write: text => (stdout += text), isTTY: columns !== undefined, columns },
    stderr: { write: text => (stderr += text) },
    hasColours: columns !== undefined,
    signal,
  });
  return { exitCode, stdout, stderr };
}

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { cannot } from '../../../base/errors.ts';
import { pluralize } from '../../../base/words.ts';

/** Lines of standard error that an error repeats. */
const linesShown = 20;
/** Lines of output that are passed on; a program may write millions. */
const mostLines = 1000;
/** A longer line is passed on in pieces [characters]. */
const longestLine = 10_000;
/** A longer timer goes off at once: 24.8 days [ms]. */
const longestTimerMs = 2 ** 31 - 1;
/** How long output is awaited after the program's end [ms]: a process that left its group may keep it open for ever. */
const graceMs = 1000;

export type RunCommandOptions = {
  /** For messages: "isolation-forest". */
  readonly name: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Receives the first 1,000 lines of the program's output, standard error included, and then how many more there are. */
  readonly onLine: (line: string) => void;
};

/** Programs whose first argument is the file that they run, unless it is an option, or a version: "julia +1.10". */
const interpreters = /^(python|node|perl|ruby|Rscript|julia)[\d.]*$/;

/**
 * What a command cannot start with: a program that the shell does not find, or a file that its interpreter does not find. Only plain words are
 * judged.
 */
export function missingProgram(command: string): string | undefined {
  const [program = '', script = '-'] = command.trim().split(/\s+/);
  if (!isPlain(program)) return undefined;
  if (spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program]).status !== 0) return program;
  const isFile = interpreters.test(program) && isPlain(script) && !/^[-+]/.test(script);
  // Node.js finds a module without its ending too.
  return isFile && !existsSync(script) && !existsSync(`${script}.js`) ? script : undefined;
}

function isPlain(word: string): boolean {
  return /^[\w.+/-]+$/.test(word);
}

/**
 * Runs an external program, by the shell, and waits for its end. A program that takes too long is ended. Processes that it started are ended with it.
 *
 * @param command as it would be typed, without the arguments
 * @throws EXTERNAL_FAILED when it ends with another code than 0, takes too long, or cannot be started; the message ends with what it wrote
 * @throws the signal's reason when aborted
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { name, timeoutMs, signal, onLine }: RunCommandOptions,
): Promise<void> {
  signal.throwIfAborted();
  // A process group of its own, so that all of it can be ended.
  const child = spawn('/bin/sh', ['-c', `${command} "$@"`, 'sh', ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => {
    if (child.pid !== undefined) endGroup(child.pid);
  };
  let isLate = false;
  let grace: NodeJS.Timeout | undefined;
  const timer = setTimeout(
    () => {
      isLate = true;
      end();
    },
    Math.min(timeoutMs, longestTimerMs),
  );
  signal.addEventListener('abort', end);
  const shown: string[] = [];
  const rests = { stdout: '', stderr: '' };
  let lineCount = 0;
  const take = (stream: 'stdout' | 'stderr') => (text: string) => {
    const lines = (rests[stream] + text).split('\n').flatMap(inPieces);
    rests[stream] = lines.pop() ?? '';
    if (stream === 'stderr') shown.push(...lines.slice(-linesShown).map(printable));
    for (const line of lines.slice(0, Math.max(0, mostLines - lineCount))) onLine(`${name}: ${printable(line)}`);
    lineCount += lines.length;
    shown.splice(0, shown.length - linesShown);
  };
  child.stdout.setEncoding('utf8').on('data', take('stdout'));
  child.stderr.setEncoding('utf8').on('data', take('stderr'));
  try {
    const ended = await new Promise<string | undefined>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => {
        clearTimeout(timer);
        end();
        grace = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, graceMs);
      });
      child.on('close', (code, killedBy) =>
        resolve(code === 0 ? undefined : code === null ? `it was ended by ${killedBy}` : `it ended with ${code}`),
      );
    });
    signal.throwIfAborted();
    take('stdout')(rests.stdout === '' ? '' : '\n');
    take('stderr')(rests.stderr === '' ? '' : '\n');
    const more = lineCount - mostLines;
    if (more > 0) onLine(`${name}: ${pluralize(more, 'more line')} ${more === 1 ? 'is' : 'are'} not shown`);
    const found = isLate ? `it took longer than ${timeoutMs / 1000} s` : ended;
    if (found === undefined) return;
    const wrote = shown.length === 0 ? '; it wrote nothing to standard error' : `; it wrote:\n${shown.join('\n')}`;
    throw cannot('EXTERNAL_FAILED', `run ${name} (${command} ${args.join(' ')})`)(found, `exit code 0${wrote}`);
  } finally {
    for (const each of [timer, grace]) clearTimeout(each);
    signal.removeEventListener('abort', end);
  }
}

/** What a terminal would show in the end: no colours, of a progress bar its last state, and nothing that moves the cursor. */
function printable(line: string): string {
  const last = stripVTControlCharacters(line).trimEnd().split('\r').at(-1) ?? '';
  return last.replaceAll(/[^\P{Cc}\t]/gu, '\uFFFD');
}

function inPieces(line: string): readonly string[] {
  return line.length <= longestLine ? [line] : (line.match(new RegExp(`.{1,${longestLine}}`, 'gsu')) ?? []);
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

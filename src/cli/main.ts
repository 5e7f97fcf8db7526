import { setImmediate } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { CqshopError } from '../base/errors.ts';
import { expectedWords } from '../base/nearest-word.ts';
import { toolVersion } from '../base/tool-version.ts';
import { exitCodes } from './exit-codes.ts';
import type { Host } from './io.ts';
import { optionFlag } from './option-flag.ts';
import { processHost } from './process-host.ts';
import { assertNoIgnoredOptions } from './requires.ts';
import { terminalIo } from './terminal-io.ts';
import type { Verb } from './verb.ts';
import { verbs } from './verb-registry.ts';

/**
 * Runs one command line; never ends the process.
 *
 * @param argv without node and script: ['collect', '--out', 'datasets/a']
 * @returns the exit code
 */
export async function main(argv: readonly string[], host: Host = processHost()): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = buildProgram(host, code => {
    exitCode = code;
  });
  try {
    if (argv.length === 0) {
      host.stderr.write(program.helpInformation());
      return exitCodes.usage;
    }
    await program.parseAsync([...argv], { from: 'user' });
    await told();
    return stdoutFailed(host) ?? exitCode;
  } catch (error) {
    await told();
    if (host.isStdoutClosed()) return exitCodes.done;
    return stdoutFailed(host) ?? report(error, host, argv);
  } finally {
    host.close();
  }
}

/** Streams tell of a failure after the write. */
async function told(): Promise<void> {
  await setImmediate();
}

/** Exit code 1, after a line about it, if stdout could not be written. */
function stdoutFailed(host: Host): number | undefined {
  const failure = host.stdoutFailure();
  if (failure === undefined) return undefined;
  host.stderr.write(`error: Cannot write to stdout: ${failure.message}, expected a place with room\n`);
  return exitCodes.failed;
}

function buildProgram(host: Host, onExitCode: (code: number) => void): Command {
  const program = new Command('cqshop')
    .description(
      'A laboratory for anomaly detection in event-driven systems: simulate a web shop, inject anomalies, train and score detectors.',
    )
    .version(toolVersion, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .usage('<verb> [subject] [options]')
    .commandsGroup('Verbs:')
    .exitOverride()
    .configureOutput({
      writeOut: text => host.stdout.write(text),
      writeErr: text => host.stderr.write(text),
      outputError: () => undefined,
    });
  for (const verb of verbs) addVerb(program, verb, host, onExitCode);
  program
    .command('help')
    .summary('print the help of a verb')
    .description('Prints the help of a verb, or of cqshop.')
    .argument('[verb]', 'its name')
    .action((name: string | undefined) => helpOf(program, name).outputHelp());
  return program;
}

/** @throws USAGE when there is no verb of that name */
function helpOf(program: Command, name: string | undefined): Command {
  if (name === undefined) return program;
  const command = program.commands.find(candidate => candidate.name() === name);
  if (command !== undefined) return command;
  const names = verbs.map(verb => verb.name);
  throw new CqshopError(
    'USAGE',
    `Cannot help with "${name}": there is no such verb, expected ${expectedWords(name, names)}`,
  );
}

function addVerb(program: Command, verb: Verb, host: Host, onExitCode: (code: number) => void): void {
  const command = program.command(verb.name).summary(verb.summary).description(verb.description);
  for (const { name, description } of verb.arguments) command.argument(name, description);
  for (const [name, { placeholder, description, parse, default: fallback }] of Object.entries(verb.options)) {
    const long = optionFlag(name);
    if (placeholder === undefined) command.option(long, description);
    else if (fallback === undefined) command.option(`${long} ${placeholder}`, description, value => parse(value, long));
    else command.option(`${long} ${placeholder}`, description, value => parse(value, long), fallback);
  }
  command
    .option('--json', 'print one JSON document')
    .option('--quiet', 'print no progress and no notes')
    .option('--debug', 'print stacks of errors')
    .addHelpText('after', `\nExamples:\n${verb.examples.map(example => `  ${example}\n`).join('')}`)
    .action(async () => {
      const { json, quiet, debug, ...options } = command.opts();
      const flags = { json: json === true, quiet: quiet === true, debug: debug === true };
      for (const [name, { placeholder }] of Object.entries(verb.options)) {
        if (placeholder === undefined) options[name] ??= false;
      }
      const line = { arguments: command.args, options };
      assertNoIgnoredOptions(verb.options, line, name => command.getOptionValueSource(name) === 'cli');
      onExitCode(await verb.run(line, terminalIo(host, flags)));
    });
}

function report(error: unknown, host: Host, argv: readonly string[]): number {
  const isDebugging = argv.includes('--debug');
  const say = (text: string) => host.stderr.write(`${text}\n`);
  const stack = (thrown: Error) => {
    if (isDebugging) say(thrown.stack ?? thrown.message);
    if (isDebugging && thrown.cause instanceof Error) say(`caused by ${thrown.cause.stack ?? thrown.cause.message}`);
  };
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    if (error.code !== 'commander.help') say(usageMessage(error, argv));
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

/** Commander's message, which names the nearest option or verb, on one line; where there is none near, what lists them. */
function usageMessage(error: CommanderError, argv: readonly string[]): string {
  const message = error.message
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '')
    .replace('unknown command', 'unknown verb');
  const verb = verbs.find(({ name }) => name === argv[0]);
  const listed = verb === undefined ? 'cqshop --help' : `cqshop ${verb.name} --help`;
  return message.includes('Did you mean') ? message : `${message}; see ${listed}`;
}

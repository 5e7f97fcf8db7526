import { Command, Option as CommanderOption, type Help } from 'commander';
import { cannot } from '../base/errors.ts';
import { toolVersion } from '../base/tool-version.ts';
import { asSentence } from '../base/words.ts';
import { defaultWidth, wrapText } from '../lab/report/terminal/wrap-text.ts';
import type { Host } from './io.ts';
import { invalid } from './option-values.ts';
import { assertNoIgnoredOptions, type Option, optionFlag } from './options.ts';
import { terminalIo, widthOf } from './terminal-io.ts';
import type { Argument, Verb, VerbOfSubjects, Word } from './verb.ts';
import { verbs } from './verb-registry.ts';

/** The command line. Only the verb that is named is loaded. `onExitCode` gets what it returns. */
export function buildProgram(host: Host, onExitCode: (code: number) => void): Command {
  const program = new Command('cqshop')
    .description(
      'A laboratory for anomaly detection in event-driven systems: simulate a web shop, inject anomalies, train and score detectors.',
    )
    .version(toolVersion, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .usage('<verb> [subject] [options]')
    .commandsGroup('Verbs:')
    .configureHelp({ subcommandTerm: command => command.name(), formatItem })
    .exitOverride()
    .configureOutput({
      writeOut: text => host.stdout.write(text),
      writeErr: text => host.stderr.write(text),
      getOutHelpWidth: () => widthOf(host.stdout) ?? defaultWidth,
      outputError: () => undefined,
    });
  addWords(program, verbs, (command, verb) => complete(command, verb, host, onExitCode));
  // `main` reads `help VERB` as `VERB --help`.
  program.command('help').summary('print the help of a verb').argument('[verb]', 'its name');
  return program;
}

/** The least width of a description beside its term; in a narrower terminal it stands below [characters]. */
const leastDescription = 30;

/** As commander does, but never wider than the terminal. */
function formatItem(term: string, termWidth: number, description: string, helper: Help): string {
  const { helpWidth = defaultWidth } = helper;
  const beside = `  ${term.padEnd(termWidth)}  `;
  if (description === '') return beside.trimEnd();
  const room = helpWidth - beside.length;
  if (room < leastDescription) return `  ${term}\n${wrapText(`      ${description}`, helpWidth, '      ')}`;
  return wrapText(beside + description, helpWidth, ' '.repeat(beside.length));
}

type Complete = (command: Command, verb: Verb) => void;

function addWords(parent: Command, words: readonly (Word | VerbOfSubjects)[], complete: Complete): void {
  for (const word of words) {
    const command = parent.command(word.name).summary(word.summary).description(asSentence(word.summary));
    command.helpCommand(false);
    if ('subjects' in word) addSubjects(command, word, complete);
  }
  parent.hook('preSubcommand', async (_, command) => {
    const word = words.find(({ name }) => name === command.name());
    if (word !== undefined && 'load' in word) complete(command, (await word.load()).verb);
  });
}

function addSubjects(command: Command, { name, subjects, example }: VerbOfSubjects, complete: Complete): void {
  command.usage('<subject> [options]').commandsGroup('Subjects:');
  addCommonOptions(command, [example, `cqshop ${name} ${subjects[0]?.name} --help`]);
  addWords(command, subjects, complete);
}

function complete(command: Command, verb: Verb, host: Host, onExitCode: (code: number) => void): void {
  const { description, arguments: words = [], options = {}, examples, run } = verb;
  if (description !== undefined) command.description(description);
  for (const word of words) command.argument(word.name, word.description);
  for (const [name, option] of Object.entries(options)) command.addOption(commanderOption(name, option));
  addCommonOptions(command, examples);
  command.allowExcessArguments(true);
  command.action(async () => {
    assertNoExcess(command, words);
    assertNoEmpty(command);
    // `main` reads --debug by itself, since it holds for wrong usage too.
    const { json, quiet, debug: _, ...values } = command.optsWithGlobals();
    for (const [name, { placeholder }] of Object.entries(options))
      if (placeholder === undefined) values[name] ??= false;
    const line = { arguments: command.args, options: values };
    assertNoIgnoredOptions(options, line, name => command.getOptionValueSource(name) === 'cli');
    onExitCode(await run(line, terminalIo(host, { json: json === true, quiet: quiet === true })));
  });
}

/** Commander does not name the arguments that are too many. */
function assertNoExcess(command: Command, words: readonly Argument[]): void {
  const excess = words.some(({ name }) => name.includes('...')) ? [] : command.args.slice(words.length);
  if (excess.length === 0) return;
  const line = commandLine(command);
  throw cannot('USAGE', `run ${line}`)(
    `there are too many arguments (${excess.join(' ')})`,
    `those that ${line} --help lists`,
  );
}

/** As an unset variable of a script gives them; options refuse an empty text themselves. */
function assertNoEmpty(command: Command): void {
  if (!command.args.includes('')) return;
  const line = commandLine(command);
  throw cannot('USAGE', `run ${line}`)('an argument is empty', `those that ${line} --help lists`);
}

function commandLine(command: Command): string {
  return command.parent === null ? command.name() : `${commandLine(command.parent)} ${command.name()}`;
}

function commanderOption(name: string, option: Option<unknown>): CommanderOption {
  const { placeholder, description, parse, default: fallback, choices, conflicts = [], isRepeated = false } = option;
  const long = optionFlag(name);
  const made = new CommanderOption(placeholder === undefined ? long : `${long} ${placeholder}`, description);
  if (choices !== undefined) made.choices(choices);
  if (placeholder !== undefined) {
    let given: string | undefined;
    made.argParser((value, before: unknown) => {
      // Commander takes what follows an option for its value, so that `--out --json` would write to a directory `--json`.
      if (/^--[a-z]/.test(value)) throw invalid(long, value, 'it looks like an option', made.flags);
      const parsed = parse(value, long);
      if ((made.variadic || isRepeated) && Array.isArray(parsed)) {
        const joined = given !== undefined && Array.isArray(before) ? [...before, ...parsed] : parsed;
        given = value;
        return joined;
      }
      if (given !== undefined && given !== value)
        throw invalid(long, value, `it is given as "${given}" before`, 'one value');
      given = value;
      return parsed;
    });
  }
  if (fallback !== undefined) made.default(fallback, fallback === '' ? 'none' : undefined);
  return made.conflicts([...conflicts]);
}

function addCommonOptions(command: Command, examples: readonly string[]): void {
  command
    .option('--json', 'print one JSON document')
    .option('--quiet', 'print neither progress nor notes')
    .option('--debug', 'print the stack of an error')
    .addHelpText('after', `\nExamples:\n${examples.map(example => `  ${example}\n`).join('')}`);
}

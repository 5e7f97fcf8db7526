import type { CommanderError } from 'commander';
import { cannot } from '../base/errors.ts';
import { expectedWords } from '../base/words.ts';
import { verbs } from './verb-registry.ts';

/**
 * The verb of a command line and, where it has subjects, the subject.
 *
 * @throws USAGE when one of them is unknown
 */
export function namedWords([name = '', ...others]: readonly string[]): readonly string[] {
  if (name === '' || name.startsWith('-')) return [];
  const verb = wordNamed('run', name, [...verbs, { name: 'help' }]);
  const subject = others.find(word => !word.startsWith('-'));
  if (!('subjects' in verb) || subject === undefined) return [name];
  return [name, wordNamed(name, subject, verb.subjects).name];
}

function wordNamed<AWord extends { readonly name: string }>(
  verb: string,
  name: string,
  words: readonly AWord[],
): AWord {
  const word = words.find(candidate => candidate.name === name);
  if (word !== undefined) return word;
  const names = words.map(candidate => candidate.name);
  const hint = verb === 'run' && name === 'version' ? '; did you mean --version?' : '';
  throw cannot('USAGE', `${verb} "${name}"`)('it is unknown', expectedWords(name, names) + hint);
}

/** What other programs take for --version. */
const versionFlags: readonly string[] = ['-v', '-V'];

/** Commander's complaint about a command line, in the grammar of our errors. */
export function usageMessage({ code, message }: CommanderError, argv: readonly string[]): string {
  const command = ['cqshop', ...namedWords(argv)].join(' ');
  // Commander quotes the words that it complains about: "unknown option '--ouut'\n(Did you mean --out?)".
  const [first = '', second = ''] = [...message.matchAll(/'([^']*)'/g)].map(([, quoted = '']) => quoted);
  const flagOf = (option: string) => option.split(' ')[0];
  switch (code) {
    case 'commander.unknownOption': {
      const near = versionFlags.includes(first) ? '--version' : /Did you mean (?:one of )?(.*)\?/.exec(message)?.[1];
      const verb = argv.find(word => verbs.some(({ name }) => name === word));
      if (near === undefined && verb !== undefined && argv[0]?.startsWith('-') === true)
        return `Cannot take ${first}: it is before the verb, expected cqshop ${verb} … ${first}`;
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      return `Cannot take ${first}: it is unknown, expected an option that ${command} --help lists${hint}`;
    }
    case 'commander.optionMissingArgument':
      return `Cannot take ${flagOf(first)}: it has no value, expected ${first}`;
    case 'commander.conflictingOption':
      return `Cannot take ${flagOf(first)} with ${flagOf(second)}: each excludes the other, expected only one of them`;
    case 'commander.missingArgument':
      return `Cannot run ${command}: <${first}> is missing, expected the arguments that ${command} --help lists`;
    default:
      return `Cannot run ${command}: ${message.replace(/^error: /, '')}, expected what ${command} --help lists`;
  }
}

import { cannot } from '../../base/errors.ts';
import { expectedWords } from '../../base/words.ts';
import { detectors, searchedAnomalies } from '../../lab/detectors/registry.ts';
import { anomalyKinds } from '../../shop/anomalies/registry.ts';
import { nearMissKinds } from '../../shop/near-misses/registry.ts';
import { listScenarios } from '../../shop/scenarios/find-scenario.ts';
import { services } from '../../shop/services/registry.ts';
import { optionFlag } from '../options.ts';
import { defineVerb, type Verb, type VerbOfSubjects, type Word } from '../verb.ts';

/** `cqshop completion SHELL`: the script on stdout. It needs all verbs, which the registry gives it. */
export const completionOf = (verbs: Verbs): Verb =>
  defineVerb({
    description: `Prints a script that completes verbs, subjects, names and flags of cqshop when you press Tab.

Add a line to the start-up file of your shell:
  bash  ~/.bashrc                     source <(cqshop completion bash)
  zsh   ~/.zshrc                      source <(cqshop completion zsh)
  fish  ~/.config/fish/config.fish    cqshop completion fish | source`,
    arguments: [{ name: '<shell>', description: Object.keys(shells).join(', ') }],
    examples: ['cqshop completion bash'],
    async run({ arguments: [shell = ''] }, io) {
      const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
      if (script === undefined) {
        throw cannot('USAGE', `complete for "${shell}"`)('it is unknown', expectedWords(shell, Object.keys(shells)));
      }
      const all = await completionsOf(verbs);
      io.result(all, () => script(all));
      return 0;
    },
  });

/** What may follow some words of the command line. */
type Completion = {
  /** The verb and its subject: `show scenario`; empty for the verbs themselves. */
  readonly after: string;
  /** The first words that are known; where there are none, a shell offers files. */
  readonly words: readonly Candidate[];
  readonly flags: readonly Flag[];
};

type Candidate = { readonly word: string; readonly text: string };

/** A flag, and the values that it may have: undefined if it has none, empty if they are no words of a list, but files above all. */
type Flag = Candidate & { readonly values?: readonly string[] };

/** The completions of all verbs and subjects. Loads every verb. */
async function completionsOf(verbs: Verbs): Promise<readonly Completion[]> {
  const valuesOf = await argumentValues();
  const named = (words: Verbs | readonly Word[]) => words.map(({ name, summary }) => ({ word: name, text: summary }));
  const atRoot = { after: '', words: named(verbs), flags: rootFlags };
  const perVerb = verbs.map(async word => {
    if ('load' in word) return [completionAfter(word.name, (await word.load()).verb, valuesOf)];
    const subjects = { after: word.name, words: named(word.subjects), flags: [] };
    const perSubject = word.subjects.map(async ({ name, load }) =>
      completionAfter(`${word.name} ${name}`, (await load()).verb, valuesOf),
    );
    return [subjects, ...(await Promise.all(perSubject))];
  });
  return [atRoot, ...(await Promise.all(perVerb)).flat()];
}

type Verbs = readonly (Word | VerbOfSubjects)[];

type ValuesOf = (after: string, argument: string) => readonly string[];

function completionAfter(after: string, verb: Verb, valuesOf: ValuesOf): Completion {
  const words = (verb.arguments ?? []).flatMap(({ name, description }) =>
    valuesOf(after, name).map(word => ({ word, text: description })),
  );
  const flags = Object.entries(verb.options ?? {}).map(([name, { description, placeholder, choices = [] }]) => ({
    word: optionFlag(name),
    text: description,
    ...(placeholder === undefined ? {} : { values: choices }),
  }));
  const all = [...flags, ...common];
  return { after, words: verb.arguments === undefined ? all : words, flags: all };
}

const rootFlags: readonly Flag[] = [
  { word: '--version', text: 'print the version' },
  { word: '--help', text: 'print help' },
];

const common: readonly Flag[] = [
  { word: '--json', text: 'print one JSON document' },
  { word: '--quiet', text: 'print neither progress nor notes' },
  { word: '--debug', text: 'print the stack of an error' },
  { word: '--help', text: 'print help' },
];

/** The values of an argument: those of its verb and subject, else those of its name: '<anomaly>', '[scenario...]'. */
async function argumentValues(): Promise<ValuesOf> {
  const shown = [
    ['anomaly', anomalyKinds],
    ['near-miss', nearMissKinds],
    ['detector', detectors],
    ['service', services.map(({ name }) => ({ id: name }))],
  ] as const;
  const ofSubjects = new Map(
    shown.map(([subject, named]) => [`show ${subject}`, [...new Set(named.map(({ id }) => id))]]),
  );
  const ofNames: Readonly<Record<string, readonly string[]>> = {
    anomaly: searchedAnomalies,
    scenario: (await listScenarios()).map(({ name }) => name),
    service: services.map(({ name }) => name),
    shell: Object.keys(shells),
  };
  return (after, name) => ofSubjects.get(after) ?? ofNames[name.replace(/[^a-z]/g, '')] ?? [];
}

/** How each shell completes; the script is for its start-up file. */
const shells: Readonly<Record<string, (all: readonly Completion[]) => string>> = {
  ...{ bash: bashScript, zsh: zshScript, fish: fishScript },
};

/** Only letters, digits, '-' and spaces are in a path or a word, so neither needs quoting. */
function bashScript(all: readonly Completion[]): string {
  const joined = (candidates: readonly Candidate[]) => candidates.map(({ word }) => word).join(' ');
  const cases = all.map(
    ({ after, words, flags }) => `    '${after}') words='${joined(words)}' flags='${joined(flags)}' ;;`,
  );
  const afterFlags = all.flatMap(({ after, flags }) =>
    flags.flatMap(({ word, values }) =>
      values === undefined ? [] : [`    '${after} ${word}') words='${values.join(' ')}' ;;`],
    ),
  );
  const withSubjects = new Set(all.flatMap(({ after }) => (after.includes(' ') ? [after.split(' ')[0]] : [])));
  return `_cqshop() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" path="" words="" flags=""
  # Bash splits --flag=value into three words.
  if [ "$current" = = ]; then current=""; elif [ "$previous" = = ]; then previous="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  if [ "$COMP_CWORD" -gt 1 ]; then path="\${COMP_WORDS[1]}"; fi
  case "$path" in
    ${[...withSubjects].join('|')}) if [ "$COMP_CWORD" -gt 2 ]; then path="$path \${COMP_WORDS[2]}"; fi ;;
  esac
  case "$path" in
${cases.join('\n')}
  esac
  case "$current" in -*) words="$flags" ;; esac
  case "$path $previous" in
${afterFlags.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _cqshop cqshop`;
}

function zshScript(all: readonly Completion[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(all)}`;
}

function fishScript(all: readonly Completion[]): string {
  const lines = all.flatMap(({ after, words, flags }) => {
    const conditions = after.split(' ').map(word => `__fish_seen_subcommand_from ${word}`);
    const subjects = all.flatMap(one => (one.after.startsWith(`${after} `) ? [one.after.slice(after.length + 1)] : []));
    if (after !== '' && subjects.length > 0) conditions.push(`not __fish_seen_subcommand_from ${subjects.join(' ')}`);
    const when = after === '' ? '__fish_use_subcommand' : conditions.join('; and ');
    const line = (what: string, text: string) =>
      `complete -c cqshop -n '${when}' ${what} -d '${text.replaceAll("'", "\\'")}'`;
    return [
      ...words.filter(({ word }) => !word.startsWith('--')).map(({ word, text }) => line(`-a ${word}`, text)),
      ...flags.map(({ word, text, values }) => line(`-l ${word.slice(2)}${fishValues(values)}`, text)),
    ];
  });
  return lines.join('\n');
}

/** What follows a flag, for fish: nothing, one of a few words, or anything, for which it offers files. */
function fishValues(values: readonly string[] | undefined): string {
  if (values === undefined) return '';
  return values.length === 0 ? ' -r' : ` -x -a '${values.join(' ')}'`;
}

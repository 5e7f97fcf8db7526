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
  /** The words and flags, with a short text for each. */
  readonly candidates: readonly { readonly word: string; readonly text: string }[];
};

/** The completions of all verbs and subjects. Loads every verb. */
async function completionsOf(verbs: Verbs): Promise<readonly Completion[]> {
  const valuesOf = await argumentValues();
  const atRoot = { after: '', candidates: verbs.map(({ name, summary }) => ({ word: name, text: summary })) };
  const perVerb = verbs.map(async word => {
    if ('load' in word) return [completionAfter(word.name, (await word.load()).verb, valuesOf)];
    const subjects = {
      after: word.name,
      candidates: word.subjects.map(each => ({ word: each.name, text: each.summary })),
    };
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
  const flags = Object.entries(verb.options ?? {}).map(([name, { description }]) => ({
    word: optionFlag(name),
    text: description,
  }));
  return { after, candidates: [...words, ...flags, ...common] };
}

const common = [
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
  const cases = all.map(
    ({ after, candidates }) => `    '${after}') words='${candidates.map(({ word }) => word).join(' ')}' ;;`,
  );
  const withSubjects = new Set(all.flatMap(({ after }) => (after.includes(' ') ? [after.split(' ')[0]] : [])));
  return `_cqshop() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" words=""
  if [ "$COMP_CWORD" -gt 1 ]; then path="\${COMP_WORDS[1]}"; fi
  case "$path" in
    ${[...withSubjects].join('|')}) if [ "$COMP_CWORD" -gt 2 ]; then path="$path \${COMP_WORDS[2]}"; fi ;;
  esac
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _cqshop cqshop`;
}

function zshScript(all: readonly Completion[]): string {
  return `autoload -U +X bashcompinit && bashcompinit\n${bashScript(all)}`;
}

function fishScript(all: readonly Completion[]): string {
  const lines = all.flatMap(({ after, candidates }) => {
    const conditions = after.split(' ').map(word => `__fish_seen_subcommand_from ${word}`);
    const subjects = all.flatMap(one => (one.after.startsWith(`${after} `) ? [one.after.slice(after.length + 1)] : []));
    if (after !== '' && subjects.length > 0) conditions.push(`not __fish_seen_subcommand_from ${subjects.join(' ')}`);
    const when = after === '' ? '__fish_use_subcommand' : conditions.join('; and ');
    return candidates.map(({ word, text }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c cqshop -n '${when}' ${what} -d '${text.replaceAll("'", "\\'")}'`;
    });
  });
  return lines.join('\n');
}

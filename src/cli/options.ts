import { cannot } from '../base/errors.ts';
import { oneOf, type ParseOption } from './option-values.ts';

/** One option of a verb. Its name is its key in the verb's `options`: `topicPrefix` is `--topic-prefix`. */
export type Option<Value> = {
  /** '<n>'; undefined for an option without a value. */
  readonly placeholder: string | undefined;
  readonly description: string;
  readonly parse: ParseOption<Value>;
  /** The value of an absent option, shown in the help. */
  readonly default: Value | undefined;
  /** The words that it may be, shown in the help. */
  readonly choices?: readonly string[];
  /** Without it the option would be ignored. */
  readonly need?: Requirement;
  /** True if it may be given several times; its values are lists, which are joined. */
  readonly isRepeated?: boolean;
  /** Names of options that exclude this one. */
  readonly conflicts?: readonly string[];
};

/** The values that a verb gets for its options. */
export type ValuesOf<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends Option<infer Value> ? Value : never;
};

/** A command line after its parsing. */
export type CommandLine = {
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
};

/** What an option needs to have an effect. */
export type Requirement = {
  readonly isMet: (line: CommandLine) => boolean;
  /** What is so where it is not met, for the message. */
  readonly unmet: string;
  /** 'with --live', 'with --gate FILE'. */
  readonly expected: string;
};

/** An option without a value: true if it is given. */
export function flag(description: string): Option<boolean> {
  return { placeholder: undefined, description, parse: () => true, default: undefined };
}

/** An option with a value; without a default it may be undefined. */
export function option<Value, Fallback extends Value | undefined = undefined>(
  placeholder: string,
  description: string,
  parse: ParseOption<Value>,
  fallback?: Fallback,
): Option<Value | Fallback> {
  return { placeholder, description, parse, default: fallback };
}

/** An option whose value is one of a few words. */
export function choice<const Word extends string, Fallback extends Word | undefined = undefined>(
  placeholder: string,
  description: string,
  choices: readonly Word[],
  fallback?: Fallback,
): Option<Word | Fallback> {
  return { ...option(placeholder, description, oneOf(choices), fallback), choices };
}

/** The need of another option, such as 'updateGate' with `--gate FILE`. @param unmet what is so without it, for the message */
export function given(name: string, unmet: string, placeholder?: string): Requirement {
  return {
    isMet: ({ options }) => options[name] !== undefined && options[name] !== false,
    unmet,
    expected: ['with', optionFlag(name), placeholder].join(' ').trimEnd(),
  };
}

/** Gives each of some options the same need, or the same options that exclude it. */
export function each<Options extends Readonly<Record<string, Option<unknown>>>>(
  trait: Pick<Option<unknown>, 'need' | 'conflicts'>,
  options: Options,
): Options {
  // Their values stay as they are.
  return Object.fromEntries(Object.entries(options).map(([name, one]) => [name, { ...one, ...trait }])) as Options;
}

/** An option as it is given: `topicPrefix` is `--topic-prefix`. */
export function optionFlag(name: string): string {
  return `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
}

/**
 * Refuses options that would be ignored.
 *
 * @param isGiven on the command line; defaults are not, nor are variables of the environment, which are set for a whole shell
 * @throws USAGE
 */
export function assertNoIgnoredOptions(
  options: Readonly<Record<string, { readonly need?: Requirement }>>,
  line: CommandLine,
  isGiven: (name: string) => boolean,
): void {
  for (const [name, { need }] of Object.entries(options)) {
    if (need === undefined || !isGiven(name) || need.isMet(line)) continue;
    throw cannot('USAGE', `take ${optionFlag(name)}`)(need.unmet, `it ${need.expected}`);
  }
}

import type { Io } from './io.ts';
import type { Option, ValuesOf } from './options.ts';

/** A positional argument: '<name>' is mandatory, '[name]' is optional, '[name...]' may be given several times. */
export type Argument = { readonly name: string; readonly description: string };

type Options = Readonly<Record<string, Option<unknown>>>;

/** All that one file states of a verb; the registry has its name and summary. */
type VerbDefinition<VerbOptions extends Options, Values> = {
  /** Default: the summary. */
  readonly description?: string;
  readonly arguments?: readonly Argument[];
  readonly options?: VerbOptions;
  /** Whole command lines, shown below the help. */
  readonly examples: readonly string[];
  /** Returns the exit code. Expected failures are a CqshopError. */
  readonly run: (input: { readonly arguments: readonly string[]; readonly options: Values }, io: Io) => Promise<number>;
};

/** A verb, whatever its options are. */
export type Verb = VerbDefinition<Options, Readonly<Record<string, unknown>>>;

/** A word of the command line: a verb, or a subject of one. Its file is loaded when it is named, so that `--help` is fast. */
export type Word = {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly verb: Verb }>;
};

/** A verb that does something else for each of its subjects. */
export type VerbOfSubjects = {
  readonly name: string;
  readonly summary: string;
  readonly subjects: readonly Word[];
  readonly example: string;
};

/** Gives `run` the types of the verb's options. */
export function defineVerb<VerbOptions extends Options = Readonly<Record<never, never>>>(
  definition: VerbDefinition<VerbOptions, ValuesOf<VerbOptions>>,
): Verb {
  // The values come from the parsers of these very options.
  return {
    ...definition,
    run: ({ options, ...rest }, io) => definition.run({ ...rest, options: options as ValuesOf<VerbOptions> }, io),
  };
}

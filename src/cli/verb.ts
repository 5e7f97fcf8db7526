import type { Io } from './io.ts';
import type { Option, ValuesOf } from './options.ts';

/** A verb's positional argument: '<subject>' must be there, '[subject]' may, '[scenario...]' may several times. */
export type Argument = { readonly name: string; readonly description: string };

type Options = Readonly<Record<string, Option<unknown>>>;

/** What a verb does: arguments and options in, exit code out. Expected failures are a CqshopError. */
export type RunVerb<Values> = (
  input: { readonly arguments: readonly string[]; readonly options: Values },
  io: Io,
) => Promise<number>;

/** A verb as its file states it. `load` imports what does the work, so that `--help` need not. */
export type VerbDefinition<VerbOptions extends Options> = {
  readonly name: string;
  /** One line for the list of verbs. */
  readonly summary: string;
  readonly description: string;
  readonly arguments?: readonly Argument[];
  readonly options: VerbOptions;
  /** Whole command lines, shown below the help. */
  readonly examples: readonly string[];
  readonly load: () => Promise<RunVerb<ValuesOf<VerbOptions>>>;
};

/** A verb as the registry holds it, whatever its options are. */
export type Verb = Omit<VerbDefinition<Options>, 'load' | 'arguments'> & {
  readonly arguments: readonly Argument[];
  readonly run: RunVerb<Readonly<Record<string, unknown>>>;
};

/** Makes a verb for the registry; its options' values keep their types on the way to `load`'s function. */
export function defineVerb<VerbOptions extends Options>(definition: VerbDefinition<VerbOptions>): Verb {
  const { load, ...rest } = definition;
  return {
    arguments: [],
    ...rest,
    run: async (input, io) => {
      const run = await load();
      // The command line was parsed by these very options.
      return run({ arguments: input.arguments, options: input.options as ValuesOf<VerbOptions> }, io);
    },
  };
}

import { CqshopError } from '../base/errors.ts';
import { optionFlag } from './option-flag.ts';

/** A command line after its parsing: what an option's meaning may hang on. */
export type CommandLine = {
  readonly arguments: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
};

/** What an option needs to mean something. */
export type Requirement = {
  readonly isMet: (line: CommandLine) => boolean;
  /** What is so where it is not met, for the message. */
  readonly unmet: string;
  /** 'with --live', 'without --dataset'. */
  readonly expected: string;
};

/** The option, to be refused where its need is not met: it would be ignored. */
export function requires<AnOption extends object>(
  need: Requirement,
  option: AnOption,
): AnOption & { readonly need: Requirement } {
  return { ...option, need };
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
    throw new CqshopError('USAGE', `Cannot take ${optionFlag(name)}: ${need.unmet}, expected it ${need.expected}`);
  }
}

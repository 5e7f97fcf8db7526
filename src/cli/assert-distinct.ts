import { cannot } from '../base/errors.ts';

/**
 * For verbs that work on each given name: a repeated name would count twice.
 *
 * @param names what the arguments stand for, in their order
 * @param given the verb, what a name names, and the arguments as typed
 * @throws USAGE
 */
export function assertDistinct(
  names: readonly string[],
  { verb, noun, typed = names }: { readonly verb: string; readonly noun: string; readonly typed?: readonly string[] },
): void {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  throw cannot('USAGE', `${verb} ${typed.join(' ')}`)(`${twice} is repeated`, `each ${noun} once`);
}

import { cannot } from '../base/errors.ts';
import { expectedWords } from '../base/words.ts';

/** Every member of that id. @throws UNKNOWN_NAME when there is none */
export function findNamed<Member extends { readonly id: string }>(
  kind: string,
  id: string,
  members: readonly Member[],
): readonly [Member, ...Member[]] {
  const [first, ...others] = members.filter(member => member.id === id);
  if (first !== undefined) return [first, ...others];
  const known = expectedWords(id, [...new Set(members.map(member => member.id))]);
  throw cannot('UNKNOWN_NAME', `show ${kind} ${id}`)('it is unknown', known);
}

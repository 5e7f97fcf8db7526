import { CqshopError } from '../base/errors.ts';
import { expectedWords } from '../base/nearest-word.ts';

/** A subject of `list` or `show`, loaded when it is asked for. */
export type Subject<Run> = { readonly name: string; readonly summary: string; readonly load: () => Promise<Run> };

/** The subject of a name. @throws USAGE when there is none */
export function findSubject<Run>(verb: string, subjects: readonly Subject<Run>[], name: string): Subject<Run> {
  const subject = subjects.find(candidate => candidate.name === name);
  if (subject !== undefined) return subject;
  const names = subjects.map(candidate => candidate.name);
  throw new CqshopError('USAGE', `Cannot ${verb} "${name}": it is unknown, expected ${expectedWords(name, names)}`);
}

/** For a verb's help: one subject a line. */
export function describeSubjects<Run>(subjects: readonly Subject<Run>[]): string {
  return subjects.map(({ name, summary }) => `  ${name.padEnd(13)}${summary}`).join('\n');
}

import type { z } from 'zod';
import { nameOf, type Path, show, valueAt } from '../../base/schema-issues.ts';
import { expectedWords, nearestWord } from '../../base/words.ts';

/** One mistake: what was found at a place, and what should be there. `atKey` marks the key itself, not its value. */
export type Problem = {
  readonly path: Path;
  readonly atKey?: boolean;
  readonly found: string;
  readonly expected: string;
};

/**
 * The mistakes behind zod's issues. An unknown key that is near a missing one is one mistake, not two.
 *
 * @param keysAt the valid keys of the object at a path
 */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  keysAt: (path: Path) => readonly string[],
): readonly Problem[] {
  const flat = issues.flatMap(issue => flatten(issue, value, []));
  const unknown = flat.flatMap(({ issue, path }) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map(key => unknownKey(path, key, keysAt(path))) : [],
  );
  const meant = new Set(unknown.map(({ path, nearest }) => [...path.slice(0, -1), nearest].join('\n')));
  const others = flat.flatMap(({ issue, path }) => {
    if (issue.code === 'unrecognized_keys' || meant.has(path.join('\n'))) return [];
    const isLooser = flat.some(other => other.path.join() === path.join() && isBelow(other.issue, issue));
    if (isLooser) return [];
    const found = valueAt(value, path);
    const name = path.length === 0 ? 'the file' : nameOf(path);
    return [
      {
        path,
        found: found === undefined ? `there is no ${name}` : `${name} is ${show(found)}`,
        expected: issue.message,
      },
    ];
  });
  return [...unknown, ...others];
}

/** Whether both say that a number is too big, and the first allows less. A number that is too big for any integer breaks two limits. */
function isBelow(one: z.core.$ZodIssue, other: z.core.$ZodIssue): boolean {
  return one.code === 'too_big' && other.code === 'too_big' && one.maximum < other.maximum;
}

function unknownKey(
  path: Path,
  key: string,
  valid: readonly string[],
): Problem & { readonly nearest: string | undefined } {
  return {
    path: [...path, key],
    atKey: true,
    found: `there is an unknown key ${key}`,
    expected: expectedWords(key, valid),
    nearest: nearestWord(key, valid),
  };
}

/** A failed union says what all its members want, unless the value has the type of one member and fails inside of it. */
function flatten(
  issue: z.core.$ZodIssue,
  value: unknown,
  prefix: Path,
): readonly { readonly issue: z.core.$ZodIssue; readonly path: Path }[] {
  const path = [...prefix, ...issue.path.map(key => (typeof key === 'number' ? key : String(key)))];
  if (issue.code === 'invalid_union' && typeof valueAt(value, path) === 'object') {
    const inside = issue.errors.find(errors =>
      errors.every(error => error.code === 'unrecognized_keys' || error.path.length > 0),
    );
    if (inside !== undefined) return inside.flatMap(error => flatten(error, value, path));
  }
  return [{ issue, path }];
}

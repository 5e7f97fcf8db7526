import type { z } from 'zod';
import { expectedWords, nearestWord } from '../nearest-word.ts';

/** Where in the scenario's value a problem is: keys and indices from the root. */
export type Path = readonly (string | number)[];

/** One mistake: what was found at a place, and what should be there. `atKey` marks the key itself, not its value. */
export type Problem = {
  readonly path: Path;
  readonly atKey?: boolean;
  readonly found: string;
  readonly expected: string;
};

/** What a zod schema expects where it fails, as the end of "expected …". Give it to `safeParse` as its `error`. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(' or ');
    case 'too_small':
      return limit('at least', 'above', issue.origin, Number(issue.minimum), issue);
    case 'too_big':
      return limit('at most', 'below', issue.origin, Number(issue.maximum), issue);
    default:
      return 'something else';
  }
}

const typeWords: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
};

function limit(
  atLeast: string,
  above: string,
  origin: string,
  bound: number,
  issue: { readonly inclusive?: boolean | undefined; readonly exact?: boolean | undefined },
): string {
  const words = issue.exact === true ? 'exactly' : issue.inclusive === false ? above : atLeast;
  if (origin === 'array') return `a list of ${words} ${bound}`;
  if (origin === 'string') return `text of ${words} ${bound} characters`;
  return `a ${origin === 'int' ? 'whole number' : 'number'} ${words === 'exactly' ? 'of exactly' : words.replace('at', 'of at')} ${bound}`;
}

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

/** The value at a path; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null && Object.hasOwn(node, key) ? Reflect.get(node, key) : undefined,
    value,
  );
}

/** How a message calls the value at a path: `anomalies[2].at`. */
export function nameOf(path: Path): string {
  return path.reduce<string>(
    (name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? key : `${name}.${key}`),
    '',
  );
}

/** A value as a message shows it: JSON, cut after 60 characters. */
export function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

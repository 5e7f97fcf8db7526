import { inspect } from 'node:util';
import { z } from 'zod';
import { expectedWords } from './words.ts';

/** Where in a value something is: keys and indices from the root. */
export type Path = readonly (string | number)[];

/** One mistake in a value from outside: where it is, what is so, and what should be: "variant is 7" and "text", "there is no target" and "text". */
export type Mistake = { readonly path: Path; readonly found: string; readonly expected: string };

/** A value from outside, parsed, or the first mistake in it and all others. */
export type Checked<Value> =
  | { readonly status: 'valid'; readonly value: Value }
  | (Mistake & { readonly status: 'invalid'; readonly others: readonly Mistake[] });

/** Parses a value. Its mistakes are worded for people. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): Checked<z.infer<Schema>> {
  const parsed = schema.safeParse(value, { error: expectation });
  if (parsed.success) return { status: 'valid', value: parsed.data };
  const [first, ...others] = parsed.error.issues.flatMap(issue => mistakesOf(issue, value));
  if (first === undefined) throw parsed.error;
  return { status: 'invalid', ...first, others };
}

function mistakesOf(issue: z.core.$ZodIssue, value: unknown): readonly Mistake[] {
  const path = issue.path.map(key => (typeof key === 'number' ? key : String(key)));
  if (issue.code === 'unrecognized_keys') {
    const expected = issue.message.split('\n');
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      found: `${nameOf([...path, key])} is unknown`,
      expected: expected[index] ?? issue.message,
    }));
  }
  const found = valueAt(value, path);
  const name = path.length === 0 ? 'it' : nameOf(path);
  const so = found === undefined ? `there is no ${name}` : `${name} is ${show(found)}`;
  return [{ path, found: so, expected: issue.message }];
}

/** What a zod schema expects where it fails, as the end of "expected …"; of unknown keys, a line for each. Give it to `safeParse` as its `error`. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return expectedWords(String(issue.input), issue.values.map(String));
    case 'invalid_format':
      return formatWords[issue.format] ?? (issue.pattern === undefined ? issue.format : `text like ${issue.pattern}`);
    case 'invalid_union':
      return [...new Set(issue.errors.flatMap(([first]) => first?.message ?? []))].join(' or ') || 'something else';
    case 'unrecognized_keys': {
      const valid = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [];
      return issue.keys.map(key => expectedWords(key, valid)).join('\n');
    }
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
  record: 'keys with values',
};

const formatWords: Readonly<Record<string, string>> = {
  datetime: 'a time in UTC such as 2026-03-02T14:30:00.000Z',
  date: 'a date such as 2026-03-02',
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

/** A value as a message shows it, cut after 60 characters: text as in JSON, all else as Node prints it. */
export function show(value: unknown): string {
  const text =
    typeof value === 'string'
      ? JSON.stringify(value)
      : inspect(value, { depth: 1, compact: true, breakLength: Number.POSITIVE_INFINITY }).replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

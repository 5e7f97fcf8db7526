import { type Document, isMap, isNode, isPair, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { expectation, type Path, valueAt } from '../../base/schema-issues.ts';
import { expectedWords } from '../../base/words.ts';
import { checkWords, wordsAt } from './check-words.ts';
import { scenarioJsonSchema } from './json-schema.ts';
import { type Problem, problemsOf } from './problems.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

/** What a scenario's text holds: the scenario, or every mistake in it, in the order of the file, one line of text each. */
export type CheckedScenario =
  | { readonly status: 'valid'; readonly scenario: Scenario }
  | {
      readonly status: 'invalid';
      readonly problems: readonly string[];
      /** The scenario without its anomalies and near misses that hold mistakes; undefined if it has others. */
      readonly rest?: Scenario | undefined;
    };

/**
 * Reads the text of a scenario file.
 *
 * Each problem reads "<file>:<line>:<column>: Cannot read scenario: <what is so>, expected <what should be>".
 *
 * @param file how messages call the file
 */
export function checkScenario(text: string, file: string): CheckedScenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const report = (offset: number, found: string, expected: string) =>
    `${place(offset)}: Cannot read scenario: ${found}, expected ${expected}`;

  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    return {
      status: 'invalid',
      problems: [
        ...new Set(
          broken.map(({ code, pos, message }) => {
            const misplaced = indentation[code];
            return misplaced === undefined
              ? report(pos[0], oneLine(message), 'YAML 1.2')
              : report(pos[0], misplaced, 'YAML whose keys of one level stand in one column, indented by spaces');
          }),
        ),
      ],
    };
  }
  if (document.contents === null) {
    return {
      status: 'invalid',
      problems: [report(0, 'the file is empty', 'version: 1, name, description, seed, ...')],
    };
  }
  const value = plainValue(() => document.toJS());
  if (value instanceof Error)
    return { status: 'invalid', problems: [report(0, value.message, 'YAML without such aliases')] };

  const parsed = scenarioSchema.safeParse(value, { error: expectation });
  const problems: readonly Problem[] = [
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, value, keysAt)).map(problem => {
      const words = problem.atKey ? undefined : wordsAt(value, problem.path);
      return words === undefined ? problem : { ...problem, expected: expectedWords('', words) };
    }),
    ...checkWords(value),
  ];
  if (parsed.success && problems.length === 0)
    return { status: 'valid', scenario: { ...parsed.data, positions: positionsIn(value, document, place) } };
  const placed = problems.map(problem => ({ problem, offset: positionOf(document, problem.path, problem) }));
  placed.sort((a, b) => a.offset - b.offset);
  return {
    status: 'invalid',
    problems: placed.map(({ problem, offset }) => report(offset, problem.found, problem.expected)),
    rest: withoutMistaken(value, problems, positionsIn(value, document, place)),
  };
}

const interventionLists = ['anomalies', 'nearMisses'] as const;

function withoutMistaken(
  value: unknown,
  problems: readonly Problem[],
  positions: ReadonlyMap<string, string>,
): Scenario | undefined {
  const mistaken = new Set(problems.map(({ path }) => path.slice(0, 2).join(' ')));
  const lists = interventionLists.map(list => {
    const entries = valueAt(value, [list]);
    return [list, Array.isArray(entries) ? entries.filter((_, index) => !mistaken.has(`${list} ${index}`)) : entries];
  });
  const rest = scenarioSchema.safeParse({ ...Object(value), ...Object.fromEntries(lists) });
  return rest.success ? { ...rest.data, positions } : undefined;
}

/** Where the `at` of each anomaly and near miss stands, by id. */
function positionsIn(
  value: unknown,
  document: Document.Parsed<ParsedNode>,
  place: (offset: number) => string,
): ReadonlyMap<string, string> {
  return new Map(
    interventionLists.flatMap(list => {
      const entries = valueAt(value, [list]);
      return (Array.isArray(entries) ? entries : []).map((entry, index) => [
        String(valueAt(entry, ['id'])),
        place(positionOf(document, [list, index, 'at'])),
      ]);
    }),
  );
}

/** What the messages of the parser about indentation mean. */
const indentation: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a line is indented more than its key, or less, here or below',
  MULTILINE_IMPLICIT_KEY: 'a line is indented more than its key, or less, here or below',
  TAB_AS_INDENT: 'the line is indented by a tab',
};

/** Aliases may refer to nothing or multiply without end: then yaml throws where it makes plain values. */
function plainValue(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    if (error instanceof ReferenceError) return error;
    throw error;
  }
}

/** The valid keys of the object at a path, read from the JSON Schema, in which a list's elements are `items`. */
function keysAt(path: Path): readonly string[] {
  const steps = path.flatMap(key => (typeof key === 'number' ? ['items'] : ['properties', key]));
  const node = valueAt(scenarioJsonSchema(), steps);
  const alternatives = valueAt(node, ['anyOf']);
  const branches: readonly unknown[] = Array.isArray(alternatives) ? alternatives : [node];
  return branches.flatMap(branch => Object.keys(Object(valueAt(branch, ['properties']))));
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}

/** The offset in the text of the value at a path, or of its key; or of the nearest thing around it that exists. */
function positionOf(
  document: Document.Parsed<ParsedNode>,
  valuePath: Path,
  { atKey = false }: { readonly atKey?: boolean } = {},
): number {
  const path = [...valuePath];
  if (atKey) {
    const parent = document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1))
      : undefined;
    if (isPair(pair) && isNode(pair.key) && pair.key.range) return pair.key.range[0];
  }
  for (;;) {
    const node = path.length === 0 ? document.contents : document.getIn(path, true);
    if (isNode(node) && node.range) return node.range[0];
    if (path.length === 0) return 0;
    path.pop();
  }
}

import { nameOf, type Path, show, valueAt } from '../../base/schema-issues.ts';
import { expectedWords } from '../../base/words.ts';
import { parseDuration, parseOffset } from './moments.ts';
import type { Problem } from './problems.ts';
import { vocabulary } from './vocabulary.ts';

/**
 * The mistakes that no schema of single fields can find: unknown anomalies, variants and kinds, ids that occur twice, ranges that
 * end before they begin. Takes the value as read, so that it finds them beside mistakes of other sorts.
 */
export function checkWords(scenario: unknown): readonly Problem[] {
  const anomalies = elements(scenario, 'anomalies');
  const nearMisses = elements(scenario, 'nearMisses');
  const startMs = Date.parse(String(valueAt(scenario, ['start'])));
  return [
    ...anomalies.flatMap(path => checkAnomaly(scenario, path)),
    ...nearMisses.flatMap(path => checkWord(scenario, [...path, 'kind'])),
    ...repeatedIds(scenario, [...anomalies, ...nearMisses]),
    ...[...anomalies, ...nearMisses].flatMap(path => [
      ...checkRange(scenario, [...path, 'at'], text => startMs + (parseOffset(text) ?? Date.parse(text) - startMs)),
      ...checkRange(scenario, [...path, 'duration'], text => parseDuration(text) ?? Number.NaN),
    ]),
  ];
}

/** The words that may stand at a path, where they depend on the vocabulary. */
export function wordsAt(scenario: unknown, path: Path): readonly string[] | undefined {
  const { anomalies, nearMisses } = vocabulary;
  const key = path.at(-1);
  if (key === 'anomaly') return [...anomalies.keys()];
  if (key === 'kind') return [...nearMisses.keys()];
  const known = anomalies.get(String(valueAt(scenario, [...path.slice(0, -1), 'anomaly'])));
  return key === 'variant' && known !== undefined ? Object.keys(known.variants) : undefined;
}

function checkAnomaly(scenario: unknown, path: Path): readonly Problem[] {
  const known = vocabulary.anomalies.get(String(valueAt(scenario, [...path, 'anomaly'])));
  const targets = known?.targets?.[String(valueAt(scenario, [...path, 'variant']))];
  return [
    ...checkWord(scenario, [...path, 'anomaly']),
    ...checkWord(scenario, [...path, 'variant']),
    ...checkWord(scenario, [...path, 'target'], targets && ['random', ...targets]),
  ];
}

/** @param valid undefined where every word may stand */
function checkWord(scenario: unknown, path: Path, valid = wordsAt(scenario, path)): readonly Problem[] {
  const word = valueAt(scenario, path);
  if (valid === undefined || typeof word !== 'string' || valid.includes(word)) return [];
  return [{ path, found: `${nameOf(path)} is ${show(word)}`, expected: expectedWords(word, valid) }];
}

function repeatedIds(scenario: unknown, paths: readonly Path[]): readonly Problem[] {
  const first = new Map<string, Path>();
  return paths.flatMap(intervention => {
    const path = [...intervention, 'id'];
    const id = valueAt(scenario, path);
    if (typeof id !== 'string') return [];
    const earlier = first.get(id);
    if (earlier !== undefined) {
      return [{ path, found: `${nameOf(path)} is ${show(id)} like ${nameOf(earlier)}`, expected: 'an id of its own' }];
    }
    first.set(id, path);
    return [];
  });
}

function checkRange(scenario: unknown, path: Path, millisecondsOf: (text: string) => number): readonly Problem[] {
  const from = valueAt(scenario, [...path, 'from']);
  const to = valueAt(scenario, [...path, 'to']);
  if (typeof from !== 'string' || typeof to !== 'string' || !(millisecondsOf(from) > millisecondsOf(to))) return [];
  return [
    {
      path,
      found: `${nameOf(path)} ends before it begins`,
      expected: `a range with from before to, not ${from} to ${to}`,
    },
  ];
}

function elements(scenario: unknown, key: string): readonly Path[] {
  const list = valueAt(scenario, [key]);
  return Array.isArray(list) ? list.map((_, index) => [key, index]) : [];
}

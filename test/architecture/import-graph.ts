import { posix } from 'node:path';
import { blank } from './source-text.ts';

/** Paths from the root of the repository, `/` between, to source text. */
export type Files = ReadonlyMap<string, string>;

/** One import, export-from or `import()`, of values or types; `to` is a path of ours, or a package's name. */
export type Import = {
  readonly from: string;
  readonly to: string;
  readonly kind: 'file' | 'package';
};

/** Every import of every file, type imports too. */
export function importsOf(files: Files): readonly Import[] {
  return [...files].flatMap(([from, text]) => {
    const code = blank(text, 'comments');
    return [...code.matchAll(importPattern)].map((match): Import => {
      const specifier = match[1] ?? match[2] ?? match[3] ?? '';
      if (!specifier.startsWith('.')) return { from, to: packageName(specifier), kind: 'package' };
      return { from, to: posix.normalize(posix.join(posix.dirname(from), specifier)), kind: 'file' };
    });
  });
}

/** `… from 'x'`, `import 'x'`, `import('x')`; a computed `import(x)` is not seen. */
const importPattern =
  /^\s*(?:import|export|\})[^'";=()]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/** Which files of ours each file imports. */
export function graphOf(imports: readonly Import[]): ReadonlyMap<string, readonly string[]> {
  const graph = new Map<string, string[]>();
  for (const { from, to, kind } of imports) {
    if (kind === 'file') graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  return graph;
}

/** Shortest chain of imports from a file to the first file that `isTarget`, both included; undefined if there is none. */
export function chainTo(
  start: string,
  graph: ReadonlyMap<string, readonly string[]>,
  isTarget: (path: string) => boolean,
): readonly string[] | undefined {
  const seen = new Set([start]);
  const chains: (readonly string[])[] = [[start]];
  for (const chain of chains) {
    for (const to of graph.get(chain.at(-1) ?? '') ?? []) {
      if (isTarget(to)) return [...chain, to];
      if (!seen.has(to)) {
        seen.add(to);
        chains.push([...chain, to]);
      }
    }
  }
  return undefined;
}

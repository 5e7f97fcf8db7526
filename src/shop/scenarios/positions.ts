import { type Document, isMap, isNode, isPair, isScalar, type ParsedNode } from 'yaml';
import type { Problem } from './problems.ts';

/** Where in the text a problem is: the offset of the value or key, or of the nearest thing around it that exists. */
export function positionOf(document: Document.Parsed<ParsedNode>, problem: Problem): number {
  const path = [...problem.path];
  if (problem.atKey === true) {
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

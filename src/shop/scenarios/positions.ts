import { type Document, isMap, isNode, isPair, isScalar, type ParsedNode } from 'yaml';
import type { Path } from '../../base/schema-issues.ts';

/** The offset in the text of the value at a path, or of its key; or of the nearest thing around it that exists. */
export function positionOf(
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

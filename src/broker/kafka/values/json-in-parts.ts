import { collectGarbage } from '../collect-garbage.ts';

/** The longest text that is parsed at once [characters]. */
const shortCharacters = 1024 * 1024;

/** The length of a part [characters]: its value may take forty times as much memory, and none of it should outlive the part. */
const partCharacters = 64 * 1024;

/** How many first members of a list or an object are kept: more do not fit into an example of a value. */
const shownMembers = 30;

/** How many objects a list keeps for their `field`: a schema names a column once, and another list may have millions of them. */
const mostColumns = 1000;

/** How many keys are parsed before garbage is collected: V8 would keep them for much longer. */
const mostKeysHeld = 400_000;

/** A list or an object whose end has not been reached. */
type Open = {
  readonly isList: boolean;
  /** Where its bracket is. */
  readonly bracket: number;
  /** Where the present member begins. */
  start: number;
  /** Where the members begin that are not parsed yet. */
  from: number;
  /** What was parsed of it, once that is too long to be held; a list by its indices. */
  kept?: Map<string, unknown>;
  /** The number of elements that were parsed. */
  count: number;
  /** The present member, if it was itself read in parts: its text up to its bracket, and its value. */
  long?: { readonly head: string; readonly value: unknown };
};

/**
 * Parses JSON whose value would not fit into memory: twenty megabytes may be ten million objects. Lists and objects that are longer than a
 * part keep their first members, and those with the names; a list also its objects whose `field` is one of the names, as schemas of Kafka Connect
 * have their columns. Nothing else is left out, and all of the text is checked.
 *
 * @param names of members, and indices, that are looked for, at any depth
 * @param parse as `JSON.parse`
 * @throws SyntaxError
 */
export function parseJson(text: string, names: ReadonlySet<string>, parse: (json: string) => unknown): unknown {
  return text.length <= shortCharacters ? parse(text) : parseInParts(text, names, parse, partCharacters);
}

/** The same for a text of any length. @param length of a part [characters] */
export function parseInParts(
  text: string,
  names: ReadonlySet<string>,
  parse: (json: string) => unknown,
  length: number,
): unknown {
  const indices = new Set([...names].filter(name => /^(0|[1-9]\d{0,8})$/.test(name)).map(Number));
  // The text is the only element of a list.
  const root = opened(-1, true);
  const open = [root];
  let keysHeld = 0;
  let top = root;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 34:
        at = endOfString(text, at) - 1;
        break;
      case 44:
        if (top === root) throw new SyntaxError('two values');
        if (top.long !== undefined || at - top.from > length) take(top, at);
        top.start = at + 1;
        break;
      case 91:
      case 123:
        top = opened(at, text.charCodeAt(at) === 91);
        open.push(top);
        break;
      case 93:
      case 125: {
        const closed = top;
        open.pop();
        top = open.at(-1) ?? root;
        if (closed === root) throw new SyntaxError('a bracket too many');
        if (closed.kept === undefined && closed.long === undefined && at - closed.bracket <= length) break;
        if (closed.isList !== (text.charCodeAt(at) === 93)) throw new SyntaxError('another bracket');
        take(closed, at);
        if (top.start > top.from) take(top, top.start - 1);
        if (top.long !== undefined) throw new SyntaxError('two values');
        top.long = { head: text.slice(top.start, closed.bracket), value: builtOf(closed) };
        top.from = at + 1;
      }
    }
  }
  if (open.length > 1) throw new SyntaxError('a bracket too few');
  take(root, text.length);
  if (root.count !== 1) throw new SyntaxError('no value');
  return root.kept?.get('0');

  /** Parses what is left of the members up to there. */
  function take(one: Open, end: number): void {
    const { long, isList } = one;
    const members = (long === undefined ? '' : `${long.head}[]`) + text.slice(one.from, end);
    const part = Object(parse(isList ? `[${members}]` : `{${members}}`));
    // A list may be so long that the names of its indices take more memory than itself.
    const keys = isList ? undefined : Object.keys(part);
    const size = keys?.length ?? part.length;
    if (size === 0 && (one.kept !== undefined || text[end] === ',')) throw new SyntaxError('a comma too many');
    // The member whose value was read already is alone.
    if (long !== undefined) part[keys?.[0] ?? 0] = long.value;
    const kept = one.kept ?? new Map<string, unknown>();
    one.kept = kept;
    const first = Math.max(0, shownMembers - one.count);
    if (keys === undefined) {
      const isColumn = (index: number) => kept.size < mostColumns && names.has(part[index]?.field);
      const isWanted = (index: number) => index < first || indices.has(index + one.count) || isColumn(index);
      for (let index = 0; index < size; index++) {
        if (isWanted(index)) kept.set(String(index + one.count), part[index]);
      }
    } else {
      const isWanted = (key: string, index: number) => index < first || names.has(key) || kept.has(key);
      for (const key of keys.filter(isWanted)) kept.set(key, part[key]);
    }
    one.count += size;
    keysHeld += keys?.length ?? 0;
    if (keysHeld > mostKeysHeld) {
      collectGarbage();
      keysHeld = 0;
    }
    one.from = end + 1;
    delete one.long;
  }
}

function opened(bracket: number, isList: boolean): Open {
  return { isList, bracket, start: bracket + 1, from: bracket + 1, count: 0 };
}

function builtOf({ isList, kept = new Map() }: Open): unknown {
  if (!isList) return Object.fromEntries(kept);
  const list: unknown[] = [];
  for (const [index, value] of kept) list[Number(index)] = value;
  return list;
}

/** The position after the quote that ends the string beginning at `start`. @throws SyntaxError when there is none */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    if (quote === -1) throw new SyntaxError('a string without end');
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 92) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
  }
}
